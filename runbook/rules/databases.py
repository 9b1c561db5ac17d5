"""Rules on the Postgres database: its plan, and that the app has exactly one."""

from __future__ import annotations

from shlex import quote

from runbook.catalogue import Catalogue, PostgresPlan, catalogue
from runbook.checklists import BACKUP_STATUS, DATABASE_SIZE, DEPENDS, DOCUMENTATION, RETENTION
from runbook.environment import PRIMARY, Attachment, ConfigVar, Database, Environment
from runbook.nearest import did_you_mean
from runbook.rules.fixes import app_name, ask, heroku, live_addon, named, own_databases
from runbook.rules.rule import Context, Finding, Findings, Fix, Rule, Severity, at, each, failed, not_run
from runbook.unknown import Known, Unknown

RETENTION_DAYS = 7
"""Runbook, Upgrade Database Plan: Standard-0 keeps backups 7 days; Maintenance Checklist, Monthly."""

_CHANGE_PLAN = "Set database.plan in Pulumi.{stack}.yaml; between Essential and the other tiers Heroku needs pg:copy, so plan a move"
_UPGRADE = "heroku addons:upgrade heroku-postgresql:standard-0 -a {app}"


def _catalogued(database: Database, prices: Catalogue) -> Known[PostgresPlan]:
    if isinstance(database.plan, Unknown):
        return database.plan
    return prices.postgres_plan(database.plan) or Unknown(
        f'the catalogue has no Heroku Postgres plan "{database.plan}"'
    )


@each("the databases", lambda environment: environment.databases)
def _plan_minimum(database: Database, environment: Environment, context: Context) -> Findings:
    plan = _catalogued(database, context.prices)
    where = f"{environment.stack}/{database.name}"
    if isinstance(plan, Unknown):
        yield not_run(where, "the Postgres plan", plan)
    elif not plan.at_least("standard"):
        yield failed(where, f"has the Postgres plan {plan.name}", "Standard-0 or higher")


@each("the databases", lambda environment: environment.databases)
def _plan_sold(database: Database, environment: Environment, context: Context) -> Findings:
    where = f"{environment.stack}/{database.name}"
    if isinstance(database.plan, Unknown):
        yield not_run(where, "the Postgres plan", database.plan)
        return
    plan = context.prices.postgres_plan(database.plan)
    found = f"has the Postgres plan {database.plan}"
    if plan is None:
        known = [entry.name for entry in context.prices.postgres_plans.entries if entry.sold]
        yield failed(
            where,
            f"{found}, which Heroku never had",
            f"a plan that is sold{did_you_mean(database.plan, known)}",
        )
    elif not plan.sold:
        yield failed(where, f"{found}, which Heroku does not sell", f"{plan.use_instead} instead")


@each("the databases", lambda environment: environment.databases)
def _retention(database: Database, environment: Environment, context: Context) -> Findings:
    plan = _catalogued(database, context.prices)
    where = f"{environment.stack}/{database.name}"
    if isinstance(plan, Unknown):
        yield not_run(where, "how long backups are kept", plan)
    elif plan.backup_days < RETENTION_DAYS:
        yield failed(
            where,
            f"keeps backups {plan.backup_days} days, as its plan {plan.name} does",
            f"{RETENTION_DAYS} days or longer",
        )


def _primary(environment: Environment, _context: Context) -> Findings:
    where = f"{environment.stack}/{PRIMARY}"
    attachments, databases = environment.attachments, environment.databases
    if isinstance(attachments, Unknown):
        yield not_run(where, "what is attached", attachments)
    elif isinstance(databases, Unknown):
        yield not_run(where, "what is attached", databases)
    else:
        yield from _one_primary(attachments, databases, where)


def _one_primary(
    attachments: tuple[Attachment, ...], databases: tuple[Database, ...], where: str
) -> Findings:
    unnamed = next((found.name for found in attachments if isinstance(found.name, Unknown)), None)
    primaries = [found for found in attachments if found.name == PRIMARY]
    if len(primaries) > 1:
        yield failed(where, f"is attached {len(primaries)} times", "exactly one database behind DATABASE_URL")
    elif isinstance(unnamed, Unknown):
        yield not_run(where, "the name of an attachment", unnamed)
    elif not primaries:
        yield failed(where, "has no database attached", "exactly one database behind DATABASE_URL")
    else:
        yield from _declared_here(primaries[0], databases, where)


def _declared_here(primary: Attachment, databases: tuple[Database, ...], where: str) -> Findings:
    if isinstance(primary.database, Unknown):
        yield not_run(where, "which database is attached", primary.database)
    elif primary.database not in [database.name for database in databases]:
        yield failed(
            where,
            f"is the database {primary.database}, which this stack does not declare",
            "its own database",
        )


def _move(finding: Finding, environment: Environment) -> Fix:
    """Heroku changes no Essential plan into one of another tier."""
    app = app_name(environment)
    return ask(
        f"Plan a move of {live_addon(environment, named(finding))}, as Heroku upgrades no Essential plan to Standard in "
        f"place: in maintenance mode, `heroku addons:create heroku-postgresql:standard-0 --wait -a {app}`, then "
        "`heroku pg:copy` and `heroku pg:promote`; the app is down meanwhile"
    )


def _sold_instead(finding: Finding, environment: Environment) -> Fix:
    prices, databases = catalogue(), environment.databases
    names = () if isinstance(databases, Unknown) else databases
    plan = next((found.plan for found in names if found.name == named(finding)), None)
    known = prices.postgres_plan(plan) if isinstance(plan, str) else None
    if known is None or known.use_instead is None:
        return ask(f"Find out what the plan of {named(finding)} is: no list of Heroku's has it")
    addon = quote(live_addon(environment, named(finding)))
    return heroku(environment, f"addons:upgrade {addon} heroku-postgresql:{known.use_instead}")


def _attach(_finding: Finding, environment: Environment) -> Fix:
    """The stack's own database; a DATABASE_URL that was set by hand is in its way."""
    own = own_databases(environment)
    if len(own) != 1:
        few = f"choose one of {', '.join(own)}" if own else "there is none on the app: see no-data-loss"
        return ask(f"Decide which database is the app's, then attach it as DATABASE; {few}")
    addon = quote(live_addon(environment, own[0]))
    var = environment.config_vars.find("DATABASE_URL")
    if isinstance(var, ConfigVar) and var.kind != "addon":
        return heroku(environment, "config:unset DATABASE_URL", f"addons:attach {addon} --as {PRIMARY}")
    attached = environment.primary_database
    if attached is None:
        return heroku(environment, f"addons:attach {addon} --as {PRIMARY}")
    return heroku(environment, f"pg:promote {addon}")


POSTGRES_PLAN_MINIMUM = Rule(
    id="postgres-plan-minimum",
    key=at("database", "plan"),
    items=(DATABASE_SIZE,),
    title="Every database's plan is Standard-0 or higher",
    section="Backup Failures",
    severity=Severity.SEV_2,
    reads=("each database's Postgres plan", "the catalogue's tiers"),
    decide=_plan_minimum,
    why="The runbook's first fix for failing backups is a plan of Standard-0 or higher; Essential has no rollback "
    "and shares its server.",
    cannot_tell="The plan is known only after `up`, or the catalogue has no such plan.",
    edit=_CHANGE_PLAN,
    command=_UPGRADE,
    fix=_move,
    each="database",
    fails_with="database: {name: sc-mvp-staging-db, plan: essential-0}",
    passes_with="database: {name: sc-mvp-staging-db, plan: standard-0}",
    touches=frozenset({"database"}),
)
POSTGRES_PLAN_SOLD = Rule(
    id="postgres-plan-sold",
    key=at("database", "plan"),
    items=(DATABASE_SIZE,),
    title="Every database's plan is one that Heroku sells",
    section="Upgrade Database Plan",
    severity=Severity.SEV_3,
    reads=("each database's Postgres plan", "the catalogue"),
    decide=_plan_sold,
    why="The runbook's upgrade goes to Standard-1, which Heroku does not sell; Mini and Hobby are withdrawn.",
    cannot_tell="The plan is known only after `up`.",
    edit="Set database.plan in Pulumi.{stack}.yaml",
    command="heroku addons:upgrade heroku-postgresql:standard-2 -a {app}",
    fix=_sold_instead,
    each="database",
    fails_with="database: {name: sc-mvp-staging-db, plan: standard-1}",
    passes_with="database: {name: sc-mvp-staging-db, plan: standard-2}",
    touches=frozenset({"database"}),
)
POSTGRES_PRIMARY = Rule(
    id="postgres-primary",
    key=at("database"),
    items=(DEPENDS, DOCUMENTATION),
    title="Exactly one database is attached as DATABASE_URL",
    section="Database Connection Errors",
    severity=Severity.SEV_1,
    reads=("the attachments and what they attach", "the databases"),
    decide=_primary,
    why="The app reads DATABASE_URL and nothing else; without it every request is answered 503.",
    cannot_tell="Which database is attached, or under what name, is known only after `up`.",
    edit="Declare one database in Pulumi.{stack}.yaml; the components attach it as DATABASE",
    command="heroku addons:attach DATABASE_NAME --as DATABASE -a {app}",
    fix=_attach,
    hangs_on_database=lambda _: True,
    touches=frozenset({"attachment", "database"}),
)
BACKUP_RETENTION = Rule(
    id="backup-retention",
    key=at("database", "plan"),
    items=(BACKUP_STATUS, RETENTION),
    title="The plan keeps backups 7 days or longer",
    section="Monthly",
    severity=Severity.SEV_2,
    reads=("each database's Postgres plan", "the catalogue's retention"),
    decide=_retention,
    why="The monthly checklist verifies a retention of 7 days.",
    cannot_tell="The plan is known only after `up`, or the catalogue has no such plan.",
    edit=_CHANGE_PLAN,
    command=_UPGRADE,
    fix=_move,
    each="database",
    touches=frozenset({"database"}),
)
