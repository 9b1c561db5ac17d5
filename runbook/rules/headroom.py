"""The rule on room in the database: size and connections below what its plan allows."""

from __future__ import annotations

from shlex import quote

from runbook.catalogue import PostgresPlan, catalogue
from runbook.checklists import DATABASE_SIZE
from runbook.environment import Environment
from runbook.live import DatabaseUse
from runbook.rules.fixes import ask, heroku, live_addon, named
from runbook.rules.rule import LIVE, Context, Finding, Findings, Fix, Rule, Severity, failed, not_run
from runbook.rules.running import live_of
from runbook.unknown import Known, Unknown

FULL_PERCENT = 80
"""Where the upgrade is advised, so that there is time for it before the limit."""
_GIGABYTE = 10**9


def _headroom(environment: Environment, context: Context) -> Findings:
    live = live_of(environment)
    uses = live if isinstance(live, Unknown) else live.database_use
    if isinstance(uses, Unknown):
        yield not_run(environment.stack, "how full its databases are", uses)
        return
    for use in uses:
        yield from _of_one(use, environment, context)


def _of_one(use: DatabaseUse, environment: Environment, context: Context) -> Findings:
    where = f"{environment.stack}/{use.database}"
    name = _plan_name(use, environment)
    plan = name if isinstance(name, Unknown) else context.prices.postgres_plan(name)
    if plan is None or isinstance(plan, Unknown):
        unknown = plan or Unknown(f"the catalogue has no Heroku Postgres plan {name}")
        yield not_run(where, "the plan's limits", unknown)
        return
    if plan.storage_gb is None or plan.connections is None:
        yield not_run(where, "the plan's limits", Unknown(f"the catalogue doesn't have those of {plan.name}"))
        return
    limits = (
        ("size", use.size_bytes, plan.storage_gb * _GIGABYTE, "bytes"),
        ("connections", use.connections, plan.connections, "connections"),
    )
    for what, used, limit, unit in limits:
        if isinstance(used, Unknown):
            yield not_run(where, f"its {what}", used)
        elif used * 100 >= limit * FULL_PERCENT:
            yield failed(
                where,
                f"uses {used:,} of the {limit:,} {unit} that {plan.name} allows",
                f"less than {FULL_PERCENT}% of the plan's limit",
            )


def _plan_name(use: DatabaseUse, environment: Environment) -> Known[str]:
    if isinstance(environment.databases, Unknown):
        return environment.databases
    found = [database.plan for database in environment.databases if database.name == use.database]
    return found[0] if found else Unknown("the database's plan was not read")


def _larger(finding: Finding, environment: Environment) -> Fix:
    """The cheapest plan of the same tier with room for what is used; a smaller one is no upgrade."""
    name = named(finding)
    live = environment.live
    uses = () if isinstance(live, Unknown) or isinstance(live.database_use, Unknown) else live.database_use
    use = next((found for found in uses if found.database == name), None)
    own = _plan_name(use, environment) if use else Unknown("not read")
    plan = None if isinstance(own, Unknown) else catalogue().postgres_plan(own)
    if use is None or plan is None:
        return ask(f"Choose a larger plan for {name}: the catalogue does not know its own")
    larger = [
        one
        for one in catalogue().postgres_plans.entries
        if one.sold and one.tier == plan.tier and _fits(use, one)
    ]
    if not larger:
        return ask(
            f"Make room in {name}, or plan a move: no {plan.tier} plan of the catalogue is large enough"
        )
    best = min(larger, key=lambda one: one.monthly_usd)
    addon = quote(live_addon(environment, name))
    return heroku(environment, f"addons:upgrade {addon} heroku-postgresql:{best.name}")


def _fits(use: DatabaseUse, plan: PostgresPlan) -> bool:
    if plan.storage_gb is None or plan.connections is None:
        return False
    pairs = ((use.size_bytes, plan.storage_gb * _GIGABYTE), (use.connections, plan.connections))
    return all(isinstance(used, Unknown) or used * 100 < limit * FULL_PERCENT for used, limit in pairs)


DATABASE_HEADROOM = Rule(
    id="database-headroom",
    items=(DATABASE_SIZE,),
    title="Each database has room: below 80% of its plan's size and connections",
    section="Upgrade Database Plan",
    severity=Severity.SEV_2,
    reads=("the live database's size and connections", "its plan's limits in the catalogue"),
    decide=_headroom,
    why="The runbook upgrades the plan when the size or the connection limit is reached; a full one stops writing.",
    cannot_tell="The database could not be read, or its plan is not in the catalogue.",
    edit="Plan an upgrade: set database.plan in Pulumi.{stack}.yaml",
    command="heroku addons:upgrade heroku-postgresql:standard-2 -a {app}",
    fix=_larger,
    on=LIVE,
)
