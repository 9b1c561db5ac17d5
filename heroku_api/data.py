"""Typed calls of the Data API: databases, backup schedules (transfer-schedules) and backups (transfers).

The API is not documented; paths and fields are those Heroku's CLI uses. Every function raises one of
`heroku_api.errors.RequestError`. A database is named by its add-on's UUID.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from heroku_api.models import Database, Transfer, TransferSchedule
from heroku_api.shapes import every, one, segment

if TYPE_CHECKING:
    from heroku_api.client import Client

ROOT = "/client/v11"


def database(client: Client, addon_id: str) -> Database:
    """The database. 404 while it is not yet provisioned, too."""
    return one(client, Database, "GET", _database(addon_id), api="data")


def schedules(client: Client, addon_id: str) -> list[TransferSchedule]:
    """The database's backup schedules that are not deleted."""
    found = every(client, TransferSchedule, f"{_database(addon_id)}/transfer-schedules", api="data")
    return [schedule for schedule in found if schedule.deleted_at is None]


def schedule(client: Client, addon_id: str, *, name: str, hour: int, timezone: str) -> TransferSchedule:
    """Backs the database up daily at `hour`:00 in `timezone`. The same `name` again replaces hour and time zone.

    `name` is the attachment's name with `_URL`. The hour is sent as a text of two digits, as Heroku's CLI does.
    """
    body = {"hour": f"{hour:02}", "timezone": timezone, "schedule_name": name}
    return one(
        client, TransferSchedule, "POST", f"{_database(addon_id)}/transfer-schedules", body, api="data"
    )


def unschedule(client: Client, addon_id: str, uuid: str) -> None:
    client.request("DELETE", f"{_database(addon_id)}/transfer-schedules/{segment(uuid)}", api="data")


def transfers(client: Client, app: str) -> list[Transfer]:
    """Backups, restores and copies of an app's databases."""
    return every(client, Transfer, f"{ROOT}/apps/{segment(app)}/transfers", api="data")


def capture(client: Client, addon_id: str) -> Transfer:
    """Starts a manual backup. A repeated call makes another one."""
    return one(client, Transfer, "POST", f"{_database(addon_id)}/backups", api="data")


def _database(addon_id: str) -> str:
    return f"{ROOT}/databases/{segment(addon_id)}"
