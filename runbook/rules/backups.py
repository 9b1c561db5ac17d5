"""Rules on the daily backup: that there is one, of the right database, at the runbook's time."""

from __future__ import annotations

from shlex import quote

from runbook.backup_time import BackupTime, canonical_zone
from runbook.checklists import BACKUP_COMPLETED, BACKUP_STATUS
from runbook.environment import PRIMARY, BackupSchedule, Environment
from runbook.rules.fixes import ask, heroku, named
from runbook.rules.rule import Context, Finding, Findings, Fix, Rule, Severity, at, failed, not_run, target
from runbook.unknown import Known, Unknown

DAILY_AT = BackupTime(2, "America/Los_Angeles")
"""Runbook, Check Backup Status and View Backup Schedule: daily at 2:00 AM Pacific."""

_ONE = "exactly one daily backup of the database behind DATABASE_URL"
_SCHEDULE = "heroku pg:backups:schedule DATABASE_URL --at '02:00 America/Los_Angeles' -a {app}"


def _daily(environment: Environment, _context: Context) -> Findings:
    where = f"{environment.stack}/{PRIMARY}"
    schedules, primary = environment.backup_schedules, environment.primary_database
    if isinstance(schedules, Unknown):
        yield not_run(where, "its backup schedules", schedules)
    elif isinstance(primary, Unknown):
        yield not_run(where, "which database is attached", primary)
    elif primary is None:
        yield failed(where, "is no database, so none is backed up", _ONE)
    else:
        yield from _of_primary(schedules, primary, where)


def _of_primary(schedules: tuple[BackupSchedule, ...], primary: str, where: str) -> Findings:
    """Other databases may have schedules of their own."""
    own = [schedule for schedule in schedules if schedule.database == primary]
    unknown = next((found.database for found in schedules if isinstance(found.database, Unknown)), None)
    others = sorted({str(found.database) for found in schedules if found.database != primary})
    if len(own) > 1:
        yield failed(where, f"has {len(own)} backup schedules", _ONE)
    elif isinstance(unknown, Unknown):
        yield not_run(where, "which database is backed up", unknown)
    elif not own and others:
        yield failed(where, f"is {primary}, and the schedule backs up {', '.join(others)}", _ONE)
    elif not own:
        yield failed(where, "has no backup schedule", _ONE)


def _time(environment: Environment, _context: Context) -> Findings:
    """Of the primary's schedules; where the primary is not known, of all that may be its."""
    schedules, primary = environment.backup_schedules, environment.primary_database
    if isinstance(schedules, Unknown):
        yield not_run(environment.stack, "the backup schedules", schedules)
        return
    for schedule in schedules:
        if _is_primarys(schedule, primary):
            yield from _time_of(schedule, environment)


def _is_primarys(schedule: BackupSchedule, primary: Known[str | None]) -> bool:
    """By its database; where that is unknown, by its name."""
    if isinstance(primary, Unknown) or isinstance(schedule.database, Unknown):
        return isinstance(schedule.attachment, Unknown) or schedule.attachment == PRIMARY
    return schedule.database == primary


def _time_of(schedule: BackupSchedule, environment: Environment) -> Findings:
    where = target(environment, schedule.attachment, "backups")
    hour, zone = schedule.hour, schedule.zone
    if (isinstance(hour, Unknown) or hour == DAILY_AT.hour) and (
        isinstance(zone, Unknown) or canonical_zone(zone) == DAILY_AT.zone
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


_AT = f"--at '{DAILY_AT}'"


def _schedule_one(_finding: Finding, environment: Environment) -> Fix:
    """Of several, the one of DATABASE_URL is kept: Heroku replaces a schedule of the same name."""
    schedules, primary = environment.backup_schedules, environment.primary_database
    if isinstance(schedules, Unknown) or isinstance(primary, Unknown) or primary is None:
        return ask("Attach a database as DATABASE first (postgres-primary)")
    own = _kept_first(schedules, primary)
    if len(own) < 2:  # noqa: PLR2004 - one too many
        return heroku(environment, f"pg:backups:schedule {PRIMARY}_URL {_AT}")
    kept, *surplus = own
    return heroku(
        environment,
        *(f"pg:backups:unschedule {quote(name)}_URL" for name in surplus),
        f"pg:backups:schedule {kept}_URL {_AT}",
    )


def _kept_first(schedules: tuple[BackupSchedule, ...], primary: str) -> list[str]:
    """The names of the database's schedules. Of several the first is kept: the one of DATABASE_URL, where there is one."""
    own = [str(found.attachment) for found in schedules if found.database == primary]
    return sorted(own, key=lambda name: name != PRIMARY)


def _at_the_hour(finding: Finding, environment: Environment) -> Fix:
    """One schedule too many is not moved, which would bring it back after backup-daily's command took it away."""
    schedules, primary = environment.backup_schedules, environment.primary_database
    own = (
        _kept_first(schedules, primary)
        if not isinstance(schedules, Unknown) and isinstance(primary, str)
        else []
    )
    if named(finding) in own[1:]:
        return heroku(environment, f"pg:backups:unschedule {quote(named(finding))}_URL")
    return heroku(environment, f"pg:backups:schedule {quote(named(finding))}_URL {_AT}")


BACKUP_DAILY = Rule(
    id="backup-daily",
    key=at("backups"),
    items=(BACKUP_COMPLETED, BACKUP_STATUS),
    title="The database behind DATABASE_URL is backed up by exactly one daily schedule",
    section="Check Backup Status",
    severity=Severity.SEV_2,
    reads=("the backup schedules", "the attachments"),
    decide=_daily,
    why="A database without a schedule is lost with the first mistake; the runbook checks daily that there is one.",
    cannot_tell="Which database is attached or backed up is known only after `up`.",
    edit="Set backups.at in Pulumi.{stack}.yaml; the components schedule the attached database",
    command=_SCHEDULE,
    fix=_schedule_one,
    hangs_on_database=lambda _: True,
    touches=frozenset({"backup schedule", "attachment", "database"}),
)
BACKUP_TIME = Rule(
    id="backup-time",
    key=at("backups", "at"),
    items=(BACKUP_COMPLETED, BACKUP_STATUS),
    title="The daily backup runs at 02:00 America/Los_Angeles",
    section="View Backup Schedule",
    severity=Severity.SEV_3,
    reads=("each schedule's hour and zone",),
    decide=_time,
    why="The backup runs at the quietest hour of the people who use the app. UTC and fixed offsets move by an hour "
    "with daylight saving; PST and PDT are read as America/Los_Angeles.",
    cannot_tell="The hour or the zone is known only after `up`.",
    edit='Set backups.at to "02:00 America/Los_Angeles" in Pulumi.{stack}.yaml',
    command=_SCHEDULE,
    fix=_at_the_hour,
    each="backup schedule",
    fails_with='backups: {at: "02:00 UTC"}',
    passes_with='backups: {at: "02:00 PST"}',
    touches=frozenset({"backup schedule", "attachment", "database"}),
)
