"""The runbook's rollback decision tree: an app that broke within an hour of a deploy goes back to the release before."""

from __future__ import annotations

from datetime import timedelta
from http import HTTPStatus

from runbook.checklists import HEALTH
from runbook.environment import Environment
from runbook.live import Live, Release
from runbook.rules.fixes import ask, heroku
from runbook.rules.rule import LIVE, Context, Finding, Findings, Fix, Rule, Severity, failed, not_run
from runbook.rules.running import live_of
from runbook.unknown import Known, Unknown

RECENT = timedelta(hours=1)
"""Runbook, Rollback Decision Tree: Recent Deployment (< 1 hour)?"""
_DEPLOYS = ("Deploy ", "Promote ")
_SUCCEEDED = "succeeded"


def _window(environment: Environment, _context: Context) -> Findings:
    live = live_of(environment)
    releases = live if isinstance(live, Unknown) else live.releases
    if isinstance(live, Unknown) or isinstance(releases, Unknown):
        unknown = releases if isinstance(releases, Unknown) else Unknown("not read")
        yield not_run(environment.stack, "whether it was deployed within the hour", unknown)
        return
    deploy = _recent_deploy(live, releases)
    if deploy is None or _is_switched_off(environment):
        return
    broken = _broken(live)
    if isinstance(broken, Unknown):
        yield not_run(environment.stack, f"whether it works since v{deploy.version} was deployed", broken)
    elif broken:
        minutes = int((live.read_at - deploy.created_at).total_seconds() // 60)
        before = _before(deploy, releases)
        expected = f"the release before, v{before.version}" if before else "a release that works"
        yield failed(
            environment.stack,
            f"is broken: {broken}; v{deploy.version} was deployed {minutes} minutes ago",
            expected,
        )


def _recent_deploy(live: Live, releases: tuple[Release, ...]) -> Release | None:
    """One that became current; what was set since does not hide it."""
    return next(
        (
            found
            for found in releases
            if found.description.startswith(_DEPLOYS)
            and found.status == _SUCCEEDED
            and live.read_at - found.created_at < RECENT
        ),
        None,
    )


def _before(deploy: Release, releases: tuple[Release, ...]) -> Release | None:
    """Heroku refuses a rollback to a release without a slug, as a new app's first ones are."""
    older = (found for found in releases if found.version < deploy.version and found.has_slug)
    return next((found for found in older if found.status == _SUCCEEDED), None)


def _is_switched_off(environment: Environment) -> bool:
    """Whether web is scaled to nothing: no release is to blame, and none brings it back. web-runs tells it."""
    formation = environment.formation
    return not isinstance(formation, Unknown) and any(
        found.process_type == "web" and found.quantity == 0 for found in formation
    )


def _broken(live: Live) -> Known[str]:
    """In words; "" where it works."""
    if not isinstance(live.dynos, Unknown):
        crashed = [dyno.name for dyno in live.dynos if dyno.state == "crashed"]
        if crashed:
            return f"{', '.join(crashed)} crashed"
    if isinstance(live.health, Unknown):
        return live.health
    if live.health.status is None:
        return "/healthz gives no answer"
    is_ok = live.health.status == HTTPStatus.OK and live.health.says == "ok"
    return "" if is_ok or live.maintenance is True else f"/healthz answers {live.health.status}"


def _roll_back(_finding: Finding, environment: Environment) -> Fix:
    live = live_of(environment)
    if isinstance(live, Unknown) or isinstance(live.releases, Unknown):
        return ask("Read `heroku releases`, and roll back to the version before the deploy")
    deploy = _recent_deploy(live, live.releases)
    before = _before(deploy, live.releases) if deploy else None
    if before is None:
        return ask(
            "Fix it and deploy again: none of the newest ten releases before the deploy can be rolled back to"
        )
    return heroku(environment, f"rollback v{before.version}")


ROLLBACK_WINDOW = Rule(
    id="rollback-window",
    items=(HEALTH,),
    title="The app works, or was not deployed within the last hour",
    section="Rollback Decision Tree",
    severity=Severity.SEV_1,
    reads=("the newest ten releases", "the answer of /healthz", "the dynos"),
    decide=_window,
    why="A production issue within an hour of a deploy is rolled back first and diagnosed afterwards. Database migrations "
    "are not rolled back with it.",
    cannot_tell="The releases could not be read, or there was a deploy within the hour and the app could not be asked.",
    edit="Roll back to the release before the deploy",
    command="heroku rollback vVERSION -a {app}",
    fix=_roll_back,
    on=LIVE,
)
