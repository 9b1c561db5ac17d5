"""The rule on what holds data: no step deletes, replaces or unprotects it, and on the live account it is there."""

from __future__ import annotations

from runbook.checklists import DEPENDS
from runbook.environment import Environment, Step
from runbook.rules.fixes import app_name, ask
from runbook.rules.rule import Context, Finding, Findings, Fix, Rule, Severity, each, failed, not_run
from runbook.unknown import Unknown

HOLDS_DATA = {"heroku:app/app:App": "the app", "heroku:addon/addon:Addon": "the database"}
"""A deleted app takes its add-ons with it, a deleted database its backups."""
OTHER_ADDON = "addon-"
"""The names in Pulumi of add-ons that are no database start so. Some hold data too, such as Redis."""
BY_HAND_FIRST = "no delete of an add-on by `up`: type `heroku addons:destroy`, then `pulumi refresh` notes that it is gone"
_DELETES = frozenset({"delete", "delete-replaced", "discard", "discard-replaced", "remove-pending-replace"})
_REPLACES = frozenset({"replace", "create-replacement", "import-replacement", "read-replacement"})
_KEEPS = frozenset({"same", "create", "update", "read", "import", "refresh"})


@each("the preview's steps", lambda environment: environment.steps)
def _steps(step: Step, environment: Environment, _context: Context) -> Findings:
    where = f"{environment.stack}/{step.name}"
    what = HOLDS_DATA.get(step.type)
    if what and step.operation in _DELETES and step.name.startswith(OTHER_ADDON):
        yield failed(where, "would be deleted, and it is an add-on, with what it holds", BY_HAND_FIRST)
    elif what and step.operation in _DELETES:
        yield failed(where, f"would be deleted, and it is {what}", "no delete of an app or a database")
    elif what and step.operation in _REPLACES:
        yield failed(where, f"would be replaced, and it is {what}", "no replacement of an app or a database")
    elif step.operation not in _DELETES | _REPLACES | _KEEPS:
        yield failed(where, f"has the step {step.operation}, which is not known here", "a step that is known")
    elif step.was_protected and not step.stays_protected:
        yield failed(where, f"would lose its protection ({step.operation})", "protection to stay")


def _lost(environment: Environment) -> Findings:
    """On the live account: what is declared, holds data, and is not there any more."""
    live = environment.live
    if environment.app is None:
        names = () if isinstance(live, Unknown) or isinstance(live.lost, Unknown) else live.lost
        named = next((f" {one.name}" for one in names if one.what == "app"), "")
        yield failed(environment.stack, f"has no app{named} on this account", "the declared app")
        return
    if isinstance(environment.app, Unknown):
        yield not_run(environment.stack, "whether its app is there", environment.app)
        return
    lost = live if isinstance(live, Unknown) else live.lost
    if isinstance(lost, Unknown):
        yield not_run(environment.stack, "whether its database is still there", lost)
        return
    for one in lost:
        where = environment.stack if one.what == "app" else f"{environment.stack}/{one.name}"
        found = f"is another {one.what} of the same name" if one.another else "is not on this account"
        yield failed(where, found, f"the declared {one.what}, with its data")


def _no_data_loss(environment: Environment, context: Context) -> Findings:
    yield from _lost(environment) if environment.is_live else _steps(environment, context)


def _resource_key(name: str) -> tuple[str, ...]:
    """Of a resource by its name in Pulumi."""
    if name.startswith("formation-"):
        return "formation", name.removeprefix("formation-")
    if name.startswith(OTHER_ADDON):
        return "addons", name.removeprefix(OTHER_ADDON)
    return (name,) if name in ("backups", "database") else ("app",)


def _restore(finding: Finding, environment: Environment) -> Fix:
    """No `up` brings data back. A plan's upgrade may give a database another id, which looks the same from here."""
    if "has no app" in finding.found:
        return ask(
            "Look first whether it is the right account (`heroku auth:whoami`), and whether the app was moved: its owner, or a team "
            "(`heroku apps --all`). If it was destroyed, don't run `up`: it would make an empty app. Ask Heroku's support at once "
            "whether it can be brought back; else make it anew and restore the newest dump (Restore from Backup)"
        )
    if "another database" in finding.found:
        return ask(
            f"Look whether an upgrade of the plan moved it (`heroku releases -a {app_name(environment)}`): then `pulumi up --refresh` "
            "notes its new id. If not, its data is lost: restore the newest dump (Restore from Backup)"
        )
    return ask(
        f"Don't run `up` on {environment.stack}: it would make an empty one. Ask Heroku's support at once whether it can be "
        "brought back; else restore the newest dump that was downloaded (Restore from Backup)"
    )


NO_DATA_LOSS = Rule(
    id="no-data-loss",
    key=_resource_key,
    items=(DEPENDS,),
    title="No app or database is deleted, replaced or left without protection",
    section="Severity Levels",
    severity=Severity.SEV_1,
    everywhere=True,
    reads=("every step of the preview", "the live app and databases"),
    decide=_no_data_loss,
    why="Data loss is Sev-1. Policies never see deletes; the steps of a preview do.",
    cannot_tell="The preview's steps or the live add-ons could not be read.",
    edit="Undo the change to {object} in Pulumi.{stack}.yaml or the program; take protection away in a change of its own",
    command="heroku pg:backups:capture -a {app}",
    fix=_restore,
    on=frozenset({"steps", "live"}),
    each=None,
    waivable=False,
    touches=frozenset({"app", "database"}),
    needs_app=False,
)
