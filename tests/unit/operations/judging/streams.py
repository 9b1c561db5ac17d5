"""Event streams of previews with the policy pack, in the shape the engine 3.220.0 prints them."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Any

from operations.judging.answer import Answer
from operations.judging.change import Basis, judge
from operations.judging.guards import WAIVER_POLICIES
from operations.pulumi_run.runner import Done
from runbook.environment import Environment
from runbook.readers.other_stack import other_environment
from runbook.readers.plan import environment_of_plan
from runbook.rules.book import RULES
from runbook.rules.rule import Context
from runbook.rules.verdict import evaluate, sentence
from runbook.settings import STACKS, StackName
from runbook.unknown import Known
from runbook.waivers import Waiver, problems, waive
from tests.unit.runbook.readers.rendering import SIGNATURE, Declared, resources, stack_file, type_of
from tests.unit.runbook.rules.healthy import DIGESTS

TODAY = date(2026, 11, 24)
RESOURCE_POLICIES = sorted(rule.id for rule in RULES if "plan" in rule.on and rule.each)
STACK_POLICIES = sorted({rule.id for rule in RULES if "plan" in rule.on and not rule.each} | WAIVER_POLICIES)
Event = dict[str, Any]
Step = dict[str, Any]


def steps(before: Declared | None, after: Declared) -> list[Step]:
    """What the engine would do to come from one to the other, in place wherever there is both."""
    old = {found["urn"]: found for found in _states(before)} if before else {}
    new = {found["urn"]: found for found in _states(after)}
    return [_step(old.get(urn), new.get(urn)) for urn in {**new, **old}]


def _step(old: dict[str, Any] | None, new: dict[str, Any] | None) -> Step:
    either = new or old or {}
    inputs = [(found or {}).get("inputs") or {} for found in (old, new)]
    differ = sorted(key for key in {*inputs[0], *inputs[1]} if inputs[0].get(key) != inputs[1].get(key))
    operation = "create" if old is None else "delete" if new is None else "update" if differ else "same"
    return {
        "op": operation,
        "urn": either["urn"],
        "type": type_of(either),
        "old": old,
        "new": new,
        "diffs": differ if operation == "update" else None,
        "detailedDiff": None,
    }


def _states(declared: Declared) -> list[dict[str, Any]]:
    redacted = {**SIGNATURE, "ciphertext": "[secret]"}
    return [
        {
            **found,
            "type": type_of(found),
            "custom": not type_of(found).startswith("runbook:"),
            "outputs": {**found["inputs"], **found.get("outputs", {})},
            "protect": declared.stack == "production" and type_of(found) != "pulumi:pulumi:Stack",
        }
        for found in resources(declared, exists=True, secrets=redacted)
    ]


def step_on(found: Iterable[Step], type_: str) -> Step:
    """The only step on a resource of this type."""
    (only,) = [step for step in found if step["type"] == type_]
    return only


def events(
    taken: list[Step], *, drift: Iterable[Step] = (), violations: Iterable[tuple[str, str]] = ()
) -> list[Event]:
    """A whole preview. `violations` are policies with what they say."""
    told = list(violations)
    failed = {policy for policy, _ in told}
    counted = Counter(step["op"] for step in taken)
    return [
        {"policyLoadEvent": {}},
        {"preludeEvent": {"config": {}}},
        *({"resOutputsEvent": {"metadata": {**step, "op": "refresh"}, "planning": True}} for step in drift),
        {"policyRemediateSummaryEvent": {"passed": RESOURCE_POLICIES}},
        *({"resourcePreEvent": {"metadata": step, "planning": True}} for step in taken),
        *({"resOutputsEvent": {"metadata": step, "planning": True}} for step in taken),
        *(
            {"policyEvent": {"policyName": policy, "message": said, "enforcementLevel": "mandatory"}}
            for policy, said in told
        ),
        {
            "policyAnalyzeStackSummaryEvent": {
                "passed": [policy for policy in STACK_POLICIES if policy not in failed],
                "failed": sorted(failed & {*STACK_POLICIES}),
            }
        },
        *(
            [{"diagnosticEvent": {"message": "preview failed\n", "severity": "error"}}]
            if failed - {"waivers-in-force"}
            else []
        ),
        {"summaryEvent": {"resourceChanges": dict(counted), "isPreview": True}},
        {"cancelEvent": {}},
    ]


def text(found: Iterable[Event]) -> str:
    return "\n".join(json.dumps({"sequence": number, **event}) for number, event in enumerate(found))


def declare(folder: Path, *declared: Declared) -> None:
    """Writes the stack files; both are needed, as rules compare the stacks."""
    given = {found.stack: found for found in declared}
    for stack in STACKS:
        written = stack_file(given.get(stack, Declared(stack=stack)))
        (folder / f"Pulumi.{stack}.yaml").write_text(written, encoding="utf-8")


def by_the_pack(
    folder: Path, stack: StackName, stream: str, waivers: tuple[Waiver, ...] = ()
) -> list[tuple[str, str]]:
    """What the policy pack says of these resources: the same rules, through the same reader."""
    environment = environment_of_plan(stream, DIGESTS)
    context = Context(DIGESTS, other_environment(stack, folder, DIGESTS))
    before = evaluate(environment, context, RULES, {"plan"})
    return [
        *(
            (verdict.rule.id, sentence(verdict.rule, finding, environment))
            for verdict in waive(before, waivers, TODAY)
            for finding in verdict.findings
            if finding.outcome != "elsewhere"
        ),
        *(("waivers-current", str(problem)) for problem in problems(before, waivers, TODAY)),
    ]


def preview(
    folder: Path,
    stack: StackName,
    taken: list[Step],
    *,
    drift: Iterable[Step] = (),
    waivers: tuple[Waiver, ...] = (),
) -> Done:
    """A preview of these steps with the pack's verdict on them."""
    told = by_the_pack(folder, stack, text(events(taken)), waivers)
    return Done(text(events(taken, drift=drift, violations=told)), "", 255 if told else 0)


def basis(folder: Path, waivers: tuple[Waiver, ...] = (), *, exact: bool = True) -> Basis:
    return Basis(folder, DIGESTS, waivers, TODAY, 300, exact)


def gate(
    folder: Path,
    done: dict[StackName, Done],
    waivers: tuple[Waiver, ...] = (),
    secrets: dict[StackName, Known[Environment]] | None = None,
) -> Answer:
    return judge(done, basis(folder, waivers), secrets or {})
