"""Rules on the health endpoint, one for each of the runbook's failure indicators: they have remedies of their own."""

from __future__ import annotations

from datetime import timedelta
from http import HTTPStatus

from runbook.checklists import HEALTH, PERFORMANCE
from runbook.environment import Environment
from runbook.live import Health
from runbook.rules.fixes import app_name, ask, heroku
from runbook.rules.rule import LIVE, Context, Finding, Findings, Fix, Rule, Severity, failed, not_run
from runbook.rules.running import live_of
from runbook.unknown import Known, Unknown

FRESH = timedelta(minutes=5)
"""Between the report's timestamp and this reading's clock: room for clocks that differ."""
_FRESH = 'a timestamp of this moment, as in {"status":"ok","timestamp":"..."}'
_OK = '200 with {"status":"ok"}'
_MAINTENANCE = Unknown("maintenance mode answers 503 to everything")


def _target(environment: Environment) -> str:
    return f"{environment.stack}/healthz"


def _health(environment: Environment) -> Known[Health]:
    live = live_of(environment)
    return live if isinstance(live, Unknown) else live.health


def _in_maintenance(environment: Environment) -> bool:
    live = live_of(environment)
    return not isinstance(live, Unknown) and live.maintenance is True


def _answers(environment: Environment, _context: Context) -> Findings:
    health = _health(environment)
    if isinstance(health, Unknown):
        yield not_run(_target(environment), "whether it answers", health)
    elif health.status is None:
        yield failed(
            _target(environment),
            f"gave no answer within {health.milliseconds / 1000:.0f} s",
            f"{_OK} at once",
        )


def _undecided(environment: Environment, health: Known[Health]) -> Finding | None:
    if isinstance(health, Unknown):
        return not_run(_target(environment), "how the app is", health)
    if health.status is None:
        return not_run(_target(environment), "how the app is", Unknown("the dyno gave no answer"))
    return None


def _application(environment: Environment, _context: Context) -> Findings:
    health = _health(environment)
    undecided = _undecided(environment, health)
    if undecided:
        yield undecided
    elif not isinstance(health, Unknown) and health.status != HTTPStatus.SERVICE_UNAVAILABLE:
        if health.status != HTTPStatus.OK:
            yield failed(_target(environment), f"answers {health.status}: an application error", _OK)
        elif health.says != "ok":
            said = "a health report that is not ok" if health.says else "no health report"
            yield failed(_target(environment), f"answers 200 with {said}", _OK)
        else:
            yield from _is_fresh(health, environment)


def _is_fresh(health: Health, environment: Environment) -> Findings:
    """A report of another moment is a cached one, and says nothing of the app."""
    live = live_of(environment)
    if health.said_at is None:
        yield failed(_target(environment), "answers 200 with a report without a timestamp", _FRESH)
    elif not isinstance(live, Unknown) and abs(live.read_at - health.said_at) > FRESH:
        minutes = int(abs(live.read_at - health.said_at).total_seconds() // 60)
        yield failed(_target(environment), f"answers 200 with a report {minutes} minutes off", _FRESH)


def _database(environment: Environment, _context: Context) -> Findings:
    health = _health(environment)
    undecided = _undecided(environment, health)
    if undecided:
        yield undecided
    elif not isinstance(health, Unknown) and health.status == HTTPStatus.SERVICE_UNAVAILABLE:
        if _in_maintenance(environment):
            yield not_run(_target(environment), "whether the database answers", _MAINTENANCE)
        else:
            yield failed(_target(environment), f"answers 503: {_by(health)}", _OK)


def _by(health: Health) -> str:
    if health.says:
        return "a database connection issue"
    return "a database connection issue, or no dyno took the request (see dynos-up)"


def _restart(_finding: Finding, environment: Environment) -> Fix:
    return heroku(environment, "ps:restart")


def _look(_finding: Finding, environment: Environment) -> Fix:
    app = app_name(environment)
    return ask(
        f"Find the cause, which only the app knows: `heroku logs -n 200 -a {app} | grep -iE '(error|exception|fatal)'`, "
        f"`heroku config -a {app}`, `heroku releases -a {app}`"
    )


def _look_at_database(_finding: Finding, environment: Environment) -> Fix:
    app = app_name(environment)
    return ask(
        f"Look whether the database runs and takes connections: `heroku pg:info -a {app}`, then `heroku ps:restart -a {app}`; "
        "if it persists, only Heroku's support can help"
    )


HEALTH_ANSWERS = Rule(
    id="health-answers",
    items=(HEALTH, PERFORMANCE),
    title="The health endpoint answers in time",
    section="Health Endpoint",
    severity=Severity.SEV_1,
    reads=("the answer of /healthz",),
    decide=_answers,
    why="No answer means that no dyno responds; the production application is down.",
    cannot_tell="The app's URL is not known, or this machine could not reach it.",
    edit="Look at the dynos with `heroku ps -a {app}` and their logs (App Won't Start)",
    command="heroku restart -a {app}",
    fix=_restart,
    on=LIVE,
)
HEALTH_APPLICATION = Rule(
    id="health-application",
    items=(HEALTH,),
    title="The health endpoint reports no application error",
    section="App Won't Start",
    severity=Severity.SEV_1,
    reads=("the answer of /healthz",),
    decide=_application,
    why="500 is an application error; the daily checklist expects 200 with status ok.",
    cannot_tell="The endpoint gave no answer.",
    edit="Look for the cause in the logs, then check `heroku config -a {app}` and recent releases",
    command='heroku logs --tail -n 200 -a {app} | grep -iE "(error|exception|fatal)"',
    fix=_look,
    on=LIVE,
)
HEALTH_DATABASE = Rule(
    id="health-database",
    items=(HEALTH,),
    title="The health endpoint reaches the database",
    section="Database Connection Errors",
    severity=Severity.SEV_1,
    reads=("the answer of /healthz", "maintenance mode"),
    decide=_database,
    why="503 is a database connection issue.",
    cannot_tell="The endpoint gave no answer, or maintenance mode answers for it.",
    edit="Verify DATABASE_URL and the database's status, then restart the dynos",
    command="heroku pg:info -a {app}",
    fix=_look_at_database,
    on=LIVE,
)
