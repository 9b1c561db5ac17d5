"""The rule on a preview's steps: nothing that holds data is deleted, replaced or unprotected."""

from __future__ import annotations

from runbook.environment import Environment, Step
from runbook.rules.rule import Context, Findings, Rule, Severity, each, failed

HOLDS_DATA = {"heroku:app/app:App": "the app", "heroku:addon/addon:Addon": "the database"}
"""A deleted app takes its add-ons with it, a deleted database its backups."""
_DELETES = frozenset({"delete", "delete-replaced", "discard", "discard-replaced", "remove-pending-replace"})
_REPLACES = frozenset({"replace", "create-replacement", "import-replacement", "read-replacement"})
_KEEPS = frozenset({"same", "create", "update", "read", "import", "refresh"})


@each("the preview's steps", lambda environment: environment.steps)
def _no_data_loss(step: Step, environment: Environment, _context: Context) -> Findings:
    where = f"{environment.stack}/{step.name}"
    what = HOLDS_DATA.get(step.type)
    if what and step.operation in _DELETES:
        yield failed(where, f"would be deleted, and it is {what}", "no delete of an app or a database")
    elif what and step.operation in _REPLACES:
        yield failed(where, f"would be replaced, and it is {what}", "no replacement of an app or a database")
    elif step.operation not in _DELETES | _REPLACES | _KEEPS:
        yield failed(where, f"has the step {step.operation}, which is not known here", "a step that is known")
    elif step.was_protected and not step.stays_protected:
        yield failed(where, f"would lose its protection ({step.operation})", "protection to stay")


NO_DATA_LOSS = Rule(
    id="no-data-loss",
    title="No preview deletes or replaces an app or a database, or takes protection away",
    section="Severity Levels",
    severity=Severity.SEV_1,
    reads=("every step of the preview",),
    decide=_no_data_loss,
    why="Data loss is Sev-1. Policies never see deletes; the steps of a preview do.",
    cannot_tell="The preview's steps were not read.",
    mend="Undo the change to {object} in Pulumi.{stack}.yaml or the program; take protection away in a change of its own",
    command="heroku pg:backups:capture -a {app}",
    on=frozenset({"steps"}),
    each=None,
    waivable=False,
)
