"""The backups of an app, and which of its databases each was made of.

Heroku lists them by app. A transfer names the attachment of its time, which a promotion gives to another database; so
it is known by the address it was read from, and else by which databases there were then.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime

from heroku_api import models
from runbook.live import Backup
from runbook.readers.live.app import AppRead
from runbook.unknown import Known, Unknown

_SEVERAL = Unknown("Heroku does not say of which of the app's databases it is")


def backups_of(
    read: AppRead, attachments: Known[list[models.Attachment]], names: Mapping[str, str]
) -> Known[tuple[Backup, ...]]:
    """`names` are the databases' names by add-on id."""
    if isinstance(read.transfers, Unknown):
        return read.transfers
    places = _places(read, attachments, names)
    tell_by_place = any(found.from_place in places for found in read.transfers)
    try:
        return tuple(
            _backup(found, _owner(found, read, names, places if tell_by_place else {}))
            for found in read.transfers
            if found.is_backup and not found.deleted_at and not found.canceled_at
        )
    except ValueError:
        return Unknown("Heroku's times of the backups could not be read")


def _backup(found: models.Transfer, database: Known[str | None]) -> Backup:
    return Backup(
        name=found.name,
        database=database,
        scheduled=bool(found.schedule),
        started_at=_time(found.created_at),
        finished_at=_time(found.finished_at) if found.finished_at else None,
        succeeded=found.succeeded,
        size_bytes=found.processed_bytes,
    )


def _places(
    read: AppRead, attachments: Known[list[models.Attachment]], names: Mapping[str, str]
) -> dict[str, str]:
    """The databases' names by host and name, as the config vars of their attachments have them."""
    if isinstance(read.config_vars, Unknown) or isinstance(attachments, Unknown):
        return {}
    places = read.config_vars.places
    return {
        places[var]: names.get(str(found.addon.id), found.addon.name)
        for found in attachments
        if str(found.app.id) == read.app.id
        for var in found.config_vars
        if var in places
    }


def _owner(
    found: models.Transfer, read: AppRead, names: Mapping[str, str], places: Mapping[str, str]
) -> Known[str | None]:
    """`places` is empty where the transfers have no address that can be compared."""
    if found.from_place and places:
        return places.get(found.from_place)
    if isinstance(read.addons, Unknown):
        return read.addons
    then = _time(found.created_at)
    there = [addon for addon in read.addons if addon.is_postgres and _was_there(addon, then)]
    if len(there) > 1:
        return _SEVERAL
    return names[str(there[0].id)] if there else None


def _was_there(addon: models.AddOn, then: datetime) -> bool:
    return addon.created_at is None or addon.created_at <= then


def _time(text: str) -> datetime:
    """`2026-08-04 02:00:05 +0000`, or RFC 3339. Raises ValueError."""
    moment = datetime.fromisoformat(text.replace(" +", "+").replace(" UTC", "+00:00"))
    return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
