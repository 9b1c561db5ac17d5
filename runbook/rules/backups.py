"""Rules on the daily backup: that there is one, of the right database, at the runbook's time."""

from __future__ import annotations

from runbook.backup_time import BackupTime
from runbook.environment import PRIMARY, BackupSchedule, Environment
from runbook.rules.rule import Context, Findings, Rule, Severity, each, failed, not_run, target
from runbook.unknown import Known, Unknown

DAILY_AT = BackupTime(2, "America/Los_Angeles")
"""Runbook, Check Backup Status and View Backup Schedule: daily at 2:00 AM Pacific."""

_ONE = "exactly one daily backup of the database behind DATABASE_URL"
_SCHEDULE = "heroku pg:backups:schedule DATABASE_URL --at '02:00 America/Los_Angeles' -a {app}"


def _daily(environment: Environment, _context: Context) -> Findings:
    where = f"{environment.stack}/{PRIMARY}"
    schedules = environment.backup_schedules
    if isinstance(schedules, Unknown):
        yield not_run(where, "its backup schedules", schedules)
    elif len(schedules) != 1:
        yield failed(where, f"has {len(schedules) or 'no'} backup schedule{'s' * bool(schedules)}", _ONE)
    else:
        yield from _of_primary(schedules[0], _primary_database(environment), where)


def _primary_database(environment: Environment) -> Known[str | None]:
    if isinstance(environment.attachments, Unknown):
        return environment.attachments
    return next((found.database for found in environment.attachments if found.name == PRIMARY), None)


def _of_primary(schedule: BackupSchedule, primary: Known[str | None], where: str) -> Findings:
    if isinstance(schedule.attachment, Unknown):
        yield not_run(where, "what the schedule backs up", schedule.attachment)
    elif schedule.attachment != PRIMARY:
        yield failed(where, f"is not backed up: the schedule is of {schedule.attachment}", _ONE)
    elif isinstance(schedule.database, Unknown):
        yield not_run(where, "which database is backed up", schedule.database)
    elif isinstance(primary, Unknown):
        yield not_run(where, "which database is attached", primary)
    elif schedule.database != primary:
        yield failed(
            where, f"is {primary or 'no database'}, and the schedule backs up {schedule.database}", _ONE
        )


@each("the backup schedules", lambda environment: environment.backup_schedules)
def _time(schedule: BackupSchedule, environment: Environment, _context: Context) -> Findings:
    where = target(environment, schedule.attachment, "backups")
    hour, zone = schedule.hour, schedule.zone
    if (isinstance(hour, Unknown) or hour == DAILY_AT.hour) and (
        isinstance(zone, Unknown) or zone == DAILY_AT.zone
    ):
        for unknown in (hour, zone):
            if isinstance(unknown, Unknown):
                yield not_run(where, "the backup's time", unknown)
                return
    else:
        yield failed(where, f"is backed up at {_words(hour, zone)}", str(DAILY_AT))


def _words(hour: Known[int], zone: Known[str]) -> str:
    if isinstance(hour, Unknown):
        return f"an unknown hour, {zone}"
    return f"{hour:02d}:00 {'in an unknown zone' if isinstance(zone, Unknown) else zone}"


BACKUP_DAILY = Rule(
    id="backup-daily",
    title="The database behind DATABASE_URL is backed up by exactly one daily schedule",
    section="Check Backup Status",
    severity=Severity.SEV_2,
    reads=("the backup schedules", "the attachments"),
    decide=_daily,
    why="A database without a schedule is lost with the first mistake; the runbook checks daily that there is one.",
    cannot_tell="Which database is attached or backed up is known only after `up`.",
    mend="Set backups.at in Pulumi.{stack}.yaml; the components schedule the attached database",
    command=_SCHEDULE,
)
BACKUP_TIME = Rule(
    id="backup-time",
    title="The daily backup runs at 02:00 America/Los_Angeles",
    section="View Backup Schedule",
    severity=Severity.SEV_3,
    reads=("each schedule's hour and zone",),
    decide=_time,
    why="The backup runs at the quietest hour of the people who use the app. UTC and fixed offsets move by an hour "
    "with daylight saving; PST and PDT are read as America/Los_Angeles.",
    cannot_tell="The hour or the zone is known only after `up`.",
    mend='Set backups.at to "02:00 America/Los_Angeles" in Pulumi.{stack}.yaml',
    command=_SCHEDULE,
    each="backup schedule",
    fails_with='backups: {at: "02:00 UTC"}',
    passes_with='backups: {at: "02:00 PST"}',
)
