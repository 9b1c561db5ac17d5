"""The Postgres database: its plan, and that the app has exactly one."""

from __future__ import annotations

from dataclasses import replace

import pytest

from runbook.environment import Attachment, Database
from runbook.rules.databases import (
    BACKUP_RETENTION,
    POSTGRES_PLAN_MINIMUM,
    POSTGRES_PLAN_SOLD,
    POSTGRES_PRIMARY,
)
from runbook.rules.rule import Context, Finding, Rule
from runbook.unknown import Unknown
from tests.unit.runbook.rules.cases import Case, failed, judge, not_run, table
from tests.unit.runbook.rules.healthy import DIGESTS, HEALTHY, LATER, change

DB = "production/sc-mvp-production-db"
ONE = "exactly one database behind DATABASE_URL"


def planned(*plans: str | Unknown) -> Case:
    databases = tuple(
        Database(name="sc-mvp-production-db" + "-2" * number, plan=plan) for number, plan in enumerate(plans)
    )
    return Case("", change(HEALTHY, databases=databases))


def case(words: str, *plans: str | Unknown, findings: tuple[Finding, ...] = ()) -> Case:
    return Case(words, planned(*plans).environment, findings)


def attached(
    words: str, *attachments: tuple[str | Unknown, str | Unknown], findings: tuple[Finding, ...] = ()
) -> Case:
    named = tuple(Attachment(name=name, database=database) for name, database in attachments)
    return Case(words, change(HEALTHY, attachments=named), findings)


NO_SUCH_PLAN = Unknown('the catalogue has no Heroku Postgres plan "standrad-0"')
OWN = "sc-mvp-production-db"

TABLE: dict[Rule, list[Case]] = {
    POSTGRES_PLAN_MINIMUM: [
        Case("passes on Standard-0", HEALTHY),
        case("passes on Premium-0", "premium-0"),
        case(
            "fails on Essential-0",
            "essential-0",
            findings=(failed(DB, "has the Postgres plan essential-0", "Standard-0 or higher"),),
        ),
        case(
            "names the one of two that is too small",
            "standard-0",
            "mini",
            findings=(failed(f"{DB}-2", "has the Postgres plan mini", "Standard-0 or higher"),),
        ),
        case("can't tell a plan known later", LATER, findings=(not_run(DB, "the Postgres plan", LATER),)),
        case(
            "can't tell a plan that is none",
            "standrad-0",
            findings=(not_run(DB, "the Postgres plan", NO_SUCH_PLAN),),
        ),
        case("says nothing of a database that is missing (postgres-primary does)"),
        Case(
            "can't tell databases that were not read",
            change(HEALTHY, databases=LATER),
            (not_run("production", "the databases", LATER),),
        ),
    ],
    POSTGRES_PLAN_SOLD: [
        Case("passes on Standard-0", HEALTHY),
        case("passes on Essential-0, which is sold", "essential-0"),
        case(
            "fails on the runbook's own Standard-1 and names Standard-2",
            "standard-1",
            findings=(
                failed(
                    DB, "has the Postgres plan standard-1, which Heroku does not sell", "standard-2 instead"
                ),
            ),
        ),
        case(
            "fails on Mini, which is withdrawn",
            "mini",
            findings=(
                failed(DB, "has the Postgres plan mini, which Heroku does not sell", "essential-0 instead"),
            ),
        ),
        case(
            "fails on a typo and names the nearest plan",
            "standrad-0",
            findings=(
                failed(
                    DB,
                    "has the Postgres plan standrad-0, which Heroku never had",
                    'a plan that is sold; did you mean "standard-0"?',
                ),
            ),
        ),
        case("can't tell a plan known later", LATER, findings=(not_run(DB, "the Postgres plan", LATER),)),
        case("says nothing of a database that is missing (postgres-primary does)"),
        Case(
            "can't tell databases that were not read",
            change(HEALTHY, databases=LATER),
            (not_run("production", "the databases", LATER),),
        ),
    ],
    BACKUP_RETENTION: [
        Case("passes on Standard-0: exactly 7 days", HEALTHY),
        case(
            "can't tell a plan known later",
            LATER,
            findings=(not_run(DB, "how long backups are kept", LATER),),
        ),
        case(
            "can't tell a plan that is none",
            "standrad-0",
            findings=(not_run(DB, "how long backups are kept", NO_SUCH_PLAN),),
        ),
        case("says nothing of a database that is missing (postgres-primary does)"),
        Case(
            "can't tell databases that were not read",
            change(HEALTHY, databases=LATER),
            (not_run("production", "the databases", LATER),),
        ),
    ],
    POSTGRES_PRIMARY: [
        Case("passes with one", HEALTHY),
        attached("passes with another attachment beside it", ("DATABASE", OWN), ("REPORTS", "elsewhere")),
        attached(
            "fails with none",
            findings=(failed("production/DATABASE", "has no database attached", ONE),),
        ),
        attached(
            "fails when it is attached under another name only",
            ("REPORTS", OWN),
            findings=(failed("production/DATABASE", "has no database attached", ONE),),
        ),
        attached(
            "fails with two",
            ("DATABASE", OWN),
            ("DATABASE", OWN),
            findings=(failed("production/DATABASE", "is attached 2 times", ONE),),
        ),
        attached(
            "fails with two even where another name is unknown",
            ("DATABASE", OWN),
            (LATER, OWN),
            ("DATABASE", OWN),
            findings=(failed("production/DATABASE", "is attached 2 times", ONE),),
        ),
        attached(
            "fails with staging's database",
            ("DATABASE", "sc-mvp-staging-db"),
            findings=(
                failed(
                    "production/DATABASE",
                    "is the database sc-mvp-staging-db, which this stack does not declare",
                    "its own database",
                ),
            ),
        ),
        Case(
            "fails when the database is missing",
            change(HEALTHY, databases=()),
            (
                failed(
                    "production/DATABASE",
                    "is the database sc-mvp-production-db, which this stack does not declare",
                    "its own database",
                ),
            ),
        ),
        attached(
            "can't tell a database known later",
            ("DATABASE", LATER),
            findings=(not_run("production/DATABASE", "which database is attached", LATER),),
        ),
        attached(
            "can't tell a name known later",
            (LATER, OWN),
            findings=(not_run("production/DATABASE", "the name of an attachment", LATER),),
        ),
        Case(
            "can't tell attachments that were not read",
            change(HEALTHY, attachments=LATER),
            (not_run("production/DATABASE", "what is attached", LATER),),
        ),
        Case(
            "can't tell databases that were not read",
            change(HEALTHY, databases=LATER),
            (not_run("production/DATABASE", "what is attached", LATER),),
        ),
    ],
}


@pytest.mark.fault("B27", "B28", "B29")
@table(TABLE)
def test_databases(rule: Rule, case: Case) -> None:
    judge(rule, case)


def test_a_plan_that_keeps_backups_six_days_breaks_backup_retention() -> None:
    """No plan that Heroku has keeps them for less than a week, so the catalogue is one of the test's own."""
    prices = Context(DIGESTS).prices
    plans = tuple(
        replace(plan, backup_days=6) if plan.name == "standard-0" else plan
        for plan in prices.postgres_plans.entries
    )
    shorter = replace(prices, postgres_plans=replace(prices.postgres_plans, entries=plans))
    judge(
        BACKUP_RETENTION,
        Case(
            "",
            HEALTHY,
            (failed(DB, "keeps backups 6 days, as its plan standard-0 does", "7 days or longer"),),
            Context(DIGESTS, prices=shorter),
        ),
    )
