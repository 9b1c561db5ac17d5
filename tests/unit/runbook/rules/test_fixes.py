"""What is printed to be typed: for each rule and kind of finding, made of what was found."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from runbook.environment import (
    Attachment,
    BackupSchedule,
    ConfigVar,
    Coupling,
    Database,
    Environment,
    Process,
)
from runbook.live import DatabaseUse, Dyno, Health, Rename, Surrounding
from runbook.rules.book import RULES, rule
from runbook.rules.rule import Fix
from runbook.rules.verdict import findings_of, fix_of
from tests.unit.runbook.rules.healthy import (
    HEALTHY,
    change,
    context,
    environment,
    plain,
    secret,
    with_var,
    without_var,
)
from tests.unit.runbook.rules.test_heroku_stack import on
from tests.unit.runbook.rules.test_live import (
    DATABASE,
    DOWN,
    MATCH,
    SOMEBODY,
    TABLE,
    deployed,
    live,
    release,
)

APP = "-a sc-mvp-production"
AT = "--at '02:00 America/Los_Angeles'"
OWN = BackupSchedule(attachment="DATABASE", database=DATABASE, hour=2, zone="America/Los_Angeles")


def formation(*processes: tuple[str, int, str]) -> Environment:
    found = tuple(
        Process(process_type=name, quantity=count, dyno_type=size) for name, count, size in processes
    )
    return live(change(HEALTHY, formation=found))


def scheduled(*schedules: BackupSchedule) -> Environment:
    return live(change(HEALTHY, backup_schedules=schedules))


def plan(name: str, **use: int) -> Environment:
    size, connections = use.get("size", 10**6), use.get("connections", 4)
    used = DatabaseUse(database=DATABASE, size_bytes=size, connections=connections)
    return live(change(HEALTHY, databases=(Database(name=DATABASE, plan=name),)), database_use=(used,))


@dataclass(frozen=True)
class Typed:
    rule: str
    words: str
    environment: Environment
    command: str


TYPED = [
    Typed("rollback-window", "names the version before the deploy", deployed(12, health=DOWN), f"heroku rollback v13 {APP}"),
    Typed("web-runs", "keeps the dyno type", formation(("web", 0, "Standard-1X")), f"heroku ps:scale web=1 {APP}"),
    Typed("dyno-awake", "one Eco dyno", formation(("web", 1, "Eco")), f"heroku ps:type web=basic {APP}"),
    Typed("dyno-awake", "an Eco dyno beside a large one", formation(("web", 1, "Standard-1X"), ("worker", 1, "Eco")), f"heroku ps:type worker=standard-1x {APP}"),
    Typed("dyno-awake", "idle process types are left alone", formation(("web", 1, "Eco"), ("rake", 0, "Eco")), f"heroku ps:type web=basic {APP}"),
    Typed("dyno-horizontal", "all that run", formation(("web", 2, "Basic"), ("worker", 1, "Basic")), f"heroku ps:type web=standard-1x worker=standard-1x {APP}"),
    Typed("dyno-limits", "as many as there can be", formation(("web", 11, "Performance-M")), f"heroku ps:scale web=10 {APP}"),
    Typed("dyno-tiers", "only the small ones", formation(("web", 1, "Standard-2X"), ("worker", 1, "Basic")), f"heroku ps:type worker=standard-1x {APP}"),
    Typed("backup-daily", "none", scheduled(), f"heroku pg:backups:schedule DATABASE_URL {AT} {APP}"),
    Typed("backup-daily", "two names", scheduled(OWN, OWN.model_copy(update={"attachment": "REPORTS"})), f"heroku pg:backups:unschedule REPORTS_URL {APP} && heroku pg:backups:schedule DATABASE_URL {AT} {APP}"),
    Typed("backup-daily", "one name twice", scheduled(OWN, OWN), f"heroku pg:backups:unschedule DATABASE_URL {APP} && heroku pg:backups:schedule DATABASE_URL {AT} {APP}"),
    Typed("backup-time", "under its own name", scheduled(OWN.model_copy(update={"attachment": "REPORTS", "hour": 5})), f"heroku pg:backups:schedule REPORTS_URL {AT} {APP}"),
    Typed("backup-time", "one too many", live(change(HEALTHY, backup_schedules=(OWN, OWN.model_copy(update={"attachment": "REPORTS", "hour": 5})))), f"heroku pg:backups:unschedule REPORTS_URL {APP}"),
    Typed("postgres-plan-sold", "by its own name", plan("mini"), f"heroku addons:upgrade {DATABASE} heroku-postgresql:essential-0 {APP}"),
    Typed("database-headroom", "a larger plan of the same tier", plan("premium-2", connections=399), f"heroku addons:upgrade {DATABASE} heroku-postgresql:premium-3 {APP}"),
    Typed("database-headroom", "one that has room", plan("standard-0", size=300 * 10**9), f"heroku addons:upgrade {DATABASE} heroku-postgresql:standard-3 {APP}"),
    Typed("postgres-primary", "not attached", live(change(HEALTHY, attachments=(Attachment(name="OTHER", database=DATABASE),))), f"heroku addons:attach {DATABASE} --as DATABASE {APP}"),
    Typed("postgres-primary", "a foreign one", live(change(HEALTHY, attachments=(Attachment(name="DATABASE", database="foreign"),))), f"heroku pg:promote {DATABASE} {APP}"),
    Typed("postgres-primary", "by its live name", live(change(HEALTHY, attachments=()), renames=(Rename(declared=DATABASE, live="curved-1"),)), f"heroku addons:attach curved-1 --as DATABASE {APP}"),
    Typed("postgres-primary", "a hand-set address in its way", live(with_var(change(HEALTHY, attachments=()), plain("DATABASE_URL", "canary"))), f"heroku config:unset DATABASE_URL {APP} && heroku addons:attach {DATABASE} --as DATABASE {APP}"),
    Typed("database-url-owned", "set by hand", live(with_var(HEALTHY, plain("DATABASE_URL", "canary"))), f"heroku config:unset DATABASE_URL {APP} && heroku addons:attach {DATABASE} --as DATABASE {APP}"),
    Typed("config-expected", "the value", live(with_var(HEALTHY, plain("NODE_ENV", "canary"))), f"heroku config:set NODE_ENV=production {APP}"),
    Typed("config-present", "a known value", live(without_var(HEALTHY, "RAILS_ENV")), f"heroku config:set RAILS_ENV=production {APP}"),
    Typed("config-present", "the address", live(without_var(HEALTHY, "VITE_API_URL")), f"heroku config:set VITE_API_URL=https://sc-mvp-production-6b7a268cc8ad.herokuapp.com/api/v1 {APP}"),
    Typed("config-present", "the value of the release before", live(without_var(HEALTHY, "SECRET_KEY_BASE"), releases=(release(14, description="Set A config vars"), release(13, description="Remove SECRET_KEY_BASE config vars"), release(12))), f"""eval "heroku config:set $(heroku releases:info v12 --shell {APP} | grep '^SECRET_KEY_BASE=') {APP}\""""),
    Typed("api-url-own", "the address", live(with_var(HEALTHY, plain("VITE_API_URL", "canary"))), f"heroku config:set VITE_API_URL=https://sc-mvp-production-6b7a268cc8ad.herokuapp.com/api/v1 {APP}"),
    Typed("secrets-differ", "staging's database", live(with_var(change(HEALTHY, attachments=(Attachment(name="DATABASE", database="sc-mvp-staging-db"),)), ConfigVar(name="DATABASE_URL", kind="addon", digest=secret("x", "one").digest))), f"heroku pg:promote {DATABASE} {APP}"),
    Typed("database-not-shared", "by its name there", live(elsewhere=(("sc-mvp-staging", "PRODUCTION"),)), "heroku addons:detach PRODUCTION -a sc-mvp-staging"),
    Typed("maintenance-off", "off", live(maintenance=True), f"heroku maintenance:off {APP}"),
    Typed("dynos-up", "a restart", live(dynos=(Dyno(name="web.1", process_type="web", state="idle"),)), f"heroku ps:restart {APP}"),
    Typed("health-answers", "a restart", live(health=Health(status=None, says="", milliseconds=10_000)), f"heroku ps:restart {APP}"),
    Typed("backup-fresh", "one by hand", live(backups=()), f"heroku pg:backups:capture DATABASE_URL {APP}"),
    Typed("pipeline-stage", "its stage", live(change(HEALTHY, coupling=Coupling(pipeline="sc-mvp", stage="staging"))), f"heroku pipelines:update -s production {APP}"),
    Typed("access-reviewed", "that person", live(surroundings={"collaborator": (SOMEBODY,)}), f"heroku access:remove somebody@example.com {APP}"),
]  # fmt: skip


def other() -> Environment:
    staging = environment("staging")
    same = ConfigVar(name="DATABASE_URL", kind="addon", digest=secret("x", "one").digest)
    return with_var(staging, same)


@pytest.mark.parametrize("case", TYPED, ids=lambda case: f"{case.rule}: {case.words}")
def test_the_command_is_made_of_what_was_found(case: Typed) -> None:
    found = rule(case.rule)
    failing = [one for one in findings_of(found, case.environment, context(other())) if one.outcome == "fail"]
    assert failing
    assert {fix_of(found, one, case.environment) for one in failing} == {Fix("type", case.command)}


ASKED = {
    "no-data-loss": change(HEALTHY, app=None, live=live().live),
    "postgres-plan-minimum": plan("essential-0"),
    "cost-budget": plan("premium-4"),
    "heroku-stack-current": live(change(HEALTHY, app=on("heroku-20"))),
    "stacks-alike": live(with_var(HEALTHY, plain("FEATURE_X", "canary"))),
    "health-application": live(health=DOWN),
    "health-database": live(health=Health(status=503, says="", milliseconds=30)),
    "log-errors": live(log_matches=(MATCH,)),
    "dynos-up": live(dynos=(Dyno(name="web.1", process_type="web", state="crashed"),)),
    "dyno-limits": formation(("web", 60, "Standard-1X"), ("worker", 60, "Standard-1X")),
    "config-present": live(without_var(HEALTHY, "SECRET_KEY_BASE")),
    "secrets-differ": live(with_var(HEALTHY, secret("RAILS_MASTER_KEY", "secret", "external"))),
    "postgres-primary": live(change(HEALTHY, databases=(), attachments=())),
    "release-succeeded": live(releases=(release(2, "failed"), release(1, "failed"))),
    "database-headroom": plan("premium-4", size=760 * 10**9),
}


@pytest.mark.parametrize("rule_id", ASKED)
def test_where_a_person_must_decide_no_command_is_printed_as_the_answer(rule_id: str) -> None:
    found, there = rule(rule_id), ASKED[rule_id]
    failing = [one for one in findings_of(found, there, context(other())) if one.outcome == "fail"]
    assert failing
    for one in failing:
        fix = fix_of(found, one, there)
        assert fix.kind == "ask"
        assert len(fix.text) > 20


@pytest.mark.parametrize(
    ("people", "said"),
    [
        (
            (),
            "If somebody@example.com needs no access any more, take access.somebody@example.com out of Pulumi.production.yaml",
        ),
        (
            (SOMEBODY.model_copy(update={"says": "admin"}),),
            "Find out who changed the role of somebody@example.com",
        ),
    ],
    ids=["gone", "another role"],
)
def test_whether_a_declared_person_should_have_access_is_for_people(
    people: tuple[Surrounding, ...], said: str
) -> None:
    there = live(
        change(HEALTHY, parts={"collaborator": (SOMEBODY.name,)}), surroundings={"collaborator": people}
    )
    (finding,) = findings_of(rule("access-reviewed"), there, context(other()))
    fix = fix_of(rule("access-reviewed"), finding, there)
    assert (fix.kind, fix.text[: len(said)]) == ("ask", said)


def test_a_failed_release_is_never_answered_with_a_rollback() -> None:
    """What ran before it runs on; a rollback would bring known-bad code, and not the change."""
    there = live(releases=(release(14, "failed"), release(13, "failed"), release(12)))
    (finding,) = findings_of(rule("release-succeeded"), there, context(other()))
    assert fix_of(rule("release-succeeded"), finding, there) == Fix(
        "ask",
        "v14 never went live: v12 runs on. Don't roll back. Read why with `heroku releases:output v14 -a sc-mvp-production`, "
        "fix it and deploy again; if nothing needs a fix, repeat it with `heroku releases:retry -a sc-mvp-production`",
    )


NOT_ON_HEROKU = {"backup-retention": "every plan keeps backups 7 days"}
"""Rules of the live account that no account can break, as Heroku is."""


def test_every_rule_of_the_book_that_the_live_account_decides_is_in_these_tables() -> None:
    live_rules = {found.id for found in RULES if "live" in found.on}
    assert live_rules == {case.rule for case in TYPED} | ASKED.keys() | NOT_ON_HEROKU.keys()


def test_every_rule_of_the_live_account_says_what_fixes_it() -> None:
    assert [found.id for found in RULES if "live" in found.on and found.fix is None] == []


def test_no_fix_has_a_placeholder_or_a_value() -> None:
    """Of every failing case of the live rules."""
    texts = [
        fix_of(found, one, case.environment).text
        for found, cases in TABLE.items()
        for case in cases
        for one in case.findings
        if one.outcome == "fail"
    ] + [case.command for case in TYPED]
    assert len(texts) > 30
    marks = ("{", "APP_URL", "VALUE", "NAME", "canary", "STACK")
    assert [text for text in texts if any(mark in text.replace("PREVIOUS", "") for mark in marks)] == []
