"""The daily backup: that there is one, of the right database, at the runbook's time."""

from __future__ import annotations

from runbook.environment import Attachment, BackupSchedule
from runbook.rules.backups import BACKUP_DAILY, BACKUP_TIME
from runbook.rules.rule import Finding, Rule
from runbook.unknown import Unknown
from tests.unit.runbook.rules.cases import Case, failed, judge, not_run, table
from tests.unit.runbook.rules.healthy import HEALTHY, LATER, change

PRIMARY = "production/DATABASE"
OWN = "sc-mvp-production-db"
ONE = "exactly one daily backup of the database behind DATABASE_URL"
AT = "02:00 America/Los_Angeles"


def schedule(
    *,
    attachment: str | Unknown = "DATABASE",
    database: str | Unknown = OWN,
    hour: int | Unknown = 2,
    zone: str | Unknown = "America/Los_Angeles",
) -> BackupSchedule:
    return BackupSchedule(attachment=attachment, database=database, hour=hour, zone=zone)


def case(words: str, *schedules: BackupSchedule, findings: tuple[Finding, ...] = ()) -> Case:
    return Case(words, change(HEALTHY, backup_schedules=schedules), findings)


TABLE: dict[Rule, list[Case]] = {
    BACKUP_DAILY: [
        Case("passes with one of the attached database", HEALTHY),
        case(
            "fails when the schedule is missing", findings=(failed(PRIMARY, "has no backup schedule", ONE),)
        ),
        case(
            "fails with two",
            schedule(),
            schedule(hour=3),
            findings=(failed(PRIMARY, "has 2 backup schedules", ONE),),
        ),
        case(
            "passes when its database is backed up under another name",
            schedule(attachment="REPORTS"),
        ),
        case(
            "passes when another database has a schedule of its own",
            schedule(),
            schedule(attachment="ANALYTICS", database="analytics-db", hour=5, zone="UTC"),
        ),
        case(
            "fails when another database is backed up",
            schedule(database="old-db"),
            findings=(failed(PRIMARY, "is sc-mvp-production-db, and the schedule backs up old-db", ONE),),
        ),
        Case(
            "fails when no database is attached",
            change(HEALTHY, attachments=()),
            (failed(PRIMARY, "is no database, so none is backed up", ONE),),
        ),
        case(
            "passes with an attachment known later, of its database",
            schedule(attachment=LATER),
        ),
        case(
            "can't tell a database known later",
            schedule(database=LATER),
            findings=(not_run(PRIMARY, "which database is backed up", LATER),),
        ),
        Case(
            "can't tell what is attached later",
            change(HEALTHY, attachments=(Attachment(name="DATABASE", database=LATER),)),
            (not_run(PRIMARY, "which database is attached", LATER),),
        ),
        Case(
            "can't tell attachments that were not read",
            change(HEALTHY, attachments=LATER),
            (not_run(PRIMARY, "which database is attached", LATER),),
        ),
        Case(
            "can't tell schedules that were not read",
            change(HEALTHY, backup_schedules=LATER),
            (not_run(PRIMARY, "its backup schedules", LATER),),
        ),
    ],
    BACKUP_TIME: [
        Case("passes at 02:00 Pacific", HEALTHY),
        case("passes under the zone's other name", schedule(zone="US/Pacific")),
        case("passes under an abbreviation", schedule(zone="PST")),
        case(
            "passes when another database is backed up at its own time",
            schedule(),
            schedule(attachment="ANALYTICS", database="analytics-db", hour=5, zone="UTC"),
        ),
        case(
            "passes a schedule of the name DATABASE that another database kept",
            schedule(database="old-db", hour=5),
            schedule(attachment="DATABASE"),
        ),
        case(
            "fails at 02:00 UTC",
            schedule(zone="UTC"),
            findings=(failed(PRIMARY, "is backed up at 02:00 UTC", AT),),
        ),
        case(
            "fails at 03:00 Pacific",
            schedule(hour=3),
            findings=(failed(PRIMARY, "is backed up at 03:00 America/Los_Angeles", AT),),
        ),
        case(
            "names each of two",
            schedule(),
            schedule(attachment="REPORTS", hour=14),
            findings=(failed("production/REPORTS", "is backed up at 14:00 America/Los_Angeles", AT),),
        ),
        case(
            "fails at a wrong hour of an unknown zone",
            schedule(hour=3, zone=LATER),
            findings=(failed(PRIMARY, "is backed up at 03:00 in an unknown zone", AT),),
        ),
        case(
            "fails in a wrong zone at an unknown hour",
            schedule(hour=LATER, zone="UTC"),
            findings=(failed(PRIMARY, "is backed up at an unknown hour, UTC", AT),),
        ),
        case(
            "can't tell an hour known later",
            schedule(hour=LATER),
            findings=(not_run(PRIMARY, "the backup's time", LATER),),
        ),
        case(
            "can't tell a zone known later",
            schedule(zone=LATER),
            findings=(not_run(PRIMARY, "the backup's time", LATER),),
        ),
        case(
            "can't tell what has no known name either",
            schedule(attachment=LATER, hour=LATER, zone=LATER),
            findings=(not_run("production/backups", "the backup's time", LATER),),
        ),
        case("says nothing of a schedule that is missing (backup-daily does)"),
        Case(
            "can't tell schedules that were not read",
            change(HEALTHY, backup_schedules=LATER),
            (not_run("production", "the backup schedules", LATER),),
        ),
    ],
}


@table(TABLE)
def test_backups(rule: Rule, case: Case) -> None:
    judge(rule, case)
