"""Another database was promoted: one cause with what to do, whatever the stack file says by now."""

from __future__ import annotations

import pytest

from runbook.drift.grading import Drift, drift_of
from runbook.environment import Attachment, BackupSchedule, Database, Environment
from runbook.rules.rule import Context
from runbook.unknown import Unknown
from tests.unit.runbook.live.test_drift_and_rules import (
    OWN,
    OWN_SCHEDULE,
    RICH,
    SECOND,
    live_staging,
    promoted,
)
from tests.unit.runbook.live.test_drift_of import live
from tests.unit.runbook.rules.healthy import DIGESTS, STAGING, change

ITS_SCHEDULE = BackupSchedule(attachment="DATABASE", database="second-db", hour=2, zone="America/Los_Angeles")
ADVICE = (
    f"Pulumi's state has {OWN} as the primary database, so run no `up`; carry the stack over: "
    "`./ops adopt production --promoted` (docs/adopt.md, When another database was promoted)"
)
PROGRAM = change(
    RICH,
    databases=(SECOND,),
    attachments=(Attachment(name="DATABASE", database="second-db"),),
    backup_schedules=(ITS_SCHEDULE,),
)
"""What the file says once it names the promoted database."""


def found(there: Environment, program: Environment = RICH) -> list[Drift]:
    context = Context(DIGESTS, live_staging())
    return list(drift_of(RICH, there, context, program=program, declared_other=STAGING))


def told(drifts: list[Drift], target: str, aspect: str) -> Drift:
    (one,) = [one for one in drifts if (one.target, one.aspect) == (f"production/{target}", aspect)]
    return one


@pytest.mark.parametrize("program", [RICH, PROGRAM], ids=["the old file", "a file with the new name"])
def test_what_was_promoted_is_named_with_its_plan_and_where_the_old_one_is(program: Environment) -> None:
    """It is never `expected`: the state has another database, and no `up` makes one of the other."""
    one = told(found(promoted(OWN_SCHEDULE, ITS_SCHEDULE), program), "DATABASE", "attachment")
    assert (one.kind, one.grade, one.words, one.why) == (
        "changed",
        "harmless",
        f"DATABASE {OWN} became second-db (standard-0), which was promoted to the primary database; "
        f"{OWN} is still there, attached as HEROKU_POSTGRESQL_RED",
        f"it breaks no rule; {ADVICE}",
    )


@pytest.mark.parametrize("program", [RICH, PROGRAM], ids=["the old file", "a file with the new name"])
def test_nothing_of_a_promotion_is_called_expected_or_taken_back_by_up(program: Environment) -> None:
    """The stacks are compared by their primary databases, so two beside staging's one break no rule."""
    there = promoted(OWN_SCHEDULE, ITS_SCHEDULE)
    assert [(one.kind, one.target, one.aspect, one.grade) for one in found(there, program)] == [
        ("undeclared", "production/second-db", "database", "harmless"),
        ("changed", "production/DATABASE", "attachment", "harmless"),
        ("undeclared", "production/DATABASE", "backup schedule", "harmless"),
    ]
    assert [one for one in found(there, program) if "up --refresh" in one.why] == []


def test_a_promotion_that_breaks_a_rule_says_both() -> None:
    one = told(found(promoted(OWN_SCHEDULE)), "DATABASE", "attachment")
    assert one.grade == "breaks the runbook"
    assert one.broken is not None
    assert one.broken.id == "backup-daily"
    assert one.why.endswith(f"; {ADVICE}")


def test_the_old_database_may_have_no_name_left_or_be_gone() -> None:
    now = Attachment(name="DATABASE", database="second-db")
    there = promoted(ITS_SCHEDULE)
    nameless = change(there, attachments=(now,))
    assert (
        f"{OWN} is still there, attached under no name"
        in told(found(nameless), "DATABASE", "attachment").live
    )
    gone = change(nameless, databases=(SECOND,))
    assert f"{OWN} is gone" in told(found(gone), "DATABASE", "attachment").live


def test_a_promoted_database_of_another_app_is_said_to_be_one() -> None:
    there = live(change(RICH, attachments=(Attachment(name="DATABASE", database="elsewhere-db"),)))
    assert "elsewhere-db, which belongs to another app" in told(found(there), "DATABASE", "attachment").live


def test_a_plan_that_cannot_be_read_is_said_to_be_unknown() -> None:
    there = promoted(OWN_SCHEDULE, ITS_SCHEDULE)
    second = Database(name="second-db", plan=Unknown("503"))
    there = change(there, databases=(*RICH.databases, second))  # type: ignore[misc]
    assert "second-db (plan unknown)" in told(found(there), "DATABASE", "attachment").live
