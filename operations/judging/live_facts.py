"""What no refresh tells the gate of the live app: process types that nobody declares, and which config vars are set.

Read only, after the previews, of an app that is there: two requests a stack. Of config vars only the names are kept.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from heroku_api import platform
from heroku_api.errors import HerokuError
from operations.accounts.account import Account
from operations.errors import OperationError
from operations.judging.answer import StackAnswer, Trouble
from operations.judging.left_running import left_running
from operations.pulumi_run.events import Preview
from runbook.environment import Environment, Process
from runbook.readers.declared import APP
from runbook.rules.dyno_limits import DYNO_LIMITS
from runbook.rules.dynos import DYNO_TIERS
from runbook.rules.fixes import app_name
from runbook.rules.rule import Context
from runbook.rules.verdict import findings_of
from runbook.unknown import Known, Unknown

NOT_READ = "process types that nobody declares, and external secrets that are missing, are not judged"
_SECONDS = 20.0
"""For each request, tried again within it."""


@dataclass(frozen=True)
class LiveFacts:
    """`formation` is all of it, whoever declared it."""

    formation: tuple[Process, ...]
    config_vars: frozenset[str]


def live_app_id(preview: Preview | None) -> str | None:
    """Of the app that the preview refreshed; None where there is none yet."""
    apps = [
        change.old for change in (preview.changes if preview else ()) if change.type == APP and change.old
    ]
    return next((str(old["id"]) for old in apps if old.get("id")), None)


def read_facts(account: Account, app_id: str) -> Known[LiveFacts]:
    try:
        with account.client(_SECONDS) as client:
            return LiveFacts(
                tuple(
                    Process(process_type=one.type, quantity=one.quantity, dyno_type=one.size)
                    for one in platform.formation(client, app_id)
                ),
                frozenset(platform.config_vars(client, app_id)),
            )
    except (HerokuError, OperationError) as error:
        return Unknown(str(error))


def planned_by(answer: StackAnswer) -> Environment | None:
    """What the preview would make of the stack; None where it ended early."""
    judged = [verdict.environment for verdict in answer.verdicts if "plan" in verdict.rule.on]
    return (
        next((one for one in judged if not isinstance(one.steps, Unknown)), None) if answer.is_whole else None
    )


def troubles_of(
    facts: Known[LiveFacts], planned: Environment, preview: Preview, context: Context
) -> Iterator[Trouble]:
    if isinstance(facts, Unknown):
        yield Trouble("inconclusive", f"the live app could not be read, so {NOT_READ}: {facts.why}")
        return
    yield from _undeclared(facts, planned, preview, context)
    yield from _absent(facts, planned)


def _undeclared(
    facts: LiveFacts, planned: Environment, preview: Preview, context: Context
) -> Iterator[Trouble]:
    """Heroku counts all dynos of an app, and refuses at `up` what the file alone would be allowed."""
    if isinstance(planned.formation, Unknown):
        return
    told = {one.process_type for one in (*planned.formation, *left_running(preview.changes, planned))}
    others = [one for one in facts.formation if one.quantity != 0 and one.process_type not in told]
    together = planned.model_copy(update={"formation": (*planned.formation, *others)})
    words = ", ".join(f"{one.process_type}: {one.quantity} x {one.dyno_type}" for one in others)
    stop = " ".join(f"{one.process_type}=0" for one in others)
    for rule in (DYNO_TIERS, DYNO_LIMITS) if others else ():
        alone = findings_of(rule, planned, context)
        for finding in findings_of(rule, together, context):
            if finding not in alone and finding.outcome == "fail":
                yield Trouble(
                    "blocked",
                    f"undeclared dynos run on the live app ({words}); with them {finding.target} {finding.found}, and Heroku refuses the "
                    f"change ({rule.id}). Declare them, or stop them first: heroku ps:scale {stop} -a {app_name(planned)}",
                )


def _absent(facts: LiveFacts, planned: Environment) -> Iterator[Trouble]:
    for var in planned.config_vars.known:
        if var.kind == "external" and var.name not in facts.config_vars:
            yield Trouble(
                "blocked",
                f"{var.name} is declared external and is not set on the live app, and no `up` sets it. Set it by hand before this goes on "
                f"(heroku config:set, on {app_name(planned)}), or call it optional",
            )
