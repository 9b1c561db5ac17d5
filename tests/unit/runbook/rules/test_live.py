"""Rules that only the live account decides: each case takes a healthy one and breaks one thing."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from runbook.environment import Environment, Process
from runbook.live import (
    Backup,
    DatabaseUse,
    Dyno,
    Health,
    Live,
    LogMatches,
    Release,
    Surrounding,
    SurroundingKind,
)
from runbook.rules.book import RULES
from runbook.rules.headroom import DATABASE_HEADROOM
from runbook.rules.health import HEALTH_ANSWERS, HEALTH_APPLICATION, HEALTH_DATABASE
from runbook.rules.logs import LOG_ERRORS
from runbook.rules.recent_backups import BACKUP_FRESH
from runbook.rules.rollback import ROLLBACK_WINDOW
from runbook.rules.rule import Context, Rule
from runbook.rules.running import ACCESS_REVIEWED, DYNOS_UP, MAINTENANCE_OFF, RELEASE_SUCCEEDED
from runbook.rules.secrets import SECRETS_DIFFER
from runbook.rules.sharing import DATABASE_NOT_SHARED
from runbook.rules.verdict import evaluate
from runbook.unknown import Known, Unknown
from tests.unit.runbook.rules.cases import Case, failed, judge, not_run, table
from tests.unit.runbook.rules.healthy import DIGESTS, HEALTHY, change, context, environment, secret, with_var

NOW = datetime(2026, 8, 4, 12, 0, tzinfo=UTC)
NIGHT = datetime(2026, 8, 4, 9, 0, tzinfo=UTC)
OFF = Unknown("GET /x: 503 Heroku has a fault")
MB = 1024 * 1024
DATABASE = "sc-mvp-production-db"


def backup(name: str = "a002", **fields: Any) -> Backup:
    values = {
        "database": DATABASE,
        "scheduled": True,
        "started_at": NIGHT,
        "finished_at": NIGHT + timedelta(minutes=1),
        "succeeded": True,
        "size_bytes": 21 * MB,
    }
    return Backup(name=name, **{**values, **fields})


def release(version: int = 12, status: str = "succeeded", **fields: Any) -> Release:
    values = {"description": "Deploy 1a2b3c4d", "current": True, "created_at": NIGHT}
    return Release(version=version, status=status, **{**values, **fields})


def use(size: Known[int] = 84 * MB, connections: Known[int] = 4) -> DatabaseUse:
    return DatabaseUse(database=DATABASE, size_bytes=size, connections=connections)


def live(found: Environment = HEALTHY, **fields: Any) -> Environment:
    nobody: dict[SurroundingKind, Known[tuple[Surrounding, ...]]] = {"collaborator": ()}
    values: dict[str, Any] = {
        "read_at": NOW,
        "app_id": "an id",
        "maintenance": False,
        "dynos": (Dyno(name="web.1", process_type="web", state="up"),),
        "backups": (backup("a001", started_at=NIGHT - timedelta(days=1)), backup()),
        "database_use": (use(),),
        "releases": (release(), release(11)),
        "health": Health(status=200, says="ok", milliseconds=30, said_at=NOW),
        "log_matches": (),
        "surroundings": nobody,
    }
    return change(found, live=Live(**{**values, **fields}))


def answered(status: int | None, says: str = "other", **fields: Any) -> Environment:
    return live(health=Health(status=status, says=says, milliseconds=10_000), **fields)


def deployed(minutes: int, *since: Release, status: str = "succeeded", **fields: Any) -> Environment:
    """v14, so many minutes ago; v13 was the night before."""
    newest = release(14, status, created_at=NOW - timedelta(minutes=minutes))
    return live(releases=(*since, newest, release(13)), **fields)


DOWN = Health(status=500, says="", milliseconds=30)
GONE = change(HEALTHY, app=None)
UNREAD = change(HEALTHY, app=OFF)
MISSING = Unknown("the account has no such app")
FRESH = 'a timestamp of this moment, as in {"status":"ok","timestamp":"..."}'
OK = '200 with {"status":"ok"}'
HEALTHZ, LOGS, BACKUPS = "production/healthz", "production/logs", "production/backups"
SOMEBODY = Surrounding(kind="collaborator", name="somebody@example.com")
DECLARED = change(HEALTHY, parts={"collaborator": (SOMEBODY.name,)})
MATCH = LogMatches(pattern="PG::ConnectionTimeout", lines=3, newest_at=NIGHT)

TABLE: dict[Rule, list[Case]] = {
    HEALTH_ANSWERS: [
        Case("it answers", live()),
        Case(
            "no answer in time",
            answered(None),
            (failed(HEALTHZ, "gave no answer within 10 s", f"{OK} at once"),),
        ),
        Case("it was not reached", live(health=OFF), (not_run(HEALTHZ, "whether it answers", OFF),)),
        Case("the app is missing", GONE, (not_run(HEALTHZ, "whether it answers", MISSING),)),
    ],
    HEALTH_APPLICATION: [
        Case("it is ok", live()),
        Case("500", answered(500), (failed(HEALTHZ, "answers 500: an application error", OK),)),
        Case("404", answered(404), (failed(HEALTHZ, "answers 404: an application error", OK),)),
        Case(
            "200 and not ok",
            answered(200),
            (failed(HEALTHZ, "answers 200 with a health report that is not ok", OK),),
        ),
        Case(
            "200 and a page", answered(200, ""), (failed(HEALTHZ, "answers 200 with no health report", OK),)
        ),
        Case(
            "200 and ok without a timestamp",
            live(health=Health(status=200, says="ok", milliseconds=30)),
            (failed(HEALTHZ, "answers 200 with a report without a timestamp", FRESH),),
        ),
        Case(
            "200 and ok hours ago",
            live(health=Health(status=200, says="ok", milliseconds=30, said_at=NOW - timedelta(hours=2))),
            (failed(HEALTHZ, "answers 200 with a report 120 minutes off", FRESH),),
        ),
        Case(
            "200 and ok by a clock that is a minute ahead",
            live(health=Health(status=200, says="ok", milliseconds=30, said_at=NOW + timedelta(minutes=1))),
        ),
        Case("503 is the database's", answered(503)),
        Case(
            "no answer",
            answered(None),
            (not_run(HEALTHZ, "how the app is", Unknown("the dyno gave no answer")),),
        ),
        Case("the app is missing", GONE, (not_run(HEALTHZ, "how the app is", MISSING),)),
    ],
    HEALTH_DATABASE: [
        Case("it is ok", live()),
        Case(
            "503 of the app",
            answered(503),
            (failed(HEALTHZ, "answers 503: a database connection issue", OK),),
        ),
        Case(
            "503 of the router",
            answered(503, ""),
            (
                failed(
                    HEALTHZ,
                    "answers 503: a database connection issue, or no dyno took the request (see dynos-up)",
                    OK,
                ),
            ),
        ),
        Case(
            "503 in maintenance mode",
            answered(503, "", maintenance=True),
            (
                not_run(
                    HEALTHZ,
                    "whether the database answers",
                    Unknown("maintenance mode answers 503 to everything"),
                ),
            ),
        ),
        Case("500 is the application's", answered(500)),
        Case("the app is missing", GONE, (not_run(HEALTHZ, "how the app is", MISSING),)),
    ],
    DYNOS_UP: [
        Case("all are up", live()),
        Case(
            "one crashed",
            live(dynos=(Dyno(name="web.1", process_type="web", state="crashed"),)),
            (failed("production/web.1", "is crashed", "every dyno to be up"),),
        ),
        Case(
            "one is missing",
            live(dynos=()),
            (
                failed(
                    "production/web",
                    "has 0 dynos of the 1 in its formation",
                    "every dyno of the formation to be up",
                ),
            ),
        ),
        Case("they were not read", live(dynos=OFF), (not_run("production", "which dynos run", OFF),)),
        Case("the app was not read", UNREAD, (not_run("production", "which dynos run", OFF),)),
    ],
    MAINTENANCE_OFF: [
        Case("it is off", live()),
        Case(
            "it is on",
            live(maintenance=True),
            (failed("production", "is in maintenance mode: nobody is served", "maintenance mode off"),),
        ),
        Case("it was not read", live(maintenance=OFF), (not_run("production", "maintenance mode", OFF),)),
        Case("the app is missing", GONE, (not_run("production", "maintenance mode", MISSING),)),
    ],
    RELEASE_SUCCEEDED: [
        Case("it succeeded", live()),
        Case("an older one failed", live(releases=(release(), release(11, "failed")))),
        Case(
            "the newest failed",
            live(releases=(release(13, "failed"), release())),
            (
                failed(
                    "production",
                    "has release v13, its newest, as failed",
                    "the newest release to have succeeded",
                ),
            ),
        ),
        Case(
            "the newest is under way",
            live(releases=(release(13, "pending"),)),
            (not_run("production", "release v13", Unknown("it is still under way")),),
        ),
        Case(
            "without a release",
            live(releases=()),
            (not_run("production", "its newest release", Unknown("the app has no release")),),
        ),
        Case("they were not read", live(releases=OFF), (not_run("production", "its releases", OFF),)),
    ],
    LOG_ERRORS: [
        Case("nothing matches", live()),
        Case(
            "a pattern matches",
            live(log_matches=(MATCH,)),
            (
                failed(
                    LOGS,
                    "has 3 lines with PG::ConnectionTimeout, the newest at 2026-08-04 09:00 UTC",
                    "no line with an error of the last 24 hours",
                ),
            ),
        ),
        Case("they were not read", live(log_matches=OFF), (not_run(LOGS, "what the logs say", OFF),)),
        Case("the app is missing", GONE, (not_run(LOGS, "what the logs say", MISSING),)),
    ],
    BACKUP_FRESH: [
        Case("the newest is of last night", live()),
        Case("one is under way", live(backups=(backup(), backup("a003", succeeded=None, finished_at=None)))),
        Case(
            "without any",
            live(backups=()),
            (failed(BACKUPS, "has no finished backup", "at least one completed backup"),),
        ),
        Case(
            "the newest failed",
            live(backups=(backup("a001", started_at=NIGHT, finished_at=NIGHT), backup(succeeded=False))),
            (failed(BACKUPS, "has a002, the newest, as failed", "the newest backup to be completed"),),
        ),
        Case(
            "the newest is empty",
            live(backups=(backup(size_bytes=0),)),
            (failed(BACKUPS, "has a002, the newest, with 0 bytes", "a backup that is not empty"),),
        ),
        Case(
            "the newest is two days old",
            live(backups=(backup(finished_at=NOW - timedelta(hours=49)),)),
            (failed(BACKUPS, "has a002, the newest, 49 hours old", "one younger than 26 hours"),),
        ),
        Case(
            "the newest is of a database that is gone",
            live(backups=(backup(database=None), backup("a001", finished_at=NOW - timedelta(hours=49)))),
            (failed(BACKUPS, "has a001, the newest, 49 hours old", "one younger than 26 hours"),),
        ),
        Case(
            "all are of another database",
            live(backups=(backup(database="second-db"),)),
            (failed(BACKUPS, f"has no finished backup of {DATABASE}", "at least one completed backup"),),
        ),
        Case(
            "whose they are is not known",
            live(backups=(backup(database=OFF),)),
            (not_run(BACKUPS, f"which backups are of {DATABASE}", OFF),),
        ),
        Case(
            "one is not known, and a fresh one is its own",
            live(backups=(backup(database=OFF), backup("a003"))),
        ),
        Case(
            "no database is attached",
            change(live(), attachments=()),
            (failed(BACKUPS, "are of no database behind DATABASE_URL", "a backup of the app's database"),),
        ),
        Case("exactly 26 hours old", live(backups=(backup(finished_at=NOW - timedelta(hours=26)),))),
        Case(
            "far too small for the database",
            live(backups=(backup(size_bytes=MB // 10),), database_use=(use(84 * MB),)),
            (
                failed(
                    BACKUPS,
                    "has a002, the newest, with 104,857 bytes of a database of 88,080,384",
                    "a size that matches the database's",
                ),
            ),
        ),
        Case(
            "the database's size was not read",
            live(database_use=OFF),
            (not_run(BACKUPS, "whether a002's size is plausible", OFF),),
        ),
        Case(
            "the database does not say its size",
            live(database_use=(use(OFF),)),
            (not_run(BACKUPS, "whether a002's size is plausible", OFF),),
        ),
        Case("they were not read", live(backups=OFF), (not_run(BACKUPS, "its backups", OFF),)),
    ],
    DATABASE_HEADROOM: [
        Case("there is room", live()),
        Case(
            "nearly full",
            live(database_use=(use(52 * 10**9),)),
            (
                failed(
                    f"production/{DATABASE}",
                    "uses 52,000,000,000 of the 64,000,000,000 bytes that standard-0 allows",
                    "less than 80% of the plan's limit",
                ),
            ),
        ),
        Case(
            "many connections",
            live(database_use=(use(connections=96),)),
            (
                failed(
                    f"production/{DATABASE}",
                    "uses 96 of the 120 connections that standard-0 allows",
                    "less than 80% of the plan's limit",
                ),
            ),
        ),
        Case(
            "its size is not said",
            live(database_use=(use(OFF),)),
            (not_run(f"production/{DATABASE}", "its size", OFF),),
        ),
        Case(
            "without a plan that is known",
            change(live(), databases=()),
            (
                not_run(
                    f"production/{DATABASE}",
                    "the plan's limits",
                    Unknown("the database's plan was not read"),
                ),
            ),
        ),
        Case(
            "it was not read",
            live(database_use=OFF),
            (not_run("production", "how full its databases are", OFF),),
        ),
    ],
    DATABASE_NOT_SHARED: [
        Case("none is attached elsewhere", live()),
        Case("one is attached to a third app", live(elsewhere=(("reports", "PRODUCTION"),))),
        Case(
            "one is attached to staging",
            live(elsewhere=(("sc-mvp-staging", "PRODUCTION"),)),
            (
                failed(
                    "production/sc-mvp-staging",
                    "has this stack's database attached as PRODUCTION, and so its password",
                    "each stack to have a database of its own",
                ),
            ),
        ),
        Case(
            "staging was not read",
            live(elsewhere=(("sc-mvp-staging", "PRODUCTION"),)),
            (not_run("production/sc-mvp-staging", "whether it is the other stack's app", OFF),),
            Context(DIGESTS, OFF),
        ),
        Case(
            "without attachments that were read",
            live(elsewhere=OFF),
            (not_run("production", "what its databases are attached to", OFF),),
        ),
    ],
    ROLLBACK_WINDOW: [
        Case("it works, and was deployed a moment ago", deployed(2)),
        Case("it is broken, and was deployed long ago", deployed(61, health=DOWN)),
        Case(
            "it broke with the first slug it ever had",
            live(
                releases=(release(3, created_at=NOW - timedelta(minutes=12)), release(2, has_slug=False)),
                health=DOWN,
            ),
            (
                failed(
                    "production",
                    "is broken: /healthz answers 500; v3 was deployed 12 minutes ago",
                    "a release that works",
                ),
            ),
        ),
        Case(
            "web was scaled to nothing since it was deployed",
            change(
                deployed(12, health=DOWN),
                formation=(Process(process_type="web", quantity=0, dyno_type="Basic"),),
            ),
        ),
        Case(
            "it broke within the hour",
            deployed(12, health=DOWN),
            (
                failed(
                    "production",
                    "is broken: /healthz answers 500; v14 was deployed 12 minutes ago",
                    "the release before, v13",
                ),
            ),
        ),
        Case(
            "its dynos crashed, and a config var was set since",
            deployed(
                12,
                release(15, description="Set STRAY config vars", created_at=NOW - timedelta(minutes=5)),
                dynos=(Dyno(name="web.1", process_type="web", state="crashed"),),
            ),
            (
                failed(
                    "production",
                    "is broken: web.1 crashed; v14 was deployed 12 minutes ago",
                    "the release before, v13",
                ),
            ),
        ),
        Case(
            "the deploy failed, so the release before still runs", deployed(12, status="failed", health=DOWN)
        ),
        Case(
            "without an answer about its health",
            deployed(12, health=OFF),
            (not_run("production", "whether it works since v14 was deployed", OFF),),
        ),
        Case(
            "the releases are missing",
            live(releases=OFF),
            (not_run("production", "whether it was deployed within the hour", OFF),),
        ),
    ],
    ACCESS_REVIEWED: [
        Case("nobody but the owner", live()),
        Case(
            "somebody else",
            live(surroundings={"collaborator": (SOMEBODY,)}),
            (
                failed(
                    "production/somebody@example.com",
                    "has access to the app, and is not under access in the stack file",
                    "the owner and the people under access alone, or a waiver",
                ),
            ),
        ),
        Case(
            "somebody who is declared",
            live(
                DECLARED,
                surroundings={"collaborator": (SOMEBODY.model_copy(update={"says": "collaborator"}),)},
            ),
        ),
        Case(
            "somebody who is declared, in another role",
            live(DECLARED, surroundings={"collaborator": (SOMEBODY.model_copy(update={"says": "admin"}),)}),
            (
                failed(
                    "production/somebody@example.com",
                    "has access in the role admin",
                    "the role collaborator, as declared",
                ),
            ),
        ),
        Case(
            "somebody who is declared, and gone",
            live(DECLARED),
            (
                failed(
                    "production/somebody@example.com",
                    "is under access in the stack file, and has no access to the app",
                    "to be taken out of access, or to have access",
                ),
            ),
        ),
        Case(
            "they were not read",
            live(surroundings={"collaborator": OFF}),
            (not_run("production", "who has access", OFF),),
        ),
        Case("the app is missing", GONE, (not_run("production", "who has access", MISSING),)),
    ],
}


@table(TABLE)
def test_a_live_rule(rule: Rule, case: Case) -> None:
    judge(rule, case)


@pytest.mark.parametrize(
    ("ours", "theirs", "broken"),
    [("canary-a", "canary-b", False), ("canary-a", "canary-a", True)],
    ids=["different", "the same"],
)
def test_external_secrets_of_the_stacks_are_compared_on_the_live_account(
    ours: str, theirs: str, *, broken: bool
) -> None:
    production = with_var(HEALTHY, secret("RAILS_MASTER_KEY", ours, "external"))
    staging = with_var(environment("staging"), secret("RAILS_MASTER_KEY", theirs, "external"))
    found = [
        finding
        for finding in SECRETS_DIFFER.decide(production, context(staging))
        if finding.target == "production/RAILS_MASTER_KEY"
    ]
    message = "has the same value as staging's (not shown)"
    assert found == ([failed("production/RAILS_MASTER_KEY", message, "a value of its own")] if broken else [])


def test_a_mail_host_may_be_shared_by_the_stacks_and_a_mail_password_may_not() -> None:
    variables = [secret("SMTP_HOST", "mail", "optional"), secret("SMTP_PASSWORD", "canary", "optional")]
    production = with_var(HEALTHY, *variables)
    staging = with_var(environment("staging"), *variables)
    found = [finding.target for finding in SECRETS_DIFFER.decide(production, context(staging))]
    assert "production/SMTP_PASSWORD" in found
    assert "production/SMTP_HOST" not in found


def test_by_the_book_every_rule_of_the_live_account_passes() -> None:
    staging = with_var(environment("staging"), secret("RAILS_MASTER_KEY", "canary-b", "external"))
    production = live(with_var(HEALTHY, secret("RAILS_MASTER_KEY", "canary-a", "external")))
    verdicts = evaluate(production, context(staging), RULES, {"live"})
    assert [(found.rule.id, found.name) for found in verdicts] == [
        (rule.id, "pass") for rule in RULES if "live" in rule.on
    ]
