"""What the gate says of a refreshing preview is what verify says of the account after the `up`, rule by rule.

PREVIEWS is how many previews are tried; a failing one is printed by Hypothesis, with its seed.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterable
from pathlib import Path

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from operations.judging.live_facts import LiveFacts, troubles_of
from operations.pulumi_run.events import read
from runbook.environment import Environment
from runbook.rules.book import RULES
from runbook.rules.rule import Context
from runbook.rules.verdict import Verdict, evaluate
from runbook.unknown import Unknown
from tests.unit.operations.judging.streams import declare, events, gate, preview, steps, text
from tests.unit.runbook.readers.declarations import declarations
from tests.unit.runbook.readers.live_rendering import by_live, fixed
from tests.unit.runbook.readers.rendering import Declared, by_later_plan
from tests.unit.runbook.rules.healthy import DIGESTS

PREVIEWS = int(os.environ.get("GATE_PREVIEWS", "200"))
BOTH = [rule for rule in RULES if {"plan", "live"} <= rule.on]
AS_DECLARED = ("production/addons", "production/pipeline")
"""Two stack files are compared in these; what else is live is drift's."""
UNDECLARED = [rule for rule in BOTH if rule.id in ("dyno-tiers", "dyno-limits")]
"""What undeclared dynos break, and Heroku then refuses: the gate asks the live app for these."""
PHASES = (Phase.explicit, Phase.reuse, Phase.generate)
"""A failure is shown as it was found: to shrink two whole stacks takes minutes."""
MORE = st.dictionaries(
    st.sampled_from(["rake", "clock-2"]),
    st.tuples(st.sampled_from([0, 1, 60]), st.sampled_from(["Eco", "Basic", "Standard-1X", "Performance-L"])),
    max_size=2,
)


def by_verify(found: Environment, other: Environment) -> dict[str, set[tuple[str, str]]]:
    verdicts = evaluate(found, Context(DIGESTS, other), BOTH, {"live"})
    return said_by(verdicts)


def by_gate(before: Declared | None, after: Declared, other: Declared) -> dict[str, set[tuple[str, str]]]:
    with tempfile.TemporaryDirectory() as folder:
        declare(Path(folder), after, other)
        ran = preview(Path(folder), after.stack, steps(before, after))
        (stack,) = gate(Path(folder), {after.stack: ran}).stacks
    return said_by(verdict for verdict in stack.verdicts if verdict.rule in BOTH)


def said_by(verdicts: Iterable[Verdict]) -> dict[str, set[tuple[str, str]]]:
    """What is red, by rule."""
    return {
        verdict.rule.id: {
            (one.target, one.outcome)
            for one in verdict.findings
            if one.outcome != "elsewhere" and one.target not in AS_DECLARED
        }
        for verdict in verdicts
    }


@pytest.mark.slow
@settings(max_examples=PREVIEWS, deadline=None, print_blob=True, phases=PHASES)
@given(st.none() | declarations("production"), declarations("production"), declarations("staging"))
def test_the_gate_says_of_a_preview_what_verify_says_after_the_up(
    before: Declared | None, after: Declared, other: Declared
) -> None:
    """The account may have been edited in any way before: `before` is what the refresh finds."""
    after, other = fixed(after), fixed(other)
    said = by_gate(before, after, other)
    assert said.keys() == {rule.id for rule in BOTH}
    assert said == by_verify(by_live(after), by_live(other))


@pytest.mark.slow
@settings(max_examples=PREVIEWS // 2, deadline=None, print_blob=True, phases=PHASES)
@given(declarations("production"), MORE)
def test_the_gate_blocks_undeclared_dynos_just_where_verify_gets_worse_by_them(
    after: Declared, more: dict[str, tuple[int, str]]
) -> None:
    after, other = fixed(after), by_live(Declared(stack="staging"))
    with_more = by_live(after, more=more)
    assert not isinstance(with_more.formation, Unknown)
    names = frozenset(var.name for var in with_more.config_vars.known if var.has_value)
    facts = LiveFacts(with_more.formation, names)
    unchanged = read(text(events(steps(after, after))))
    found = troubles_of(facts, by_later_plan(after), unchanged, Context(DIGESTS))
    told = {rule.id for one in found for rule in UNDECLARED if f"({rule.id})" in one.what}
    context = Context(DIGESTS, other)
    alone, together = (evaluate(one, context, UNDECLARED, {"live"}) for one in (by_live(after), with_more))
    worse = {
        now.rule.id
        for before, now in zip(alone, together, strict=True)
        if {*now.findings} - {*before.findings}
    }
    assert told == worse
