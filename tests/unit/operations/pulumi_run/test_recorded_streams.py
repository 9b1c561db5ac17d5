"""What released engines printed is judged by what happened, whatever its numbers and exit codes are."""

from __future__ import annotations

from pathlib import Path

import pytest

from operations.pulumi_run.events import read
from operations.pulumi_run.refresh import EngineView, view_of
from operations.pulumi_run.runner import Done
from tests.evidence.archive import unpacked
from tests.unit.operations.judging.streams import declare, gate
from tests.unit.runbook.readers.rendering import Declared

VERSIONS = ("3.220.0", "3.274.1")
SAME = {"same": 16}
ONE_UPDATE = {"same": 15, "update": 1}
WHOLE = {
    "nothing-changes": SAME,
    "scaled-up": ONE_UPDATE,
    "plan-below-standard-0": ONE_UPDATE,
    "drift-of-the-formation": ONE_UPDATE,
    "first-preview": {"create": 16},
    "refresh-without-program": SAME,
}
"""Steps that a whole stream has, by kind."""


def recorded(version: str, situation: str) -> Done:
    folder = unpacked("engine-streams") / version
    return Done(
        stdout=(folder / f"{situation}.jsonl").read_text(encoding="utf-8"),
        stderr=(folder / f"{situation}.stderr").read_text(encoding="utf-8"),
        code=int((folder / f"{situation}.code").read_text(encoding="utf-8")),
    )


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("situation", WHOLE)
def test_a_whole_recorded_stream_is_believed(version: str, situation: str) -> None:
    found = read(recorded(version, situation).stdout)
    assert found.broken is None
    assert found.pack.finished
    operations = [change.operation for change in found.changes]
    assert {operation: operations.count(operation) for operation in operations} == WHOLE[situation]
    assert [drifted.name for drifted in found.drift] == (
        ["formation-web"] if situation == "drift-of-the-formation" else []
    )


@pytest.mark.slow
@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("situation", WHOLE)
def test_a_recorded_stream_that_is_cut_repeated_or_out_of_order_is_not(version: str, situation: str) -> None:
    lines = recorded(version, situation).stdout.splitlines()
    for at in range(len(lines)):
        assert read("\n".join(lines[:at])).broken, f"cut before line {at + 1}"
        assert read("\n".join([*lines[: at + 1], *lines[at:]])).broken, f"line {at + 1} twice"
        if at:
            swapped = [*lines[: at - 1], lines[at], lines[at - 1], *lines[at + 1 :]]
            assert read("\n".join(swapped)).broken, f"lines {at} and {at + 1} exchanged"


@pytest.mark.parametrize("version", VERSIONS)
def test_a_recorded_refresh_tells_that_nothing_differs(version: str) -> None:
    assert view_of(recorded(version, "refresh-preview-only").stdout) == EngineView({})


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize(
    ("situation", "outcome", "says"),
    [
        ("settings-refused", "inconclusive", 'backups.at: found "02:00 Mars/Base"'),
        ("pack-missing", "blocked", "failed to load Pulumi policy project"),
    ],
)
def test_a_recorded_failure_says_why_it_failed(
    tmp_path: Path, version: str, situation: str, outcome: str, says: str
) -> None:
    declare(tmp_path, Declared())
    (stack,) = gate(tmp_path, {"production": recorded(version, situation)}).stacks
    assert any(trouble.outcome == outcome and says in trouble.what for trouble in stack.troubles), (
        stack.troubles
    )
    assert stack.outcome == outcome
