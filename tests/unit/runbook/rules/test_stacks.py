"""The stack as a whole: protection, cost, that the two stacks are alike, and a preview's steps."""

from __future__ import annotations

from typing import Any

import pytest

from runbook.environment import (
    Addon,
    App,
    BackupSchedule,
    ConfigVar,
    ConfigVars,
    Coupling,
    Database,
    Process,
    Resource,
    Step,
)
from runbook.rules.rule import Rule
from runbook.rules.stacks import ASPECTS, COST_BUDGET, PRODUCTION_PROTECTED, STACKS_ALIKE
from runbook.rules.steps import NO_DATA_LOSS
from runbook.unknown import Unknown, all_known
from tests.unit.runbook.rules.cases import Case, failed, judge, not_run, table
from tests.unit.runbook.rules.healthy import (
    HEALTHY,
    LATER,
    STAGING,
    by_hand,
    change,
    context,
    plain,
    secret,
    with_var,
    without_var,
)

ALL_PROTECTED = "every resource of production to be protected"
CANARY = "canary-value-that-no-verdict-shows"
APP = "heroku:app/app:App"
ADDON = "heroku:addon/addon:Addon"


def same(aspect: str) -> str:
    return f"the same, or differs.{aspect} with a reason in a stack file"


def app(**fields: Any) -> App:
    found = HEALTHY.app
    assert isinstance(found, App)
    return found.model_copy(update=fields)


def web(quantity: int | Unknown, dyno_type: str | Unknown = "Basic") -> Process:
    return Process(process_type="web", quantity=quantity, dyno_type=dyno_type)


def step(operation: str, type_: str, *, was: bool = False, stays: bool = False) -> Step:
    return Step(operation=operation, name="it", type=type_, was_protected=was, stays_protected=stays)


def steps(words: str, *taken: Step, fails: str = "", wants: str = "") -> Case:
    findings = (failed("production/it", fails, wants),) if fails else ()
    return Case(words, change(HEALTHY, steps=taken), findings)


def alike(words: str, aspect: str, found: str, **fields: Any) -> Case:
    return Case(
        words,
        change(HEALTHY, **fields),
        (failed(f"production/{aspect}", f"differs from staging in {found}", same(aspect)),),
    )


def later(aspect: str, what: str, **fields: Any) -> Case:
    return Case(
        f"can't compare {what} that is known later",
        change(HEALTHY, **fields),
        (not_run(f"production/{aspect}", "what it is", LATER),),
    )


SCHEDULE = BackupSchedule(attachment="DATABASE", database="x", hour=2, zone="America/Los_Angeles")
COSTS_57 = "costs $57 a month"

TABLE: dict[Rule, list[Case]] = {
    PRODUCTION_PROTECTED: [
        Case("passes where all are", HEALTHY),
        Case("passes on staging, where none is", STAGING),
        Case(
            "fails on the one that is not",
            change(
                HEALTHY,
                resources=(Resource(name="app", protected=True), Resource(name="backups", protected=False)),
            ),
            (failed("production/backups", "is not protected", ALL_PROTECTED),),
        ),
        Case(
            "can't tell one whose option was not read",
            change(HEALTHY, resources=(Resource(name="app", protected=LATER),)),
            (not_run("production/app", "its protection", LATER),),
        ),
        Case("says nothing of what is missing (the rules on each thing do)", change(HEALTHY, resources=())),
        Case(
            "can't tell resources that were not read",
            change(HEALTHY, resources=LATER),
            (not_run("production", "what is managed", LATER),),
        ),
    ],
    COST_BUDGET: [
        Case("passes at $57 of $60", HEALTHY),
        Case("passes at exactly the budget", change(HEALTHY, monthly_budget_usd=57)),
        Case(
            "fails a dollar above it",
            change(HEALTHY, monthly_budget_usd=56),
            (failed("production", COSTS_57, "at most its budget of $56"),),
        ),
        Case(
            "counts every dyno of the runbook's scaled variant",
            change(
                HEALTHY,
                formation=(web(2, "Standard-1X"),),
                databases=(Database(name="db", plan="standard-2"),),
                monthly_budget_usd=249,
            ),
            (failed("production", "costs $250 a month", "at most its budget of $249"),),
        ),
        Case(
            "counts every process type and database",
            change(
                HEALTHY,
                formation=(web(1), web(1)),
                databases=(Database(name="a", plan="standard-0"), Database(name="b", plan="standard-0")),
            ),
            (failed("production", "costs $114 a month", "at most its budget of $60"),),
        ),
        Case(
            "costs nothing where everything is missing",
            change(HEALTHY, formation=(), databases=(), monthly_budget_usd=0),
        ),
        Case(
            "can't tell without a budget",
            change(HEALTHY, monthly_budget_usd=LATER),
            (not_run("production", "its budget", LATER),),
        ),
        Case(
            "can't tell a quantity known later",
            change(HEALTHY, formation=(web(LATER),)),
            (not_run("production", "what it costs", LATER),),
        ),
        Case(
            "can't tell a dyno type known later",
            change(HEALTHY, formation=(web(1, LATER),)),
            (not_run("production", "what it costs", LATER),),
        ),
        Case(
            "can't tell a Postgres plan known later",
            change(HEALTHY, databases=(Database(name="db", plan=LATER),)),
            (not_run("production", "what it costs", LATER),),
        ),
        Case(
            "can't tell what has no price",
            change(HEALTHY, addons=(Addon(name="cache", plan="own-cache:mini"),)),
            (
                not_run(
                    "production", "what it costs", Unknown("the catalogue has no price for own-cache:mini")
                ),
            ),
        ),
        Case(
            "passes with a Redis and a scheduler that the budget has room for",
            change(
                HEALTHY,
                addons=(
                    Addon(name="cache", plan="heroku-redis:mini"),
                    Addon(name="jobs", plan="scheduler:standard"),
                ),
            ),
        ),
        Case(
            "fails by what Heroku bills, whatever the catalogue says",
            change(HEALTHY, addons=(Addon(name="cache", plan="heroku-redis:mini", billed_usd=4),)),
            (failed("production", "costs $61 a month", "at most its budget of $60"),),
        ),
        Case(
            "can't tell a plan that is none",
            change(HEALTHY, databases=(Database(name="db", plan="standrad-0"),)),
            (
                not_run(
                    "production",
                    "what it costs",
                    Unknown("the catalogue has no price for Heroku Postgres standrad-0"),
                ),
            ),
        ),
        *(
            Case(
                f"can't tell {listing} that were not read",
                change(HEALTHY, **{listing: LATER}),
                (not_run("production", "what it costs", LATER),),
            )
            for listing in ("formation", "databases", "addons")
        ),
        Case(
            "fails on what it knows, whatever the rest costs",
            change(HEALTHY, monthly_budget_usd=56, addons=(Addon(name="cache", plan="own-cache:mini"),)),
            (failed("production", COSTS_57, "at most its budget of $56"),),
        ),
    ],
    STACKS_ALIKE: [
        Case(
            "passes where one stack alone is in a pipeline",
            change(HEALTHY, coupling=Coupling(pipeline="sc-mvp", stage="production")),
        ),
        Case(
            "fails where the two are in different pipelines",
            change(HEALTHY, coupling=Coupling(pipeline="sc-mvp", stage="production")),
            (
                failed(
                    "production/pipeline",
                    "differs from staging in pipeline (sc-mvp; there sc-old)",
                    "the same, or differs.pipeline with a reason in a stack file",
                ),
            ),
            context(change(STAGING, coupling=Coupling(pipeline="sc-old", stage="staging"))),
        ),
        Case("passes with two of one kind", HEALTHY),
        Case("passes the other way round", STAGING, (), context(HEALTHY)),
        alike("fails in another region", "region", "region (eu; there us)", app=app(region="eu")),
        alike(
            "fails on another Heroku stack",
            "heroku_stack",
            "heroku_stack (heroku-26; there heroku-24)",
            app=app(heroku_stack="heroku-26"),
        ),
        alike(
            "fails with other buildpacks",
            "buildpacks",
            "buildpacks (none; there heroku/ruby)",
            app=app(buildpacks=()),
        ),
        alike("fails with certificates on one", "acm", "acm (true; there false)", app=app(acm=True)),
        alike(
            "fails with another formation",
            "formation",
            "web (2 x Standard-1X; there 1 x Basic), worker (1 x Basic; there none)",
            formation=(web(2, "Standard-1X"), Process(process_type="worker", quantity=1, dyno_type="Basic")),
        ),
        alike(
            "fails with a formation that is missing",
            "formation",
            "web (none; there 1 x Basic)",
            formation=(),
        ),
        alike(
            "fails with another Postgres plan",
            "postgres_plan",
            "Postgres plan (premium-0; there standard-0)",
            databases=(Database(name="db", plan="premium-0"),),
        ),
        alike(
            "fails with a second database beside the attached one, where it is declared",
            "postgres_plan",
            "Postgres plan (standard-0, standard-0; there standard-0)",
            databases=(*all_known(HEALTHY.databases), Database(name="more", plan="standard-0")),
        ),
        Case(
            "leaves another backup time to its own rule",
            change(HEALTHY, backup_schedules=(SCHEDULE.model_copy(update={"hour": 3}),)),
        ),
        Case(
            "leaves values that other rules expect to them, and what must be there",
            with_var(
                without_var(HEALTHY, "NODE_ENV"), plain("RAILS_ENV", CANARY), plain("SMTP_PORT", CANARY)
            ),
        ),
        Case(
            "fails with another value, more or fewer config vars, and shows no value",
            with_var(without_var(HEALTHY, "SMTP_PORT"), plain("RAILS_ENV", CANARY), plain("LANG", CANARY)),
            (
                failed(
                    "production/config_vars",
                    "differs from staging in LANG, SMTP_PORT",
                    same("config_vars"),
                ),
            ),
        ),
        Case(
            "fails with another kind of secret",
            with_var(HEALTHY, by_hand("SECRET_KEY_BASE")),
            (
                failed(
                    "production/secrets",
                    "differs from staging in SECRET_KEY_BASE (external; there managed)",
                    same("secrets"),
                ),
            ),
        ),
        Case(
            "does not compare what an add-on sets", with_var(HEALTHY, secret("DATABASE_URL", CANARY, "addon"))
        ),
        Case("does not compare the values of secrets", with_var(HEALTHY, secret("SECRET_KEY_BASE", LATER))),
        Case(
            "passes where this stack's settings say so",
            change(HEALTHY, formation=(web(2, "Standard-1X"),), differs=("formation",)),
        ),
        Case(
            "passes where the other stack's settings say so",
            change(HEALTHY, formation=(web(2, "Standard-1X"),)),
            (),
            context(change(STAGING, differs=("formation",))),
        ),
        Case(
            "fails on what the settings don't name",
            change(HEALTHY, formation=(), databases=(), differs=("formation",)),
            (
                failed(
                    "production/postgres_plan",
                    "differs from staging in Postgres plan (none; there standard-0)",
                    same("postgres_plan"),
                ),
            ),
        ),
        later("region", "a region", app=app(region=LATER)),
        later("formation", "a quantity", formation=(web(LATER),)),
        later("formation", "a dyno type", formation=(web(1, LATER),)),
        later(
            "formation",
            "a process type",
            formation=(Process(process_type=LATER, quantity=1, dyno_type="Basic"),),
        ),
        later("formation", "a formation", formation=LATER),
        later("postgres_plan", "a plan", databases=(Database(name="db", plan=LATER),)),
        later("postgres_plan", "a list of databases", databases=LATER),
        Case(
            "can't compare a plain value that is known later",
            with_var(HEALTHY, ConfigVar(name="LANG", kind="plain", digest=LATER)),
            (not_run("production/config_vars", "what it is", LATER),),
        ),
        Case(
            "can't compare config vars that are known later",
            change(HEALTHY, config_vars=ConfigVars(rest=LATER)),
            (
                not_run("production/config_vars", "what it is", LATER),
                not_run("production/secrets", "what it is", LATER),
            ),
        ),
        Case(
            "can't compare with what the other knows later",
            HEALTHY,
            (not_run("production/formation", "what staging has", LATER),),
            context(change(STAGING, formation=LATER)),
        ),
        Case(
            "can't compare an app that is missing",
            change(HEALTHY, app=None),
            tuple(
                not_run(f"production/{aspect}", "what it is", Unknown("the stack has no app"))
                for aspect in list(ASPECTS)[:4]
            ),
        ),
        Case(
            "can't compare an app that was not read",
            change(HEALTHY, app=LATER),
            tuple(not_run(f"production/{aspect}", "what it is", LATER) for aspect in list(ASPECTS)[:4]),
        ),
        Case(
            "can't tell with one stack alone",
            HEALTHY,
            (not_run("production", "the other stack", LATER),),
            context(LATER),
        ),
        Case(
            "can't tell what may differ",
            change(HEALTHY, differs=LATER),
            (not_run("production", "what may differ", LATER),),
        ),
        Case(
            "can't tell what may differ for the other",
            HEALTHY,
            (not_run("production", "what may differ", LATER),),
            context(change(STAGING, differs=LATER)),
        ),
    ],
    NO_DATA_LOSS: [
        Case("passes when nothing is done", HEALTHY),
        steps(
            "passes when things are created and changed",
            step("create", APP),
            step("update", ADDON, was=True, stays=True),
        ),
        *(
            steps(
                f"fails on {operation} of an app",
                step(operation, APP),
                fails="would be deleted, and it is the app",
                wants="no delete of an app or a database",
            )
            for operation in (
                "delete",
                "delete-replaced",
                "discard",
                "discard-replaced",
                "remove-pending-replace",
            )
        ),
        *(
            steps(
                f"fails on {operation} of a database",
                step(operation, ADDON),
                fails="would be replaced, and it is the database",
                wants="no replacement of an app or a database",
            )
            for operation in ("replace", "create-replacement", "import-replacement", "read-replacement")
        ),
        steps("passes when something else is deleted", step("delete", "heroku:build/build:Build")),
        steps(
            "fails when protection is taken away",
            step("update", ADDON, was=True),
            fails="would lose its protection (update)",
            wants="protection to stay",
        ),
        steps(
            "fails when something protected is deleted",
            step("delete", "heroku:build/build:Build", was=True),
            fails="would lose its protection (delete)",
            wants="protection to stay",
        ),
        steps(
            "fails on a step that nobody knows",
            step("overwrite", "heroku:build/build:Build", stays=True),
            fails="has the step overwrite, which is not known here",
            wants="a step that is known",
        ),
        steps(
            "passes with every step that keeps what there is",
            *(
                step(operation, APP)
                for operation in ("same", "create", "update", "read", "import", "refresh")
            ),
        ),
        Case(
            "can't tell without the steps (missing, unknown)",
            change(HEALTHY, steps=LATER),
            (not_run("production", "the preview's steps", LATER),),
        ),
    ],
}


@pytest.mark.fault("B33")
@table(TABLE)
def test_stacks(rule: Rule, case: Case) -> None:
    judge(rule, case)
