"""The rule on the app's place in a pipeline, which decides where `heroku pipelines:promote` deploys to."""

from __future__ import annotations

from shlex import quote

from runbook.checklists import DEPENDS
from runbook.environment import Environment
from runbook.live import NOT_ASKED
from runbook.rules.fixes import heroku
from runbook.rules.rule import Context, Finding, Findings, Fix, Rule, Severity, at, failed, not_run
from runbook.unknown import Unknown


def _stage(environment: Environment, _context: Context) -> Findings:
    """An app in no pipeline is as good: nothing is promoted to it."""
    held = environment.coupling
    if isinstance(held, Unknown):
        if held != NOT_ASKED:
            yield not_run(environment.stack, "its stage in a pipeline", held)
        return
    if held is None:
        return
    if isinstance(held.stage, Unknown):
        yield not_run(environment.stack, "its stage in a pipeline", held.stage)
    elif held.stage != environment.stack:
        yield failed(
            environment.stack,
            f"is in the stage {held.stage} of its pipeline",
            f"the stage {environment.stack}: staging is promoted to production",
        )


def _move(_finding: Finding, environment: Environment) -> Fix:
    return heroku(environment, f"pipelines:update -s {quote(environment.stack)}")


PIPELINE_STAGE = Rule(
    id="pipeline-stage",
    items=(DEPENDS,),
    title="An app in a pipeline is in the stage of its stack",
    section="Deploy to Production",
    severity=Severity.SEV_2,
    key=at("pipeline", "stage"),
    reads=("the app's stage in a pipeline",),
    decide=_stage,
    why="`heroku pipelines:promote` deploys from staging to every app in the stage production. In the wrong stage, production is deployed "
    "to before staging was looked at.",
    cannot_tell="The app's place in a pipeline could not be read.",
    edit="Set pipeline.stage in Pulumi.{stack}.yaml to {stack}",
    command="heroku pipelines:update -s {stack} -a {app}",
    fix=_move,
    touches=frozenset({"surrounding"}),
    fails_with="pipeline: {name: sc-mvp, stage: production}",
    passes_with="pipeline: {name: sc-mvp, stage: staging}",
)
