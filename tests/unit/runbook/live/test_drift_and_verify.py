"""Drift and verify say the same: after any edits, drift names the rules that became red, each once.

`edits.py` has the edits; a failing sequence is printed by Hypothesis, with its seed.
"""

from __future__ import annotations

import os
from collections import Counter

from hypothesis import given, settings
from hypothesis import strategies as st

from runbook.drift.grading import Drift, drift_of
from runbook.environment import Environment
from runbook.rules.book import RULES
from runbook.rules.rule import Context
from runbook.rules.verdict import evaluate
from tests.unit.runbook.live.edits import EDITS, Edit
from tests.unit.runbook.live.test_drift_and_rules import RICH, live_staging
from tests.unit.runbook.live.test_drift_of import live, release
from tests.unit.runbook.rules.healthy import DIGESTS, STAGING, change

SEQUENCES = int(os.environ.get("DRIFT_SEQUENCES", "200"))
RED = ("fail", "not evaluated")
NAMED_BY_DRIFT = [rule for rule in RULES if rule.touches]
"""What only runs is verify's alone."""
HEALTHY = live(RICH, releases=(release(6, "Deploy 1a2b3c4d", days=2),), surroundings={"collaborator": ()})


def red(found: Environment, other: Environment) -> set[tuple[str, str, str]]:
    """Each finding of verify's that is red: rule, target, outcome."""
    return {
        (verdict.rule.id, finding.target, finding.outcome)
        for verdict in evaluate(found, Context(DIGESTS, other), NAMED_BY_DRIFT, {"live"})
        for finding in verdict.findings
        if finding.outcome in RED
    }


def drifted(there: Environment, other: Environment) -> tuple[Drift, ...]:
    return drift_of(RICH, there, Context(DIGESTS, other), program=RICH, declared_other=STAGING)


def edited(found: Environment, edits: list[Edit]) -> Environment:
    for edit in edits:
        found = edit(found) if found.app is not None else found
    return found


@settings(max_examples=SEQUENCES, deadline=None, print_blob=True)
@given(st.lists(EDITS, max_size=5), st.lists(EDITS, max_size=1))
def test_drift_names_the_rules_that_became_red_in_verify_and_no_other(
    edits: list[Edit], on_staging: list[Edit]
) -> None:
    """Of findings, too: no rule is dropped because another of its targets was named."""
    healthy, staging = HEALTHY, live_staging()
    assert red(healthy, staging) == set()
    other = edited(staging, on_staging)
    other = change(other, stack="staging")
    there = edited(healthy, edits)
    named = Counter(
        (breach.rule.id, breach.finding.target, breach.finding.outcome)
        for drift in drifted(there, other)
        for breach in drift.breaches
    )
    assert {*named} == red(there, other)


@settings(max_examples=SEQUENCES // 2, deadline=None, print_blob=True)
@given(st.lists(EDITS, max_size=5))
def test_what_breaks_a_rule_is_never_called_harmless_or_expected(edits: list[Edit]) -> None:
    """And the worst grade is at least as bad as verify's worst outcome."""
    other = live_staging()
    there = edited(HEALTHY, edits)
    found = drifted(there, other)
    for drift in found:
        outcomes = {breach.finding.outcome for breach in drift.breaches}
        assert "fail" not in outcomes or drift.grade == "breaks the runbook"
        assert "not evaluated" not in outcomes or drift.grade in ("breaks the runbook", "unknown")
    verified = {outcome for _, _, outcome in red(there, other)}
    grades = {drift.grade for drift in found}
    assert ("fail" in verified) == ("breaks the runbook" in grades)
    assert verified != {"not evaluated"} or "unknown" in grades


@settings(max_examples=SEQUENCES // 2, deadline=None, print_blob=True)
@given(st.lists(EDITS, max_size=5))
def test_what_verify_finds_on_a_live_account_fits_what_somebody_can_do_about_it(edits: list[Edit]) -> None:
    """No rule raises, and each failure has a fix without a placeholder."""
    there = edited(HEALTHY, edits)
    for drift in drifted(there, live_staging()):
        for breach in drift.breaches:
            assert "could not be judged" not in breach.finding.found
            if breach.finding.outcome == "fail":
                assert breach.fix.text
                assert "{" not in breach.fix.text
