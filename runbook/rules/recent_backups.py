"""The rule on the newest backup: it completed, holds something, is young enough and of a plausible size."""

from __future__ import annotations

from datetime import datetime, timedelta

from runbook.checklists import BACKUP_COMPLETED, BACKUP_STATUS
from runbook.environment import PRIMARY, Environment
from runbook.live import Backup, Live
from runbook.rules.fixes import heroku
from runbook.rules.rule import LIVE, Context, Finding, Findings, Fix, Rule, Severity, failed, not_run
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
    primary = environment.primary_database
    if isinstance(live, Unknown):
        yield not_run(where, "its backups", live)
    elif isinstance(live.backups, Unknown):
        yield not_run(where, "its backups", live.backups)
    elif isinstance(primary, Unknown):
        yield not_run(where, "which database is behind DATABASE_URL", primary)
    elif primary is None:
        yield failed(where, "are of no database behind DATABASE_URL", "a backup of the app's database")
    else:
        yield from _of_primary(live, live.backups, primary, where)


def _of_primary(live: Live, backups: tuple[Backup, ...], primary: str, where: str) -> Findings:
    """Another database's backup, or that of one destroyed since, brings nothing back."""
    own = tuple(found for found in backups if found.database == primary)
    unknown = next((found.database for found in backups if isinstance(found.database, Unknown)), None)
    ended = any(found.succeeded is not None for found in own)
    if isinstance(unknown, Unknown) and not ended:
        yield not_run(where, f"which backups are of {primary}", unknown)
    elif not ended:
        found = f"has no finished backup of {primary}" if backups else "has no finished backup"
        yield failed(where, found, "at least one completed backup")
    else:
        yield from _newest(live, own, primary, where)


def _newest(live: Live, backups: tuple[Backup, ...], primary: str, where: str) -> Findings:
    """The newest that ended; one under way says nothing yet."""
    newest = max((found for found in backups if found.succeeded is not None), key=_order)
    age = live.read_at - _ended_at(newest)
    if not newest.succeeded:
        yield failed(where, f"has {newest.name}, the newest, as failed", "the newest backup to be completed")
    elif newest.size_bytes == 0:
        yield failed(where, f"has {newest.name}, the newest, with 0 bytes", "a backup that is not empty")
    elif age > OLDEST:
        hours = int(age.total_seconds() // 3600)
        yield failed(where, f"has {newest.name}, the newest, {hours} hours old", "one younger than 26 hours")
    else:
        yield from _plausible(live, newest, primary, where)


def _order(backup: Backup) -> tuple[datetime, datetime, str]:
    return _ended_at(backup), backup.started_at, backup.name


def _ended_at(backup: Backup) -> datetime:
    return backup.finished_at or backup.started_at


def _plausible(live: Live, newest: Backup, primary: str, where: str) -> Findings:
    if isinstance(live.database_use, Unknown):
        yield not_run(where, f"whether {newest.name}'s size is plausible", live.database_use)
        return
    sizes = [use.size_bytes for use in live.database_use if use.database == primary]
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


def _capture(_finding: Finding, environment: Environment) -> Fix:
    return heroku(environment, f"pg:backups:capture {PRIMARY}_URL")


BACKUP_FRESH = Rule(
    id="backup-fresh",
    items=(BACKUP_COMPLETED, BACKUP_STATUS),
    title="The newest backup of the database behind DATABASE_URL completed, is younger than 26 hours, not empty and of a plausible size",
    section="Backup Failures",
    severity=Severity.SEV_2,
    reads=("the live backups and the database each is of", "what is behind DATABASE_URL", "its size"),
    decide=_fresh,
    why="Backup failures are Sev-2: only this rule sees a schedule that fails every night.",
    cannot_tell="The backups could not be read.",
    edit="Make one by hand, then find out why the schedule did not: plan, size, schedule",
    command="heroku pg:backups:capture -a {app}",
    fix=_capture,
    hangs_on_database=lambda _: True,
    on=LIVE,
)
