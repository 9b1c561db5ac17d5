"""What is read from a preview beside the rules: replacements, crashes, refusals, and providers."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from operations.forms.json import data
from operations.forms.markdown import markdown
from operations.pulumi_run.runner import Done
from runbook.rules.steps import HOLDS_DATA
from tests.unit.operations.judging.streams import Event, declare, events, gate, preview, step_on, steps, text
from tests.unit.runbook.readers.rendering import Declared

HEALTHY = Declared()
ADDON = next(token for token, what in HOLDS_DATA.items() if what == "the database")
PROVIDER = "pulumi:providers:heroku"
LEFT_OUT = {"setAppAllConfigVarsInState": False, "setAddonConfigVarsInState": False}


def judged(folder: Path, stream: list[Event], code: int = 0) -> dict[str, Any]:
    declare(folder, HEALTHY)
    (stack,) = data(gate(folder, {"production": Done(text(stream), "", code)}))["stacks"]
    return dict(stack)


def test_a_replacement_is_one_step_and_what_stands_keeps_its_price(tmp_path: Path) -> None:
    """The engine streams it as three, counts it as one, and marks what stands as to be deleted."""
    taken = steps(HEALTHY, HEALTHY)
    addon = step_on(taken, ADDON)
    addon.update(op="replace", old={**addon["old"], "delete": True})
    parts = [
        {"resourcePreEvent": {"metadata": {**addon, "op": part}}}
        for part in ("create-replacement", "delete-replaced")
    ]
    stream = events(taken)
    stack = judged(tmp_path, [*stream[:3], *parts, *stream[3:]])
    assert stack["blocks"] == []
    assert [step["operation"] for step in stack["steps"]] == ["replace"]
    assert stack["cost"]["now"]["monthly_usd"] == stack["cost"]["after"]["monthly_usd"] == 57


def test_the_same_change_has_the_same_comment_whatever_order_the_engine_takes(tmp_path: Path) -> None:
    poor = replace(HEALTHY, hour=3, budget=50)
    declare(tmp_path, poor)
    taken = steps(HEALTHY, poor)
    orders = [taken, taken[::-1], taken[3:] + taken[:3]]
    previews = [preview(tmp_path, "production", order) for order in orders]
    assert len({markdown(gate(tmp_path, {"production": found})) for found in previews}) == 1


def failed(*messages: str, refused: str = "") -> list[Event]:
    """A preview that ends early."""
    violation = {"policyName": refused, "message": "no", "enforcementLevel": "mandatory"}
    return [
        {"policyLoadEvent": {}},
        *([{"policyEvent": violation}] if refused else []),
        *({"diagnosticEvent": {"message": message, "severity": "error"}} for message in messages),
        {"cancelEvent": {}},
    ]


def test_a_crash_is_told_by_the_programs_own_line(tmp_path: Path) -> None:
    frames = [
        ("__main__.py", 9),
        ("components/environment.py", 57),
        (".venv/lib/site-packages/pulumi/output.py", 3),
    ]
    traced = "".join(f'  File "{tmp_path / name}", line {line}, in it\n    call()\n' for name, line in frames)
    said = f"Program failed with an unhandled exception:\nTraceback (most recent call last):\n{traced}KeyError: 'web'\n"
    stack = judged(tmp_path, failed(said), 255)
    assert stack["inconclusive"] == ["the program failed: components/environment.py:57: KeyError: 'web'"]


def test_what_a_pack_wrote_line_by_line_as_it_crashed_is_one_reason(tmp_path: Path) -> None:
    lines = [
        "error: Program failed with an unhandled exception:",
        "Traceback (most recent call last):",
        f'  File "{tmp_path}/policies/pack.py", line 28, in <module>',
        "    import no_such_module",
        "ModuleNotFoundError: No module named 'no_such_module'",
    ]
    written = [{"diagnosticEvent": {"message": f"{line}\n\n", "severity": "info#err"}} for line in lines]
    declare(tmp_path, HEALTHY)
    ran = Done(
        text([{"policyLoadEvent": {}}, *written]), 'error: policy pack "policies" failed to start', 255
    )
    (stack,) = data(gate(tmp_path, {"production": ran}))["stacks"]
    assert stack["blocks"] == [
        "the program failed: policies/pack.py:28: ModuleNotFoundError: No module named 'no_such_module'",
        'error: policy pack "policies" failed to start',
    ]


EXITED = "an unhandled error occurred: program exited with non-zero exit code: 1"


@pytest.mark.parametrize(
    ("said", "told"), [(("no such process type", EXITED), "no such process type"), ((EXITED,), EXITED)]
)
def test_that_a_program_exited_is_a_reason_only_where_there_is_no_other(
    tmp_path: Path, said: tuple[str, ...], told: str
) -> None:
    assert judged(tmp_path, failed(*said), 255)["inconclusive"] == [told]


def test_what_the_pack_refused_before_the_preview_ended_is_told(tmp_path: Path) -> None:
    stack = judged(tmp_path, failed("Heroku does not answer", refused="web-runs"), 255)
    assert stack["blocks"] == ["as far as the preview got, the policy pack refuses web-runs"]
    assert stack["outcome"] == "blocked"


def alone(type_: str, inputs: dict[str, str]) -> dict[str, Any]:
    """The step on a resource that stays as it is."""
    urn = f"urn:pulumi:production::social-catering::{type_}::added"
    state = {"urn": urn, "type": type_, "inputs": inputs, "outputs": inputs, "protect": True}
    return {"op": "same", "urn": urn, "type": type_, "old": state, "new": state}


@pytest.mark.parametrize(
    ("type_", "told"),
    [
        ("heroku:drain/drain:Drain", []),
        ("heroku:space/space:Space", ["what added (heroku:space/space:Space) costs is not known"]),
    ],
)
def test_what_no_catalogue_prices_can_not_be_told(tmp_path: Path, type_: str, told: list[str]) -> None:
    stack = judged(tmp_path, events([*steps(HEALTHY, HEALTHY), alone(type_, {})]))
    assert [what.partition(";")[0] for what in stack["inconclusive"]] == told


@pytest.mark.parametrize(
    ("inputs", "is_blocked"),
    [
        ({"customizations": json.dumps([LEFT_OUT])}, False),
        ({"customizations": json.dumps([{**LEFT_OUT, "setAppAllConfigVarsInState": True}])}, True),
        ({"customizations": json.dumps([{"setAppAllConfigVarsInState": False}])}, True),
        ({"customizations": json.dumps([])}, True),
        ({"customizations": "not JSON"}, True),
        ({}, True),
    ],
)
def test_a_provider_that_keeps_what_is_set_by_hand_is_blocked(
    tmp_path: Path, inputs: dict[str, str], *, is_blocked: bool
) -> None:
    stack = judged(tmp_path, events([*steps(HEALTHY, HEALTHY), alone(PROVIDER, inputs)]))
    assert [what.partition(", secrets")[0] for what in stack["blocks"]] == (
        ["the provider added would keep every config var in the state"] if is_blocked else []
    )


def test_protection_that_a_refresh_within_the_run_took_away_already_is_seen(tmp_path: Path) -> None:
    """The engine's step then says `same`, and `old` has the program's options; only the refresh has the state's."""
    taken = steps(HEALTHY, HEALTHY)
    addon = step_on(taken, ADDON)
    refreshed = {**addon, "op": "refresh"}
    addon.update(old={**addon["old"], "protect": False}, new={**addon["new"], "protect": False})
    stream = events(taken)
    stack = judged(tmp_path, [*stream[:2], {"resourcePreEvent": {"metadata": refreshed}}, *stream[2:]])
    (row,) = [row for row in stack["verdicts"] if row["rule"] == "no-data-loss"]
    assert [finding["found"] for finding in row["findings"]] == ["would lose its protection (same)"]
