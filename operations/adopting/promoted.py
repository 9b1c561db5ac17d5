"""A stack carried over to the database that was promoted: its entries take the place of those of the database before.

Pure. The one before leaves the state and nothing else: it goes on running, and no `up` can delete it any more.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from operations.adopting.declared import Declared
from operations.adopting.deployment import ATTACHMENT, State, protected, resources_of
from operations.adopting.live_app import LiveApp
from operations.errors import OperationError
from runbook.backup_time import BackupTime
from runbook.environment import PRIMARY, BackupSchedule, Environment
from runbook.readers.declared import ADDON, BACKUP_SCHEDULE, POSTGRES
from runbook.settings import StackName
from runbook.unknown import Unknown

_DEPENDS = ("dependencies", "propertyDependencies")


def entries_before(state: State, app: LiveApp) -> list[State]:
    """Of the database that was the primary one, where the app has another by now: itself and what hangs on it."""
    entries = resources_of(state)
    others = [entry for entry in entries if _is_database(entry) and app.database_id not in _ids(entry)]
    ids = {one for entry in others for one in _ids(entry)}
    return [
        entry
        for entry in entries
        if entry in others or (entry["type"] in (ATTACHMENT, BACKUP_SCHEDULE) and _database_of(entry) in ids)
    ]


def without(state: State, left_out: Iterable[State]) -> State:
    urns = {entry["urn"] for entry in left_out}
    kept = [entry for entry in resources_of(state) if entry["urn"] not in urns]
    return {**state, "deployment": {**state["deployment"], "resources": kept}}


def as_declared(entries: Iterable[State]) -> list[Declared]:
    """What the program declares by the same names: only the database is another one."""
    return [
        Declared(
            urn=entry["urn"],
            type=entry["type"],
            custom=True,
            protect=entry.get("protect") is True,
            parent=str(entry.get("parent") or ""),
            provider=str(entry.get("provider") or ""),
            inputs=entry.get("inputs") or {},
        )
        for entry in entries
    ]


def carried_over(
    state: State,
    before: Sequence[State],
    imported: Iterable[State],
    components: Mapping[str, Mapping[str, Any]],
) -> list[State]:
    """Each new entry in the place of the old one, so that what depends on it still comes later.

    `components`: the inputs that the program gives them now, by URN. Raises OperationError where one was not imported.
    """
    urns = {entry["urn"] for entry in before}
    new = {entry["urn"]: entry for entry in imported if entry["urn"] in urns}
    missing = sorted(urn.rpartition("::")[2] for urn in urns - new.keys())
    if missing:
        raise OperationError(f"{', '.join(missing)} could not be imported; nothing was changed")
    return [
        _in_place_of(entry, new[entry["urn"]])
        if entry["urn"] in new
        else {**entry, "inputs": dict(components[entry["urn"]])}
        if entry["urn"] in components
        else entry
        for entry in resources_of(state)
    ]


def require_schedule(stack: StackName, app: LiveApp, live: Environment, wanted: BackupTime) -> None:
    """Raises OperationError where the promoted database isn't backed up daily: a promotion moves no schedule."""
    if not isinstance(live.backup_schedules, Unknown) and not any(
        _is_of_primary(found, live) for found in live.backup_schedules
    ):
        raise OperationError(
            f"{stack}: {app.database_name} has no backup schedule of the name {PRIMARY}_URL, as a promotion moves none; nothing was "
            f"changed. Type this, then run it again: heroku pg:backups:schedule {PRIMARY}_URL --at '{wanted}' -a {app.name}"
        )


def words_of(before: Iterable[State], app: LiveApp, live: Environment) -> Iterator[str]:
    """What was done, and what a person may do about what is left."""
    yield f"carried over to {app.database_name}, with its attachment and its backup schedule"
    for one in () if isinstance(live.attachments, Unknown) else live.attachments:
        if one.database == app.database_name and one.name != PRIMARY:
            yield f"left its other name {one.name}; if nothing reads it: heroku addons:detach {one.name} -a {app.name}"
    for entry in before:
        if entry["type"] == ADDON:
            name = (entry.get("outputs") or {}).get("name")
            yield (
                f"left {name}: Pulumi manages it no more, and no `up` deletes it. It is billed for as long as it is there; when nobody "
                f"needs it any more: heroku addons:destroy {name} -a {app.name}"
            )


def _is_of_primary(found: BackupSchedule, live: Environment) -> bool:
    return found.attachment == PRIMARY and found.database == live.primary_database


def _in_place_of(old: State, new: State) -> State:
    depends = {key: old[key] for key in _DEPENDS if key in old}
    return protected({**new, **depends}, old.get("protect") is True)


def _is_database(entry: State) -> bool:
    return entry["type"] == ADDON and str((entry.get("inputs") or {}).get("plan")).startswith(POSTGRES)


def _ids(entry: State) -> set[str]:
    """An upgrade may give a database another id, which the outputs have first."""
    found = (entry.get("id"), (entry.get("outputs") or {}).get("id"))
    return {str(one) for one in found if one}


def _database_of(entry: State) -> str:
    return str((entry.get("inputs") or {}).get("databaseId"))
