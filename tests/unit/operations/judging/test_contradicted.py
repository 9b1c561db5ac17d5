"""A list that lacks what the engine found unchanged in the same run proves no loss."""

from __future__ import annotations

import pytest

from operations.pulumi_run.refresh import EngineView, explanations, without_contradicted
from runbook.drift.grading import Drift
from runbook.environment import Environment
from tests.unit.runbook.live.test_drift_and_rules import RICH, drifts, gone
from tests.unit.runbook.live.test_drift_of import live
from tests.unit.runbook.rules.healthy import change

UNCHANGED = EngineView({})
LACKS = {
    "backups": change(RICH, backup_schedules=()),
    "database-attachment": change(RICH, attachments=()),
    "formation-web": change(RICH, formation=()),
}


def deleted(there: Environment) -> tuple[Drift, ...]:
    found = drifts(live(there))
    assert any(one.kind == "deleted" and one.grade == "breaks the runbook" for one in found)
    return found


@pytest.mark.parametrize("resource", LACKS)
def test_what_only_a_list_lacks_is_unknown(resource: str) -> None:
    found = without_contradicted(deleted(LACKS[resource]), UNCHANGED)
    (one,) = [one for one in found if one.resource == resource]
    assert (one.kind, one.grade, one.breaches, one.why) == (
        "not read",
        "unknown",
        (),
        f"Heroku's list lacked it, and the engine found {resource} unchanged in the same run; run drift again",
    )
    assert explanations(UNCHANGED, [one]) == ([], [])


@pytest.mark.parametrize("resource", LACKS)
def test_what_the_engine_misses_too_is_gone(resource: str) -> None:
    found = deleted(LACKS[resource])
    assert without_contradicted(found, EngineView({resource: ("delete", ())})) == found


def test_a_lost_database_is_never_taken_for_a_list_that_is_cut() -> None:
    found = drifts(gone())
    assert without_contradicted(found, UNCHANGED) == found
