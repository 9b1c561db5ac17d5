"""The record of an apply: written before and after each stage, and gone on with after a cut."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from operations.applying.record import Entry, Journal, Record
from operations.pulumi_run.events import Change
from operations.pulumi_run.update_plan import differences

AT = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)


def journal(folder: Path) -> Journal:
    return Journal(folder / "apply" / "staging.json", lambda: AT)


def test_each_stage_is_in_the_file_as_soon_as_it_is_noted(tmp_path: Path) -> None:
    found = journal(tmp_path)
    record = found.begin("staging", "abc")
    found.note(record, "gate", "started")
    found.note(record, "gate", "done", "may go on")
    assert found.records() == [
        Record(
            "staging",
            "abc",
            [
                Entry("gate", "started", "", "2026-11-24T02:00:00Z"),
                Entry("gate", "done", "may go on", "2026-11-24T02:00:00Z"),
            ],
        )
    ]
    assert found.path.stat().st_mode & 0o777 == 0o600


def test_an_apply_that_was_cut_off_is_gone_on_with(tmp_path: Path) -> None:
    cut = journal(tmp_path)
    cut.note(cut.begin("staging", "abc"), "up", "started")
    again = journal(tmp_path).begin("staging", "abc")
    assert (again.outcome("up"), again.is_finished) == ("started", False)


def test_another_commit_or_a_finished_apply_begins_anew_and_keeps_the_old_record(tmp_path: Path) -> None:
    found = journal(tmp_path)
    found.note(found.begin("staging", "abc"), "verify", "done")
    for commit in ("abc", "def"):
        record = found.begin("staging", commit)
        assert record.entries == []
        found.note(record, "gate", "failed")
    assert [kept.commit for kept in found.records()] == ["abc", "abc", "def"]


@pytest.mark.parametrize("text", ["", "{", "{}", '[{"stack": 1}]'])
def test_a_file_that_is_no_record_is_refused_and_not_written_over(tmp_path: Path, text: str) -> None:
    found = journal(tmp_path)
    found.path.parent.mkdir()
    found.path.write_text(text)
    with pytest.raises(ValueError, match="no record of applies; move it away"):
        found.records()
    assert found.path.read_text() == text


def _change(name: str, operation: str) -> Change:
    return Change(operation, f"urn:pulumi:staging::social-catering::t::{name}", "t", (), None, None)


def _plan(folder: Path, **steps: list[str]) -> Path:
    path = folder / "plan.json"
    plans = {_change(name, "").urn: {"steps": found} for name, found in steps.items()}
    path.write_text(json.dumps({"resourcePlans": plans}))
    return path


def test_a_plan_with_the_steps_that_were_judged_is_taken(tmp_path: Path) -> None:
    plan = _plan(tmp_path, app=["same"], web=["update"])
    assert differences(plan, [_change("app", "same"), _change("web", "update")]) == []


def test_a_plan_with_another_step_is_refused(tmp_path: Path) -> None:
    plan = _plan(tmp_path, app=["same"], database=["delete"])
    assert differences(plan, [_change("app", "same"), _change("web", "update")]) == [
        "the plan would delete database, which was not judged",
        "the plan leaves out to update web",
    ]


@pytest.mark.parametrize("text", ["", "{", "{}", '{"resourcePlans": []}'])
def test_a_plan_that_is_cut_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "plan.json"
    path.write_text(text)
    assert differences(path, []) == ["plan.json is no update plan, or is cut; run the apply again"]
