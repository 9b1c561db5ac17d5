"""The record of an apply: written before and after each stage, and gone on with after a cut."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from operations.applying import place
from operations.applying.record import Entry, Journal, Record, Stage
from operations.pulumi_run.events import Change
from operations.pulumi_run.update_plan import differences

HERE = "account a at https://api.heroku.com, state at https://api.pulumi.com"
AT = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)


def journal(folder: Path) -> Journal:
    return Journal(folder / "apply" / "staging.json", lambda: AT)


def test_each_stage_is_in_the_file_as_soon_as_it_is_noted(tmp_path: Path) -> None:
    found = journal(tmp_path)
    record = found.begin("staging", "abc", HERE)
    found.note(record, "gate", "started")
    found.note(record, "gate", "done", "may go on")
    assert found.records() == [
        Record(
            "staging",
            "abc",
            HERE,
            [
                Entry("gate", "started", "", "2026-11-24T02:00:00Z"),
                Entry("gate", "done", "may go on", "2026-11-24T02:00:00Z"),
            ],
        )
    ]
    assert found.path.stat().st_mode & 0o777 == 0o600


def test_an_apply_that_was_cut_off_is_gone_on_with(tmp_path: Path) -> None:
    cut = journal(tmp_path)
    cut.note(cut.begin("staging", "abc", HERE), "up", "started")
    again = journal(tmp_path).begin("staging", "abc", HERE)
    assert (again.outcome("up"), again.is_finished) == ("started", False)


def test_another_commit_or_a_finished_apply_begins_anew_and_keeps_the_old_record(tmp_path: Path) -> None:
    found = journal(tmp_path)
    found.note(found.begin("staging", "abc", HERE), "verify", "done")
    for commit in ("abc", "def"):
        record = found.begin("staging", commit, HERE)
        assert record.entries == []
        found.note(record, "gate", "failed")
    assert [kept.commit for kept in found.records()] == ["abc", "abc", "def"]


@pytest.mark.parametrize("stage", ["gate", "up", "verify"])
@pytest.mark.parametrize(
    "there", ["account b at https://api.heroku.com, state at https://api.pulumi.com", HERE + "/other", ""]
)
def test_a_record_of_another_account_or_backend_skips_nothing(
    stage: Stage, there: str, tmp_path: Path
) -> None:
    """A rehearsal whose verify failed: the real account is judged and brought up all the same, and the rehearsal goes on after it."""
    found = journal(tmp_path)
    rehearsed = found.begin("staging", "abc", there)
    found.note(rehearsed, stage, "failed" if stage == "verify" else "done")
    real = found.begin("staging", "abc", HERE)
    assert real.entries == []
    found.note(real, "gate", "started")
    assert [record.place for record in found.records()] == [there, HERE]
    assert found.begin("staging", "abc", there) == rehearsed


def test_a_record_without_a_place_is_gone_on_with_by_nobody(tmp_path: Path) -> None:
    """As earlier versions wrote them."""
    found = journal(tmp_path)
    found.path.parent.mkdir()
    entry = {"stage": "up", "outcome": "done", "said": "", "at": "2026-11-24T02:00:00Z"}
    found.path.write_text(json.dumps([{"stack": "staging", "commit": "abc", "entries": [entry]}]))
    assert found.begin("staging", "abc", HERE).entries == []


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("postgres://u:canary@db.example:5432/state?sslmode=require", "postgres://db.example:5432/state"),
        ("file:///srv/state?metadata=skip", "file:///srv/state"),
        ("s3://bucket/state?secret=canary", "s3://bucket/state"),
        ("https://api.pulumi.com", "https://api.pulumi.com"),
    ],
)
def test_a_backend_is_named_without_its_password(url: str, shown: str) -> None:
    assert place._without_credentials(url) == shown


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
