"""The rule on the newest backup: it completed, holds something, is young enough and of a plausible size."""

from __future__ import annotations

from datetime import datetime, timedelta

from runbook.environment import Environment
from runbook.live import Backup, Live
from runbook.rules.rule import LIVE, Context, Findings, Rule, Severity, failed, not_run
from runbook.rules.running import live_of
from runbook.unknown import Unknown

OLDEST = timedelta(hours=26)
"""A day, the hour that daylight saving may add, and an hour for the backup itself."""
SMALLEST_SHARE = 100
"""A dump is compressed; less than a hundredth of the database is taken for a broken one."""
IGNORED_BYTES = 10 * 1024 * 1024
"""A database below this is empty or nearly so: an empty Postgres takes about 8 MB."""


def _fresh(environment: Environment, _context: Context) -> Findings:
    live = live_of(environment)
    where = f"{environment.stack}/backups"
    if isinstance(live, Unknown):
        yield not_run(where, "its backups", live)
    elif isinstance(live.backups, Unknown):
        yield not_run(where, "its backups", live.backups)
    else:
        yield from _newest(live, live.backups, where)


def _newest(live: Live, backups: tuple[Backup, ...], where: str) -> Findings:
    """The newest that ended; one under way says nothing yet."""
    ended = sorted((found for found in backups if found.succeeded is not None), key=_ended_at)
    if not ended:
        yield failed(where, "has no finished backup", "at least one completed backup")
        return
    newest = ended[-1]
    age = live.read_at - _ended_at(newest)
    if not newest.succeeded:
        yield failed(where, f"has {newest.name}, the newest, as failed", "the newest backup to be completed")
    elif newest.size_bytes == 0:
        yield failed(where, f"has {newest.name}, the newest, with 0 bytes", "a backup that is not empty")
    elif age > OLDEST:
        hours = int(age.total_seconds() // 3600)
        yield failed(where, f"has {newest.name}, the newest, {hours} hours old", "one younger than 26 hours")
    else:
        yield from _plausible(live, newest, where)


def _ended_at(backup: Backup) -> datetime:
    return backup.finished_at or backup.started_at


def _plausible(live: Live, newest: Backup, where: str) -> Findings:
    if isinstance(live.database_use, Unknown):
        yield not_run(where, f"whether {newest.name}'s size is plausible", live.database_use)
        return
    sizes = [use.size_bytes for use in live.database_use]
    unknown = next((size for size in sizes if isinstance(size, Unknown)), None)
    if unknown is not None:
        yield not_run(where, f"whether {newest.name}'s size is plausible", unknown)
        return
    size = max((size for size in sizes if not isinstance(size, Unknown)), default=0)
    if size > IGNORED_BYTES and newest.size_bytes * SMALLEST_SHARE < size:
        yield failed(
            where,
            f"has {newest.name}, the newest, with {newest.size_bytes:,} bytes of a database of {size:,}",
            "a size that matches the database's",
        )


BACKUP_FRESH = Rule(
    id="backup-fresh",
    title="The newest backup completed, is younger than 26 hours, not empty and of a plausible size",
    section="Backup Failures",
    severity=Severity.SEV_2,
    reads=("the live backups", "the database's size"),
    decide=_fresh,
    why="Backup failures are Sev-2: a schedule that stands and fails every night is seen only here.",
    cannot_tell="The backups could not be read.",
    mend="Make one by hand, then find out why the schedule did not: plan, size, schedule",
    command="heroku pg:backups:capture -a {app}",
    on=LIVE,
)
