"""Rules on the dyno formation: that web runs, that nothing sleeps, and what Heroku lets run side by side."""

from __future__ import annotations

from shlex import quote

from runbook.catalogue import Catalogue, DynoType, catalogue
from runbook.checklists import HEALTH, PERFORMANCE
from runbook.environment import Environment, Process
from runbook.rules.fixes import ask, heroku, running
from runbook.rules.rule import (
    Context,
    Finding,
    Findings,
    Fix,
    Rule,
    Severity,
    at,
    each,
    failed,
    not_run,
    target,
    under,
)
from runbook.unknown import Known, Unknown

WEB = "web"
_SMALL_TIERS = ("eco", "basic")
_ONE_DYNO = 1


def _catalogued(process: Process, prices: Catalogue) -> Known[DynoType]:
    if isinstance(process.dyno_type, Unknown):
        return process.dyno_type
    return prices.dyno_type(process.dyno_type) or Unknown(
        f'the catalogue has no dyno type "{process.dyno_type}"'
    )


def _where(process: Process, environment: Environment) -> str:
    return target(environment, process.process_type, "formation")


@each("the formation", lambda environment: environment.formation)
def _awake(process: Process, environment: Environment, context: Context) -> Findings:
    dyno_type = _catalogued(process, context.prices)
    if process.up_to == 0:
        return
    if isinstance(dyno_type, Unknown):
        yield not_run(_where(process, environment), "the dyno type", dyno_type)
    elif dyno_type.sleeps:
        yield failed(
            _where(process, environment),
            f"runs on {dyno_type.name}, which sleeps after 30 minutes without a request",
            "Basic or higher",
        )


@each("the formation", lambda environment: environment.formation)
def _horizontal(process: Process, environment: Environment, context: Context) -> Findings:
    dyno_type, quantity = _catalogued(process, context.prices), process.up_to
    if not isinstance(quantity, Unknown) and quantity <= _ONE_DYNO:
        return
    if not isinstance(dyno_type, Unknown) and dyno_type.scales:
        return
    where = _where(process, environment)
    if isinstance(quantity, Unknown):
        yield not_run(where, "how many dynos it has", quantity)
    elif isinstance(dyno_type, Unknown):
        yield not_run(where, "the dyno type", dyno_type)
    else:
        yield failed(
            where,
            f"has {process.dynos} dynos of type {dyno_type.name}, of which Heroku runs one a process type",
            "Standard-1X or higher for more than one",
        )


def _tiers(environment: Environment, context: Context) -> Findings:
    if isinstance(environment.formation, Unknown):
        yield not_run(environment.stack, "the formation", environment.formation)
        return
    small: list[str] = []
    large: list[str] = []
    unknown: Unknown | None = None
    for process in environment.formation:
        dyno_type = _catalogued(process, context.prices)
        if process.up_to == 0:
            continue
        if isinstance(dyno_type, Unknown):
            unknown = dyno_type
        else:
            tier = small if dyno_type.tier in _SMALL_TIERS else large
            tier.append(f"{process.process_type} on {dyno_type.name}")
    if small and large:
        yield failed(
            environment.stack,
            f"mixes {', '.join(sorted(small))} with {', '.join(sorted(large))}",
            "Eco and Basic, or Standard and Performance, in one app",
        )
    elif unknown and len(environment.formation) > 1:
        yield not_run(environment.stack, "a dyno type", unknown)


def _web_runs(environment: Environment, _context: Context) -> Findings:
    where = f"{environment.stack}/{WEB}"
    if isinstance(environment.app, Unknown):
        yield not_run(environment.stack, "the app", environment.app)
    elif environment.app is None:
        yield failed(environment.stack, "declares no app", "one app with a web process type")
    elif isinstance(environment.formation, Unknown):
        yield not_run(where, "the formation", environment.formation)
    else:
        yield from _web_of(environment.formation, where)


def _web_of(formation: tuple[Process, ...], where: str) -> Findings:
    web = next((process for process in formation if process.process_type == WEB), None)
    unnamed = next((kind for process in formation if isinstance(kind := process.process_type, Unknown)), None)
    if web is None and unnamed is not None:
        yield not_run(where, "a process type", unnamed)
    elif web is None:
        yield failed(where, "is not in the formation", "at least one web dyno")
    elif isinstance(web.quantity, Unknown):
        yield not_run(where, "how many dynos it has", web.quantity)
    elif web.quantity < 1 and web.most:
        yield failed(where, f"may be scaled to 0 dynos ({web.dynos})", "at least one web dyno")
    elif web.quantity < 1:
        yield failed(where, "is scaled to 0 dynos", "at least one web dyno")


def _resize(_finding: Finding, environment: Environment) -> Fix:
    """All process types that run: Heroku mixes no small dyno types with large ones in one app."""
    prices, found = catalogue(), running(environment)
    types = {str(process.process_type): prices.dyno_type(str(process.dyno_type)) for process in found}
    many = any(not isinstance(process.up_to, Unknown) and process.up_to > 1 for process in found)
    large = many or any(known and known.tier not in _SMALL_TIERS for known in types.values())
    size = "standard-1x" if large else "basic"
    wrong = [
        name
        for name, known in types.items()
        if known is None or known.sleeps or (large and known.tier in _SMALL_TIERS)
    ]
    if not wrong:
        return ask("Find out what the process types run on: `heroku ps` tells")
    return heroku(environment, f"ps:type {' '.join(f'{quote(name)}={size}' for name in wrong)}")


def _run_web(_finding: Finding, environment: Environment) -> Fix:
    formation = environment.formation
    types = () if isinstance(formation, Unknown) else formation
    if not any(process.process_type == WEB for process in types):
        return ask("Deploy a release whose Procfile has web: the newest one has no such process type")
    return heroku(environment, f"ps:scale {WEB}=1")


DYNO_AWAKE = Rule(
    id="dyno-awake",
    key=under("formation"),
    items=(PERFORMANCE,),
    title="No dyno sleeps",
    section="Dyno Status",
    severity=Severity.SEV_2,
    reads=("each process type's dyno type", "the catalogue"),
    decide=_awake,
    why="An Eco dyno shows `idle` after 30 minutes without a request and answers the next one late.",
    cannot_tell="The dyno type is known only after `up`, or the catalogue has no such type.",
    edit="Set formation.{object}.dyno_type in Pulumi.{stack}.yaml",
    command="heroku ps:type {object}=basic -a {app}",
    fix=_resize,
    each="process",
    fails_with="formation: {web: {quantity: 1, dyno_type: eco}}",
    passes_with="formation: {web: {quantity: 1, dyno_type: basic}}",
    touches=frozenset({"formation"}),
)
DYNO_HORIZONTAL = Rule(
    id="dyno-horizontal",
    key=under("formation"),
    items=(PERFORMANCE,),
    title="More than one dyno of a process type only on Standard or Performance",
    section="Scale Dynos",
    severity=Severity.SEV_3,
    reads=("each process type's quantity and dyno type", "the catalogue"),
    decide=_horizontal,
    why="The runbook scales to `web=2:standard-1x`; Heroku refuses a second Eco or Basic dyno of one process type.",
    cannot_tell="The quantity or the dyno type is known only after `up`.",
    edit="Set formation.{object} in Pulumi.{stack}.yaml",
    command="heroku ps:scale {object}=2:standard-1x -a {app}",
    fix=_resize,
    each="process",
    fails_with="formation: {web: {quantity: 2, dyno_type: basic}}",
    passes_with="formation: {web: {quantity: 2, dyno_type: standard-1x}}\ndiffers: {formation: the example}",
    touches=frozenset({"formation"}),
)
DYNO_TIERS = Rule(
    id="dyno-tiers",
    key=at("formation"),
    items=(PERFORMANCE,),
    title="Eco and Basic are not mixed with Standard and Performance in one app",
    section="Scale Dynos",
    severity=Severity.SEV_3,
    reads=("each process type's quantity and dyno type", "the catalogue"),
    decide=_tiers,
    why="Heroku refuses an app with dynos of both groups; the scaling fails half way.",
    cannot_tell="A dyno type is known only after `up`, and other process types have dynos.",
    edit="Set dyno_type of every process type in Pulumi.{stack}.yaml",
    command="heroku ps:type web=standard-1x worker=standard-1x -a {app}",
    fix=_resize,
    fails_with="formation:\n  web: {quantity: 1, dyno_type: basic}\n  worker: {quantity: 1, dyno_type: standard-1x}",
    passes_with="formation:\n  web: {quantity: 1, dyno_type: standard-1x}\n  worker: {quantity: 1, dyno_type: standard-2x}",
    touches=frozenset({"formation"}),
)
WEB_RUNS = Rule(
    id="web-runs",
    key=under("formation"),
    items=(HEALTH,),
    title="The app has at least one web dyno",
    section="Monitor Dyno Status",
    severity=Severity.SEV_1,
    reads=("the app", "the formation's process types and quantities"),
    decide=_web_runs,
    why="Without a web dyno nobody is answered.",
    cannot_tell="A process type or quantity is known only after `up`.",
    edit="Set formation.web.quantity to 1 or more in Pulumi.{stack}.yaml",
    command="heroku ps:scale web=1:basic -a {app}",
    fix=_run_web,
    fails_with="formation: {web: {quantity: 0, dyno_type: basic}}",
    passes_with="formation: {web: {quantity: 1, dyno_type: basic}}",
    touches=frozenset({"formation"}),
)
