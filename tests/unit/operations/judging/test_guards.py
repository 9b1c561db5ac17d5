"""Each way in which the gate itself can break is red, and says so."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from operations.forms.markdown import markdown
from operations.judging import guards
from operations.judging.answer import Answer
from operations.judging.change import judge
from operations.pulumi_run.events import Change, Preview
from operations.pulumi_run.runner import Done
from tests.unit.operations.judging.streams import (
    RESOURCE_POLICIES,
    STACK_POLICIES,
    Event,
    basis,
    declare,
    events,
    gate,
    preview,
    step_on,
    steps,
    text,
)
from tests.unit.runbook.readers.rendering import Declared

HEALTHY = Declared()
POLICIES = len(RESOURCE_POLICIES) + len(STACK_POLICIES)
Break = Callable[[list[Event]], list[Event]]


def healthy() -> list[Event]:
    return events(steps(HEALTHY, HEALTHY))


def ran(found: list[Event], *, code: int | None = 0, stderr: str = "") -> Done:
    return Done(text(found), stderr, code)


def without(kind: str) -> list[Event]:
    return [event for event in healthy() if kind not in event]


def edited(kind: str, **fields: object) -> list[Event]:
    """Every event of this kind with other fields."""
    return [{kind: {**event[kind], **fields}} if kind in event else event for event in healthy()]


def refusing(policy: str) -> list[Event]:
    return [
        {"policyEvent": {"policyName": policy, "message": "says no", "enforcementLevel": "mandatory"}},
        *healthy(),
    ]


def advising(policy: str) -> list[Event]:
    return [
        {"policyEvent": {"policyName": policy, "message": "perhaps", "enforcementLevel": "advisory"}},
        *healthy(),
    ]


def failing(message: str) -> Done:
    error = {"diagnosticEvent": {"message": message, "severity": "error"}}
    return Done(text([{"policyLoadEvent": {}}, error, {"cancelEvent": {}}]), "", 255)


WHOLE = text(healthy())
LINES = WHOLE.splitlines()


@dataclass(frozen=True)
class Broken:
    words: str
    done: Done
    says: list[str]
    """All of it."""
    code: int = 3


BROKEN = [
    Broken("an empty stream", Done("", "", 0), ["the preview's event stream is empty; run the gate again"]),
    Broken("a stream cut within a line", Done(WHOLE[:-200], "", 0), ["the preview's event stream is cut: line 28 is no JSON; run the gate again"]),
    Broken("a stream cut after a line", Done("\n".join(LINES[:-2]), "", 0), ["the preview's event stream is cut: it has no summaryEvent; run the gate again"]),
    Broken("a stream without its last line", Done("\n".join(LINES[:-1]), "", 0), ["the preview's event stream is cut: it has no cancelEvent; run the gate again"]),
    Broken("a stream without its first line", Done("\n".join(LINES[1:]), "", 0), ["the preview's event stream is cut: it begins with event 1, not with event 0; run the gate again"]),
    Broken("a step left out", ran([event for event in healthy() if '"type": "heroku:app/app:App"' not in json.dumps(event)]), ["the preview's event stream has steps {'same': 11} and counts {'same': 12}; run the gate again"]),
    Broken("another form", ran([*healthy()[:3], {"resourcePreEvent": {"step": {}}}, *healthy()[3:]]), ["the preview's event stream has another form than this version of Pulumi gives it; run the gate again"]),
    Broken("no JSON at all", Done("Previewing update (production)\n", "", 0), ["the preview's event stream is cut: line 1 is no JSON; run the gate again"]),
    Broken("a pack that did not run", ran([event for event in healthy() if not any(kind.startswith(("policyAn", "policyRem")) for kind in event)]), [f"the policy pack did not run; expected its {POLICIES} policies"]),
    Broken("a pack that did not finish", ran(without("policyAnalyzeStackSummaryEvent")), ["the policy pack did not finish: its verdict on the whole stack is missing"]),
    Broken("a rule lost from the pack", ran(edited("policyRemediateSummaryEvent", passed=RESOURCE_POLICIES[1:])), [f"the policy pack ran {POLICIES - 1} of {POLICIES} policies, without {RESOURCE_POLICIES[0]}"]),
    Broken("a rule that no book has", ran(edited("policyRemediateSummaryEvent", passed=[*RESOURCE_POLICIES, "all-is-well"])), ["the policy pack has all-is-well, which the rules don't have"]),
    Broken("a pack of another name", ran(edited("policyAnalyzeStackSummaryEvent", policyPackName="ours")), ["the policy pack is named ours; expected runbook"]),
    Broken("a rule made advisory", ran(advising("cost-budget")), ["the policy pack only advises on cost-budget; expected every policy to be mandatory", "the policy pack refuses cost-budget, and it is not red here"]),
    Broken("a pack that refuses what holds", ran(refusing("cost-budget"), code=255), ["the policy pack refuses cost-budget, and it is not red here"]),
    Broken("a pack that raises", failing("failed to run policy: Exception calling application: x"), ["failed to run policy: Exception calling application: x"]),
    Broken("a pack that doesn't start", Done(text([{"policyLoadEvent": {}}, {"cancelEvent": {}}]), 'error: policy pack "policies" failed to start', 255), ['error: policy pack "policies" failed to start']),
    Broken("a pack that is not there", Done(text([{"policyLoadEvent": {}}, {"cancelEvent": {}}]), "error: failed to load Pulumi policy project located at policies", 255), ["error: failed to load Pulumi policy project located at policies"]),
    Broken("a preview that hangs", Done("\n".join(LINES[:5]), "", None), ["the preview did not end within 300 s and was stopped; is the policy pack or Heroku slow? --time-limit gives it longer"]),
    Broken("a preview of another stack", ran(events(steps(Declared(stack="staging"), Declared(stack="staging")))), ["the preview is of staging, not of production"]),
    Broken("an engine that refuses what is protected", failing('Preview failed: resource "urn:pulumi:production::social-catering::heroku:addon/addon:Addon::database" cannot be deleted\nbecause it is protected. To unprotect'), ["database would be deleted or replaced, which the engine refuses, as it is protected. Undo that change; to remove something on purpose, take its protection away in a change of its own"]),
    Broken("an account that doesn't answer", failing("Preview failed: Heroku does not answer"), ["Preview failed: Heroku does not answer"], code=1),
    Broken("an engine that can't be started", Done("", "error: the stack is currently locked by 1 lock(s)", 255), ["error: the stack is currently locked by 1 lock(s)"], code=1),
    Broken("an exit code without a reason", ran(healthy(), code=2), ["pulumi ended with exit code 2 and gave no reason"], code=1),
]  # fmt: skip


@pytest.mark.fault("F56", "F59", "B55", "B59")
@pytest.mark.parametrize("broken", BROKEN, ids=lambda broken: broken.words)
def test_a_gate_that_breaks_is_red_and_says_why(broken: Broken, tmp_path: Path) -> None:
    declare(tmp_path, HEALTHY)
    answer = gate(tmp_path, {"production": broken.done})
    assert [trouble.what for trouble in answer.stacks[0].troubles] == broken.says
    assert answer.exit_code == broken.code
    assert (
        markdown(answer)
        .splitlines()[1]
        .startswith({3: "## ⛔ Blocked", 1: "## ❔ Inconclusive"}[broken.code])
    )


def test_the_same_preview_unbroken_is_green(tmp_path: Path) -> None:
    declare(tmp_path, HEALTHY)
    assert gate(tmp_path, {"production": ran(healthy())}).exit_code == 0


def test_a_pack_that_passes_what_breaks_a_rule_is_told_from_one_that_works(tmp_path: Path) -> None:
    poor = replace(HEALTHY, budget=1)
    declare(tmp_path, poor)
    answer = gate(tmp_path, {"production": Done(text(events(steps(HEALTHY, poor))), "", 0)})
    assert [trouble.what for trouble in answer.stacks[0].troubles] == [
        "cost-budget is red here, and the policy pack let it pass"
    ]
    assert answer.exit_code == 3


def test_no_stack_is_no_pass() -> None:
    assert Answer("gate", (), Path()).exit_code == 1


BUILD = "heroku:build/build:Build"
FORMATION = "heroku:formation/formation:Formation"


def building(operation: str, *, formation: str) -> Preview:
    """One build and one formation, each with its step."""
    taken = {BUILD: operation, FORMATION: formation}
    return Preview(
        tuple(
            Change(done, f"urn:pulumi:production::social-catering::{kind}::{kind[7:12]}", kind, (), None, {})
            for kind, done in taken.items()
        )
    )


@pytest.mark.parametrize(
    ("operation", "formation"),
    [
        ("create", "same"),
        ("create", "update"),
        ("create", "import"),
        ("create", "replace"),
        ("replace", "create"),
    ],
)
def test_a_build_over_a_release_blocks(operation: str, formation: str) -> None:
    (trouble,) = guards.of_builds(building(operation, formation=formation))
    assert trouble.outcome == "blocked"
    assert trouble.what.startswith("build would be deployed over the release that the app has")


@pytest.mark.parametrize(("operation", "formation"), [("create", "create"), ("same", "update")])
def test_the_first_build_of_a_new_app_and_one_that_stays_are_let_through(
    operation: str, formation: str
) -> None:
    assert list(guards.of_builds(building(operation, formation=formation))) == []


def test_a_build_that_a_change_brings_onto_a_live_app_is_part_of_the_answer(tmp_path: Path) -> None:
    """Its path through the whole judgement."""
    declare(tmp_path, HEALTHY)
    taken = steps(HEALTHY, HEALTHY)
    app = step_on(taken, "heroku:app/app:App")
    urn = app["urn"].replace("heroku:app/app:App::app", f"{BUILD}::first-release")
    built = {
        **app,
        "op": "create",
        "urn": urn,
        "type": BUILD,
        "old": None,
        "new": {**app["new"], "urn": urn, "type": BUILD},
    }
    answer = gate(tmp_path, {"production": ran(events([*taken, built]))})
    assert answer.exit_code == 3
    assert [trouble.what.partition(" that")[0] for trouble in answer.stacks[0].troubles] == [
        "first-release would be deployed over the release"
    ]


def test_a_later_version_may_have_more_rules_and_none_fewer(tmp_path: Path) -> None:
    declare(tmp_path, HEALTHY)
    more = ran(edited("policyRemediateSummaryEvent", passed=[*RESOURCE_POLICIES, "a-new-rule"]))
    fewer = ran(edited("policyRemediateSummaryEvent", passed=RESOURCE_POLICIES[1:]))
    by_main = basis(tmp_path, exact=False)
    assert judge({"production": more}, by_main, {}).exit_code == 0
    assert judge({"production": fewer}, by_main, {}).exit_code == 3


@pytest.mark.fault("B78")
def test_every_prefix_of_a_stream_is_red(tmp_path: Path) -> None:
    declare(tmp_path, HEALTHY)
    whole = preview(tmp_path, "production", steps(HEALTHY, HEALTHY)).stdout
    last = whole.rindex("\n")
    for end in [*range(0, last, 997), *(last - back for back in range(1, 60, 7))]:
        answer = gate(tmp_path, {"production": Done(whole[:end], "", 0)})
        assert answer.exit_code == 3, end


def test_lines_are_events_in_the_engines_order() -> None:
    assert [json.loads(line)["sequence"] for line in LINES] == list(range(len(LINES)))
