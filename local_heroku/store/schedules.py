"""Backup schedules: daily, at a whole hour of wall time in a time zone."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

from local_heroku.errors import data_not_found, invalid_params
from local_heroku.store.records import Addon, BackupSchedule
from local_heroku.store.world import World, new_id

LAST_HOUR = 23


def put(world: World, addon: Addon, *, name: str, hour: int, timezone: str) -> BackupSchedule:
    """Schedule backups; a schedule of the same name keeps its id and takes the new hour and zone (docs/heroku-api.md §6, unconfirmed)."""
    if not 0 <= hour <= LAST_HOUR:
        raise invalid_params(f"hour must be 0 to {LAST_HOUR}, not {hour}")
    if timezone not in _zones():
        raise invalid_params(f"timezone {timezone[:60]!r} is not in the tz database")
    first = next_run(hour, timezone, world.now)
    present = next((item for item in world.schedules.of(addon.id) if item.name == name), None)
    if present is None:
        return world.schedules.put(
            BackupSchedule(new_id(), addon.id, name, hour, timezone, world.now, world.now, first),
        )
    return world.schedules.put(
        replace(present, hour=hour, timezone=timezone, updated_at=world.now, next_run=first),
    )


def delete(world: World, addon: Addon, schedule_id: str) -> BackupSchedule:
    schedule = world.schedules.get(schedule_id)
    if schedule is None or schedule.addon_id != addon.id:
        raise data_not_found()
    return world.schedules.remove(schedule)


def next_run(hour: int, timezone: str, after: float) -> float:
    """The first run strictly after `after`, both in seconds since the epoch.

    One run a local day: an hour that a clock change skips runs when the clock has jumped over it, an hour that
    comes twice runs the first time. Not validated against the real service.
    """
    zone = ZoneInfo(timezone)
    day = datetime.fromtimestamp(after, zone).date() - timedelta(days=1)
    while True:
        run = datetime(day.year, day.month, day.day, hour, tzinfo=zone).astimezone(UTC).timestamp()
        if run > after:
            return run
        day += timedelta(days=1)


def realign(world: World) -> None:
    """After the clock moved backwards: every schedule waits for its next hour again."""
    for schedule in world.schedules.all():
        first = next_run(schedule.hour, schedule.timezone, world.now)
        world.schedules.put(replace(schedule, next_run=first))


@cache
def _zones() -> set[str]:
    return available_timezones()
