"""Rules on what runs on the live account: dynos, releases, maintenance mode, and who may change it."""

from __future__ import annotations

from shlex import quote

from runbook.access import ROLE
from runbook.checklists import HEALTH, SECURITY
from runbook.environment import Environment
from runbook.live import NOT_ASKED, Dyno, Live
from runbook.rules.fixes import app_name, ask, heroku, last_good_release, named
from runbook.rules.rule import LIVE, Context, Finding, Findings, Fix, Rule, Severity, failed, not_run, under
from runbook.unknown import Known, Unknown

UP = "up"
_UNDECLARED = "has access to the app, and is not under access in the stack file"
_GONE = "is under access in the stack file, and has no access to the app"
CRASHED = "crashed"


def live_of(environment: Environment) -> Known[Live]:
    """What the live account told; Unknown where the app itself could not be read, or is gone."""
    if environment.app is None:
        return Unknown("the account has no such app")
    return environment.app if isinstance(environment.app, Unknown) else environment.live


def _dynos_up(environment: Environment, _context: Context) -> Findings:
    live = live_of(environment)
    dynos = live if isinstance(live, Unknown) else live.dynos
    if isinstance(dynos, Unknown):
        yield not_run(environment.stack, "which dynos run", dynos)
        return
    for dyno in dynos:
        if dyno.state != UP:
            yield failed(
                f"{environment.stack}/{dyno.name}",
                f"is {dyno.state}",
                "every dyno to be up",
                severity=_how_bad(dyno.process_type),
            )
    yield from _missing(environment, dynos)


def _missing(environment: Environment, dynos: tuple[Dyno, ...]) -> Findings:
    """Process types with fewer dynos than the formation has."""
    if isinstance(environment.formation, Unknown):
        yield not_run(environment.stack, "how many dynos should run", environment.formation)
        return
    for process in environment.formation:
        running = sum(1 for dyno in dynos if dyno.process_type == process.process_type)
        if not isinstance(process.quantity, Unknown) and running < process.quantity:
            yield failed(
                f"{environment.stack}/{process.process_type}",
                f"has {running} dynos of the {process.quantity} in its formation",
                "every dyno of the formation to be up",
                severity=_how_bad(str(process.process_type)),
            )


def _how_bad(process_type: str) -> Severity | None:
    """Without a worker, work waits; without web, nobody is answered."""
    return None if process_type == "web" else Severity.SEV_2


def _maintenance(environment: Environment, _context: Context) -> Findings:
    live = live_of(environment)
    maintenance = live if isinstance(live, Unknown) else live.maintenance
    if isinstance(maintenance, Unknown):
        yield not_run(environment.stack, "maintenance mode", maintenance)
    elif maintenance:
        yield failed(environment.stack, "is in maintenance mode: nobody is served", "maintenance mode off")


def _release(environment: Environment, _context: Context) -> Findings:
    live = live_of(environment)
    releases = live if isinstance(live, Unknown) else live.releases
    if isinstance(releases, Unknown):
        yield not_run(environment.stack, "its releases", releases)
    elif not releases:
        yield not_run(environment.stack, "its newest release", Unknown("the app has no release"))
    elif releases[0].status == "pending":
        yield not_run(environment.stack, f"release v{releases[0].version}", Unknown("it is still under way"))
    elif releases[0].status != "succeeded":
        newest = releases[0]
        yield failed(
            environment.stack,
            f"has release v{newest.version}, its newest, as {newest.status}",
            "the newest release to have succeeded",
        )


def _access(environment: Environment, _context: Context) -> Findings:
    live = live_of(environment)
    people = live if isinstance(live, Unknown) else live.surroundings.get("collaborator", NOT_ASKED)
    if isinstance(people, Unknown):
        yield not_run(environment.stack, "who has access", people)
        return
    declared = environment.parts.get("collaborator", ())
    for person in people:
        where = f"{environment.stack}/{person.name}"
        if person.name not in declared:
            yield failed(where, _UNDECLARED, "the owner and the people under access alone, or a waiver")
        elif person.says not in ("", ROLE):
            yield failed(where, f"has access in the role {person.says}", f"the role {ROLE}, as declared")
    there = {person.name for person in people}
    for email in declared:
        if email not in there:
            yield failed(
                f"{environment.stack}/{email}",
                _GONE,
                "to be taken out of access, or to have access",
                severity=Severity.SEV_3,
            )


def _restart(finding: Finding, environment: Environment) -> Fix:
    """The runbook's immediate action; a dyno that crashed has a cause, with which it crashes again."""
    if CRASHED not in finding.found:
        return heroku(environment, "ps:restart")
    app = quote(app_name(environment))
    return ask(
        f"Find out why it crashed, as it would again: `heroku logs -n 200 -a {app}`, `heroku releases -a {app}`; undo that, "
        f"then `heroku ps:restart -a {app}`"
    )


def _switch_on(_finding: Finding, environment: Environment) -> Fix:
    return heroku(environment, "maintenance:off")


def _again(_finding: Finding, environment: Environment) -> Fix:
    """A failed release never became current: rolling back would take what runs away, and bring nothing."""
    live = live_of(environment)
    releases = () if isinstance(live, Unknown) or isinstance(live.releases, Unknown) else live.releases
    failed_one, good = next(iter(releases), None), last_good_release(environment)
    if failed_one is None:
        return ask("Read `heroku releases`, fix what failed and deploy again")
    app, runs = quote(app_name(environment)), f": v{good} runs on" if good else ""
    return ask(
        f"v{failed_one.version} never went live{runs}. Don't roll back. Read why with `heroku releases:output v{failed_one.version} "
        f"-a {app}`, fix it and deploy again; if nothing needs a fix, repeat it with `heroku releases:retry -a {app}`"
    )


def _take_away(finding: Finding, environment: Environment) -> Fix:
    """Nobody can tell from here whether somebody who left should have stayed."""
    person, stack = named(finding), environment.stack
    if finding.found == _GONE:
        return ask(
            f"If {person} needs no access any more, take access.{person} out of Pulumi.{stack}.yaml; if they do, "
            f"`pulumi up --refresh` of {stack} gives it back"
        )
    if finding.found != _UNDECLARED:
        return ask(
            f"Find out who changed the role of {person}: `heroku access -a {quote(app_name(environment))}`"
        )
    return heroku(environment, f"access:remove {quote(person)}")


DYNOS_UP = Rule(
    id="dynos-up",
    items=(HEALTH,),
    title="Every dyno of the formation is up",
    section="Monitor Dyno Status",
    severity=Severity.SEV_1,
    reads=("the live dynos and their states", "the formation"),
    decide=_dynos_up,
    why="`crashed` means that a dyno failed to start, `idle` that it sleeps; the daily checklist expects all `up`.",
    cannot_tell="The dynos or the formation could not be read.",
    edit="Read why with `heroku logs -n 200 -a {app}`, then fix the cause (App Won't Start)",
    command="heroku restart -a {app}",
    fix=_restart,
    on=LIVE,
)
MAINTENANCE_OFF = Rule(
    id="maintenance-off",
    items=(HEALTH,),
    title="Maintenance mode is off",
    section="Severity Levels",
    severity=Severity.SEV_1,
    reads=("the live app's maintenance mode",),
    decide=_maintenance,
    why="In maintenance mode Heroku answers every request with 503; the production application is down.",
    cannot_tell="The app could not be read.",
    edit="Switch it off when the work is done",
    command="heroku maintenance:off -a {app}",
    fix=_switch_on,
    on=LIVE,
    touches=frozenset({"maintenance"}),
)
RELEASE_SUCCEEDED = Rule(
    id="release-succeeded",
    items=(HEALTH,),
    title="The newest release succeeded",
    section="Rollback Procedure",
    severity=Severity.SEV_1,
    reads=("the newest live release",),
    decide=_release,
    why="After a failed release the app still runs the one before, with the config vars of the new one stored.",
    cannot_tell="The releases could not be read, or the newest is still under way.",
    edit="See `heroku releases:output -a {app}`; fix it and deploy again. A failed release never went live: don't roll back",
    command="heroku releases:retry -a {app}",
    fix=_again,
    on=LIVE,
    touches=frozenset({"release"}),
)
ACCESS_REVIEWED = Rule(
    id="access-reviewed",
    items=(SECURITY,),
    title="Exactly the people under access have access to the app, besides its owner",
    section="Monthly",
    severity=Severity.SEV_2,
    reads=("the live app's collaborators and their roles", "access"),
    decide=_access,
    why="The monthly checklist reviews security; who has access can read every secret of the app. The list that a review has "
    "approved stands in the stack file; one waiver a person is no list.",
    cannot_tell="The collaborators could not be read.",
    edit="Take the access away, or declare the person under access in Pulumi.{stack}.yaml and have that reviewed",
    command="heroku access:remove {object} -a {app}",
    fix=_take_away,
    key=under("access"),
    on=LIVE,
    touches=frozenset({"surrounding"}),
)
