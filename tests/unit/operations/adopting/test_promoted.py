"""The state of a stack whose database was promoted away: what leaves it, what takes its place, and what is refused."""

from __future__ import annotations

from typing import Any

import pytest

from operations.adopting import promoted
from operations.adopting.deployment import ATTACHMENT, State
from operations.adopting.live_app import LiveApp
from operations.errors import OperationError
from runbook.backup_time import BackupTime
from runbook.environment import Attachment, BackupSchedule
from runbook.readers.declared import ADDON, APP, BACKUP_SCHEDULE
from tests.unit.runbook.adoption.described import live, settings

PARENT = "urn:pulumi:staging::social-catering::runbook:heroku:Environment::staging"
COMPONENT = f"{PARENT}$Database::database"
NEW = LiveApp("app-id", "sc-mvp-staging", "new-id", "second-db", {})
AT = BackupTime(2, "America/Los_Angeles")


def entry(kind: str, resource: str, id_: str, /, **inputs: Any) -> State:
    return {
        "urn": f"{PARENT}${kind}::{resource}",
        "type": kind,
        "custom": True,
        "id": id_,
        "parent": PARENT,
        "provider": f"{PARENT}::provider::provider-id",
        "inputs": inputs,
        "outputs": {"id": id_, **inputs},
        "protect": True,
    }


DATABASE = entry(ADDON, "database", "old-id", plan="heroku-postgresql:standard-0", name="old-db")
REDIS = entry(ADDON, "cache", "redis-id", plan="heroku-redis:mini", name="cache")
NAME = {
    **entry(ATTACHMENT, "database-attachment", "attachment-id", name="DATABASE", databaseId="old-id"),
    "dependencies": [DATABASE["urn"]],
    "propertyDependencies": {"databaseId": [DATABASE["urn"]]},
}
BACKUPS = entry(BACKUP_SCHEDULE, "backups", "app-id:DATABASE_URL", attachment="DATABASE", databaseId="old-id")
DECLARED = {
    "urn": COMPONENT,
    "type": "runbook:heroku:Database",
    "custom": False,
    "inputs": {"name": "old-db"},
}
VARS = {**entry("config", "config-vars", "config-id"), "dependencies": [NAME["urn"]]}
OTHERS = [entry(APP, "app", "app-id"), DECLARED, REDIS]
STATE: State = {"version": 3, "deployment": {"resources": [*OTHERS, DATABASE, NAME, VARS, BACKUPS]}}


def imported(old: State, id_: str) -> State:
    """As the engine brings it: without what the program says of it."""
    new = {
        key: value
        for key, value in old.items()
        if key not in {"protect", "dependencies", "propertyDependencies"}
    }
    return {**new, "id": id_, "inputs": {"databaseId": "new-id"}, "dependencies": []}


def test_the_database_before_and_what_hangs_on_it_leave_the_state_and_no_other_add_on() -> None:
    left = promoted.entries_before(STATE, NEW)
    assert left == [DATABASE, NAME, BACKUPS]
    assert promoted.without(STATE, left)["deployment"]["resources"] == [*OTHERS, VARS]


def test_nothing_leaves_the_state_that_has_the_primary_database_already() -> None:
    same = LiveApp("app-id", "sc-mvp-staging", "old-id", "old-db", {})
    assert promoted.entries_before(STATE, same) == []
    moved = {**DATABASE, "outputs": {"id": "new-id"}}
    assert promoted.entries_before({"deployment": {"resources": [moved, NAME]}}, NEW) == []


def test_each_new_entry_takes_the_place_of_the_old_one_protected_and_with_what_it_depends_on() -> None:
    left = promoted.entries_before(STATE, NEW)
    new = [
        imported(DATABASE, "new-id"),
        imported(NAME, "new-attachment"),
        imported(BACKUPS, "app-id:DATABASE_URL"),
    ]
    after = promoted.carried_over(STATE, left, [*OTHERS, *new], {COMPONENT: {"name": "second-db"}})
    assert [one["urn"] for one in after] == [one["urn"] for one in STATE["deployment"]["resources"]]
    assert after[1]["inputs"] == {"name": "second-db"}
    assert (after[2], after[5]) == (REDIS, VARS)
    assert [after[place]["id"] for place in (3, 4, 6)] == ["new-id", "new-attachment", "app-id:DATABASE_URL"]
    assert {after[place]["protect"] for place in (3, 4, 6)} == {True}
    assert after[4]["propertyDependencies"] == {"databaseId": [DATABASE["urn"]]}


def test_what_could_not_be_imported_changes_nothing() -> None:
    left = promoted.entries_before(STATE, NEW)
    with pytest.raises(
        OperationError, match="backups, database-attachment could not be imported; nothing was changed"
    ):
        promoted.carried_over(STATE, left, [imported(DATABASE, "new-id")], {})


def test_a_promoted_database_without_a_schedule_of_its_own_is_refused_with_what_to_type() -> None:
    """The old one's schedule is called DATABASE too."""
    attached = (Attachment(name="DATABASE", database="second-db"),)
    schedule = BackupSchedule(attachment="DATABASE", database="old-db", hour=2, zone="America/Los_Angeles")
    there = live(settings(), attachments=attached, backup_schedules=(schedule,))
    with pytest.raises(
        OperationError,
        match=r"second-db has no backup schedule .*heroku pg:backups:schedule DATABASE_URL --at '02:00 America/Los_Angeles' -a "
        "sc-mvp-staging",
    ):
        promoted.require_schedule("staging", NEW, there, AT)
    own = schedule.model_copy(update={"database": "second-db"})
    promoted.require_schedule(
        "staging", NEW, live(settings(), attachments=attached, backup_schedules=(own,)), AT
    )
