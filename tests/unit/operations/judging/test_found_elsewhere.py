"""An app or database that has another name on the account than in the file: one line, with what to do."""

from __future__ import annotations

from operations.judging.found_elsewhere import found_elsewhere
from operations.pulumi_run.stored_state import StoredIds
from runbook.environment import App, Environment
from runbook.live import Rename
from runbook.unknown import Unknown
from tests.unit.runbook.adoption.described import settings
from tests.unit.runbook.live.test_drift_of import live
from tests.unit.runbook.rules.healthy import STAGING, change

FILE = settings()
IDS = StoredIds("an id", {FILE.database.name: "another id"})


def renamed(name: str) -> Environment:
    return live(change(STAGING, app=App(name=name)))


def test_what_is_called_as_in_the_file_needs_no_line() -> None:
    assert list(found_elsewhere(FILE, renamed(FILE.app.name), IDS)) == []


def test_a_renamed_app_is_said_with_both_names_and_both_ways_out() -> None:
    assert list(found_elsewhere(FILE, renamed("sc-new"), IDS)) == [
        "staging: renamed: the app is sc-new, and Pulumi.staging.yaml says app.name: sc-mvp-staging. All else is judged. Edit the "
        "file, or rename it back: heroku apps:rename sc-mvp-staging -a sc-new"
    ]


def test_a_renamed_database_is_said_unless_the_file_has_the_new_name() -> None:
    rename = Rename(declared=FILE.database.name, live="curved-1")
    there = live(change(STAGING, app=App(name=FILE.app.name)), renames=(rename,))
    assert list(found_elsewhere(FILE, there, IDS)) == [
        f"staging: renamed: the database is curved-1, and was {FILE.database.name} at the last `up`. Edit database.name in "
        f"Pulumi.staging.yaml, or rename it back: heroku addons:rename curved-1 {FILE.database.name}"
    ]
    named = FILE.model_copy(update={"database": FILE.database.model_copy(update={"name": "curved-1"})})
    assert list(found_elsewhere(named, there, IDS)) == []


def test_an_app_that_only_its_name_was_there_to_find_may_be_renamed() -> None:
    gone = live(change(STAGING, app=None))
    assert list(found_elsewhere(FILE, gone, Unknown("no stack"))) == [
        "staging: looked for by its name alone, so one that was renamed looks missing; its id was not read: no stack"
    ]
    assert list(found_elsewhere(FILE, gone, IDS)) == []
