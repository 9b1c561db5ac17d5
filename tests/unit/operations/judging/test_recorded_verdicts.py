"""The gate's whole verdict on what released engines printed, with the stack files that were there when they did."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from operations.judging import goals
from operations.judging.answer import Answer
from operations.pulumi_run.events import read
from operations.pulumi_run.runner import Done
from operations.pulumi_run.update_plan import differences
from tests.evidence.archive import unpacked
from tests.unit.operations.judging.streams import RESOURCE_POLICIES, STACK_POLICIES, Event, gate, text
from tests.unit.operations.pulumi_run.test_recorded_streams import VERSIONS, recorded

NO_PACK = (
    'error: failed to load Pulumi policy project located at "/srv/sc/no-such-pack": '
    "open /srv/sc/no-such-pack/PulumiPolicy.yaml: no such file or directory"
)
NO_ZONE = (
    'Pulumi.production.yaml: backups.at: found "02:00 Mars/Base"; '
    'expected a zone of the tz database, such as "America/Los_Angeles"'
)
DAMAGES: dict[str, Callable[[list[str], int], list[str]]] = {
    "cut": lambda lines, at: lines[:at],
    "doubled": lambda lines, at: [*lines[: at + 1], *lines[at:]],
    "exchanged": lambda lines, at: [*lines[:at], *reversed(lines[at : at + 2]), *lines[at + 2 :]],
}


@dataclass(frozen=True)
class Verdict:
    """`code` is the gate's; `red` the rules that fail; `steps` what is proposed; `monthly` the cost before and after."""

    code: int
    red: tuple[str, ...] = ()
    troubles: tuple[str, ...] = ()
    steps: tuple[str, ...] = ()
    drifted: tuple[str, ...] = ()
    monthly: tuple[int | None, int | None] | None = (57, 57)


CREATED = (
    "app", "app", "backups", "backups", "config-vars", "config-vars", "database", "database", "database-attachment",
    "first-release", "formation", "formation-web", "heroku", "heroku-postgres", "production",
    "social-catering-production",
)  # fmt: skip
EXPECTED = {
    "nothing-changes": Verdict(0),
    "refresh-without-program": Verdict(0),
    "scaled-up": Verdict(0, steps=("update formation-web",), monthly=(57, 100)),
    "drift-of-the-formation": Verdict(
        0, steps=("update formation-web",), drifted=("formation-web",), monthly=(100, 57)
    ),
    "first-preview": Verdict(0, steps=tuple(f"create {name}" for name in CREATED), monthly=(0, 57)),
    "plan-below-standard-0": Verdict(
        3, red=("postgres-plan-minimum", "stacks-alike"), steps=("update database",), monthly=(57, 12)
    ),
    "settings-refused": Verdict(1, troubles=(NO_ZONE,), monthly=None),
    "pack-missing": Verdict(3, troubles=(NO_PACK,), monthly=None),
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    shutil.copytree(unpacked("engine-streams") / "stack-files", tmp_path, dirs_exist_ok=True)
    return tmp_path


def with_rules_of_today(done: Done) -> Done:
    """As if the pack had passed the rules that were written after the recording. The numbers of the events stay."""
    events: list[Event] = [json.loads(line) for line in done.stdout.splitlines()]
    known = read(done.stdout).pack.policies
    for event in events:
        for kind, names in (
            ("policyAnalyzeSummaryEvent", RESOURCE_POLICIES),
            ("policyAnalyzeStackSummaryEvent", STACK_POLICIES),
        ):
            if kind in event:
                new = [name for name in names if name not in known]
                event[kind]["passed"] = [*(event[kind].get("passed") or ()), *new]
    return replace(done, stdout=text(events))


def verdict_of(answer: Answer) -> Verdict:
    (stack,) = answer.stacks
    assert stack.preview is not None
    return Verdict(
        code=answer.exit_code,
        red=tuple(sorted(verdict.rule.id for verdict in stack.verdicts_of("fail", "not evaluated"))),
        troubles=tuple(trouble.what for trouble in stack.troubles),
        steps=tuple(f"{change.operation} {change.name}" for change in stack.preview.proposed),
        drifted=tuple(drifted.name for drifted in stack.preview.drift),
        monthly=(stack.cost.now.monthly_usd, stack.cost.after.monthly_usd) if stack.cost else None,
    )


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("situation", EXPECTED)
def test_each_recorded_situation_has_its_verdict_on_every_engine(
    version: str, situation: str, folder: Path
) -> None:
    done = with_rules_of_today(recorded(version, situation))
    assert verdict_of(gate(folder, {"production": done})) == EXPECTED[situation]


def test_every_recorded_preview_has_an_expected_verdict() -> None:
    for version in VERSIONS:
        found = {path.stem for path in (unpacked("engine-streams") / version).glob("*.jsonl")}
        assert found - EXPECTED.keys() == {"refresh-preview-only"}, version


@pytest.mark.parametrize("version", VERSIONS)
def test_a_refresh_in_the_place_of_a_preview_is_blocked(version: str, folder: Path) -> None:
    done = recorded(version, "refresh-preview-only")
    assert verdict_of(gate(folder, {"production": done})).code == 3


@pytest.mark.slow
@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_stream_is_never_approved(version: str, damage: str, folder: Path) -> None:
    """Empty, cut at any line, any line twice, any two exchanged: also where the engine says that all went well."""
    done = with_rules_of_today(recorded(version, "scaled-up"))
    assert gate(folder, {"production": done}).outcome == "ok"
    lines = done.stdout.splitlines()
    places = len(lines) - (damage == "exchanged")
    approved = [
        at
        for at in range(places)
        if gate(folder, {"production": replace(done, stdout="\n".join(DAMAGES[damage](lines, at)))}).outcome
        == "ok"
    ]
    assert places > 150
    assert approved == []


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("situation", ["nothing-changes", "scaled-up"])
def test_a_recorded_update_plan_has_the_steps_of_its_preview_and_of_no_other(
    version: str, situation: str
) -> None:
    plan = unpacked("engine-streams") / version / f"{situation}.plan.json"
    changes = read(recorded(version, situation).stdout).changes
    assert differences(plan, changes) == []
    assert list(goals.troubles_of(plan)) == []
    other = "scaled-up" if situation == "nothing-changes" else "nothing-changes"
    assert differences(plan, read(recorded(version, other).stdout).changes) != []


@pytest.mark.parametrize("version", VERSIONS)
def test_a_recorded_update_plan_that_is_cut_is_refused(version: str, tmp_path: Path) -> None:
    whole = (unpacked("engine-streams") / version / "scaled-up.plan.json").read_text(encoding="utf-8")
    cut = tmp_path / "plan.json"
    changes = read(recorded(version, "scaled-up").stdout).changes
    for length in range(0, len(whole.rstrip()), 997):
        cut.write_text(whole[:length], encoding="utf-8")
        assert differences(cut, changes) == ["plan.json is no update plan, or is cut; run the apply again"]


@pytest.mark.parametrize("code", [1, 5, 7, 255])
def test_a_failed_exit_code_of_any_engine_is_not_approved_whatever_the_stream_says(
    code: int, folder: Path
) -> None:
    done = with_rules_of_today(recorded("3.274.1", "nothing-changes"))
    assert gate(folder, {"production": done}).outcome == "ok"
    assert gate(folder, {"production": replace(done, code=code)}).outcome != "ok"
