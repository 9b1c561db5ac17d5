"""What the gate sees of the live app beside the preview, and that it agrees with verify on the account after the `up`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from operations.judging import gate, live_facts
from operations.judging.answer import Trouble
from operations.judging.live_facts import NOT_READ, LiveFacts, live_app_id, troubles_of
from operations.pulumi_run.events import Change, Preview
from runbook.environment import ConfigVar, Environment, Process
from runbook.rules.config_vars import CONFIG_PRESENT
from runbook.rules.dyno_limits import DYNO_LIMITS
from runbook.rules.dynos import DYNO_TIERS
from runbook.rules.rule import Context
from runbook.rules.verdict import findings_of
from runbook.unknown import Known, Unknown
from tests.unit.operations.judging import streams
from tests.unit.runbook.live.test_drift_of import live
from tests.unit.runbook.readers.rendering import Declared
from tests.unit.runbook.rules.healthy import DIGESTS, HEALTHY, change, with_var

CONTEXT = Context(DIGESTS)
VARS = frozenset(var.name for var in HEALTHY.config_vars.known)
FORMATION = "heroku:formation/formation:Formation"


def process(name: str, quantity: int, size: str) -> Process:
    return Process(process_type=name, quantity=quantity, dyno_type=size)


def planned(*formation: Process) -> Environment:
    return change(HEALTHY, formation=formation)


def told(facts: Known[LiveFacts], environment: Environment, *changes: Change) -> list[Trouble]:
    return list(troubles_of(facts, environment, Preview(changes), CONTEXT))


def removed(name: str, quantity: int) -> Change:
    old: dict[str, Any] = {"outputs": {"type": name, "quantity": quantity, "size": "Basic"}}
    return Change("delete", f"urn::formation-{name}", FORMATION, (), old, None)


SCALED = planned(process("web", 2, "Standard-1X"))


def test_an_undeclared_basic_worker_beside_two_standard_webs_is_refused_as_heroku_refuses_it() -> None:
    facts = LiveFacts((process("web", 1, "Basic"), process("worker", 1, "Basic")), VARS)
    assert told(facts, SCALED) == [
        Trouble(
            "blocked",
            "undeclared dynos run on the live app (worker: 1 x Basic); with them production mixes worker on Basic with web on "
            "Standard-1X, and Heroku refuses the change (dyno-tiers). Declare them, or stop them first: heroku ps:scale worker=0 "
            "-a sc-mvp-production",
        )
    ]


def test_undeclared_dynos_count_towards_the_limits_of_the_app() -> None:
    facts = LiveFacts((process("worker", 99, "Standard-1X"),), VARS)
    (one,) = told(facts, SCALED)
    assert (one.outcome, "production has 101 dynos" in one.what, "(dyno-limits)" in one.what) == (
        "blocked",
        True,
        True,
    )


@pytest.mark.parametrize(
    ("there", "environment"),
    [
        ((process("rake", 0, "Basic"),), SCALED),
        ((process("worker", 1, "Standard-1X"),), SCALED),
        (
            (process("web", 2, "Standard-1X"), process("worker", 1, "Basic")),
            planned(process("web", 1, "Basic")),
        ),
    ],
    ids=["without dynos", "of the same tier", "of the tier that the change goes back to"],
)
def test_what_heroku_takes_is_not_refused(there: tuple[Process, ...], environment: Environment) -> None:
    assert told(LiveFacts(there, VARS), environment) == []


def test_what_the_change_itself_removes_is_told_once_and_elsewhere() -> None:
    facts = LiveFacts((process("worker", 1, "Basic"),), VARS)
    assert told(facts, SCALED, removed("worker", 1)) == []


def test_an_external_secret_that_nobody_set_is_named_without_a_value() -> None:
    environment = with_var(SCALED, ConfigVar(name="STRIPE_API_KEY", kind="external"))
    assert told(LiveFacts((), VARS), environment) == [
        Trouble(
            "blocked",
            "STRIPE_API_KEY is declared external and is not set on the live app, and no `up` sets it. Set it by hand before this goes "
            "on (heroku config:set, on sc-mvp-production), or call it optional",
        )
    ]
    assert told(LiveFacts((), VARS | {"STRIPE_API_KEY"}), environment) == []


def test_an_app_that_could_not_be_read_is_said_and_not_taken_for_right() -> None:
    assert told(Unknown("503"), SCALED) == [
        Trouble("inconclusive", f"the live app could not be read, so {NOT_READ}: 503")
    ]


def test_only_an_app_that_is_there_is_looked_at() -> None:
    app = "heroku:app/app:App"
    there = Change("same", "urn::app", app, (), {"id": "an id"}, {"id": "an id"})
    assert live_app_id(Preview((there,))) == "an id"
    assert live_app_id(Preview((Change("create", "urn::app", app, (), None, {}),))) is None
    assert live_app_id(None) is None


SIZES = st.sampled_from(["Eco", "Basic", "Standard-1X", "Performance-L"])
PROCESSES = st.dictionaries(
    st.sampled_from(["web", "worker", "rake", "clock"]),
    st.tuples(st.sampled_from([0, 1, 2, 11, 60]), SIZES),
    max_size=4,
)
SECRETS = st.sets(st.sampled_from(["STRIPE_API_KEY", "MAPS_API_KEY"]))


def formation_of(found: dict[str, tuple[int, str]]) -> tuple[Process, ...]:
    return tuple(process(name, quantity, size) for name, (quantity, size) in found.items())


@given(PROCESSES, PROCESSES, SECRETS, SECRETS)
def test_the_gate_blocks_just_where_verify_would_be_red_after_the_up(
    declared: dict[str, tuple[int, str]],
    there: dict[str, tuple[int, str]],
    externals: set[str],
    present: set[str],
) -> None:
    """By the plan's verdicts and these facts together, of the rules that undeclared dynos and absent secrets can break."""
    plan = planned(*formation_of(declared))
    plan = with_var(plan, *(ConfigVar(name=name, kind="external") for name in sorted(externals)))
    facts = LiveFacts(formation_of(there), VARS | present)
    rules = (DYNO_TIERS, DYNO_LIMITS, CONFIG_PRESENT)
    by_plan = {rule.id for rule in rules if findings_of(rule, plan, CONTEXT)}
    blocked = bool(by_plan) or any(one.outcome == "blocked" for one in told(facts, plan))

    others = {name: found for name, found in there.items() if name not in declared}
    after = live(change(plan, formation=(*formation_of(declared), *formation_of(others))))
    absent = externals - present
    after = with_var(
        after, *(ConfigVar(name=name, kind="external", has_value=False) for name in sorted(absent))
    )
    red = {rule.id for rule in rules if findings_of(rule, after, CONTEXT)}
    assert blocked == bool(red)


@pytest.mark.parametrize("before", [Declared(), None], ids=["an app that is there", "a new stack"])
def test_the_gate_asks_for_the_facts_of_an_app_that_is_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, before: Declared | None
) -> None:
    asked: list[str] = []

    def facts_of(_account: object, app_id: str) -> LiveFacts:
        asked.append(app_id)
        return LiveFacts((process("worker", 1, "Standard-1X"),), frozenset())

    monkeypatch.setattr(live_facts, "read_facts", facts_of)
    declared = Declared()
    streams.declare(tmp_path, declared)
    taken = streams.steps(before, declared)
    answer = streams.gate(tmp_path, {"production": streams.preview(tmp_path, "production", taken)})
    account: Any = None
    (stack,) = gate._with_live_facts(answer, account, streams.basis(tmp_path)).stacks
    told = [one.what.partition(";")[0] for one in stack.troubles if "undeclared" in one.what]
    missing = [
        one.what.partition(" ")[0] for one in stack.troubles if "is not set on the live app" in one.what
    ]
    assert (len(asked), bool(told), bool(missing)) == ((1, True, True) if before else (0, False, False))
