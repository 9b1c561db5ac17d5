"""The rule on whose database it is: none is attached to the other stack's app."""

from __future__ import annotations

from runbook.checklists import DEPENDS, SECURITY
from runbook.environment import App, Environment
from runbook.rules.fixes import named
from runbook.rules.rule import LIVE, Context, Finding, Findings, Fix, Rule, Severity, failed, not_run
from runbook.rules.running import live_of
from runbook.unknown import Known, Unknown


def _not_shared(environment: Environment, context: Context) -> Findings:
    live = live_of(environment)
    elsewhere = live if isinstance(live, Unknown) else live.elsewhere
    if isinstance(elsewhere, Unknown):
        yield not_run(environment.stack, "what its databases are attached to", elsewhere)
        return
    other = _app_name(context.other)
    for app, name in elsewhere:
        where = f"{environment.stack}/{app}"
        if isinstance(other, Unknown):
            yield not_run(where, "whether it is the other stack's app", other)
        elif app == other:
            yield failed(
                where,
                f"has this stack's database attached as {name}, and so its password",
                "each stack to have a database of its own",
            )


def _app_name(other: Known[Environment]) -> Known[str | None]:
    if isinstance(other, Unknown) or isinstance(other.app, Unknown):
        return other if isinstance(other, Unknown) else Unknown("the other stack's app was not read")
    return other.app.name if isinstance(other.app, App) else None


def _detach(finding: Finding, environment: Environment) -> Fix:
    live = environment.live
    elsewhere = () if isinstance(live, Unknown) or isinstance(live.elsewhere, Unknown) else live.elsewhere
    commands = [f"heroku addons:detach {name} -a {app}" for app, name in elsewhere if app == named(finding)]
    return Fix("type", " && ".join(commands))


DATABASE_NOT_SHARED = Rule(
    id="database-not-shared",
    items=(DEPENDS, SECURITY),
    title="No database is attached to the other stack's app",
    document="ENV_CONFIG",
    section="Production (Heroku)",
    severity=Severity.SEV_1,
    reads=("the attachments of the stack's databases in other apps", "the other stack's app"),
    decide=_not_shared,
    why="An attachment hands its app the database's address and password: who reads staging's config vars then reads and "
    "writes production's data.",
    cannot_tell="The attachments, or the other stack's app, could not be read.",
    edit="Detach it from {object}; each stack declares its own database",
    command="heroku addons:detach NAME -a {object}",
    fix=_detach,
    on=LIVE,
    both_stacks=True,
    touches=frozenset({"attachment elsewhere"}),
)
