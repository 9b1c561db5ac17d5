"""The rule on the Heroku stack: it takes builds, and its end is not near."""

from __future__ import annotations

from datetime import date, timedelta

from runbook.catalogue import HerokuStack, catalogue
from runbook.checklists import SECURITY
from runbook.environment import App, Environment
from runbook.rules.fixes import app_name, ask
from runbook.rules.rule import Context, Finding, Findings, Fix, Rule, Severity, at, day_of, failed, not_run
from runbook.unknown import Known, Unknown

NOTICE = timedelta(days=90)
"""Time to try the next one on staging and to deploy it; Heroku's own notices come earlier."""


def _current(environment: Environment, context: Context) -> Findings:
    if environment.app is None:
        return
    name = _heroku_stack(environment.app)
    if isinstance(name, Unknown):
        yield not_run(environment.stack, "the Heroku stack", name)
        return
    known = context.prices.heroku_stack(name)
    if known is None:
        yield not_run(
            environment.stack, "when it ends", Unknown(f'the catalogue has no Heroku stack "{name}"')
        )
    elif found := _trouble(known, day_of(environment, context)):
        yield failed(
            environment.stack,
            f"is on {name}, {found}",
            f"a Heroku stack that takes builds and ends more than {NOTICE.days} days from now, "
            f"as {_newest(context.prices.heroku_stacks.entries)}",
        )


def _heroku_stack(app: Known[App]) -> Known[str]:
    return app if isinstance(app, Unknown) else app.heroku_stack


def _trouble(known: HerokuStack, today: date) -> str | None:
    if known.withdrawn:
        return f"which Heroku lists no more since {known.withdrawn}"
    ends = f"ends on {known.ends}"
    if known.end and known.end < today:
        return f"which ended on {known.ends}: no security updates, no builds"
    if known.builds_fail_from and date.fromisoformat(known.builds_fail_from) <= today:
        return f"where builds fail now and then since {known.builds_fail_from}; it {ends}"
    return f"which {ends}" if known.end and known.end - today <= NOTICE else None


def _newest(entries: tuple[HerokuStack, ...]) -> str:
    return next(entry.name for entry in entries if entry.is_offered)


def _move(_finding: Finding, environment: Environment) -> Fix:
    """The new one is used from the next build on, and the app must be tried on it."""
    newest = _newest(catalogue().heroku_stacks.entries)
    return ask(
        f"Try {newest} on staging first. Then set app.heroku_stack to it, or type `heroku stack:set {newest} -a {app_name(environment)}`, "
        "and deploy: the next build is the first on it"
    )


HEROKU_STACK_CURRENT = Rule(
    id="heroku-stack-current",
    title=f"The Heroku stack takes builds, and ends more than {NOTICE.days} days from now",
    key=at("app", "heroku_stack"),
    items=(SECURITY,),
    section="Monthly",
    severity=Severity.SEV_3,
    reads=("the app's Heroku stack", "the catalogue's dates"),
    decide=_current,
    why="After its end a Heroku stack gets no security updates and takes no builds: a fix can't be deployed any more.",
    cannot_tell="The Heroku stack is known only after `up`, or the catalogue doesn't have it.",
    edit="Set app.heroku_stack in Pulumi.{stack}.yaml to a newer one, on staging first, and deploy",
    command="heroku stack:set heroku-26 -a {app}",
    fix=_move,
    fails_with="app: {name: sc-mvp-staging, heroku_stack: heroku-20, buildpacks: [heroku/ruby]}",
    passes_with="app: {name: sc-mvp-staging, heroku_stack: heroku-26, buildpacks: [heroku/ruby]}",
    touches=frozenset({"app"}),
)
