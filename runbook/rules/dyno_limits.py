"""The rule on how many dynos Heroku runs: of one process type, of one app, and on Eco."""

from __future__ import annotations

from collections.abc import Iterable

from runbook.catalogue import Catalogue, DynoType, catalogue
from runbook.checklists import PERFORMANCE
from runbook.environment import Environment, Process
from runbook.rules.fixes import ask, heroku, named, running
from runbook.rules.rule import (
    Context,
    Finding,
    Findings,
    Fix,
    Rule,
    Severity,
    at,
    failed,
    not_run,
    target,
)
from runbook.unknown import Known, Unknown


def _limits(environment: Environment, context: Context) -> Findings:
    if isinstance(environment.formation, Unknown):
        yield not_run(environment.stack, "the formation", environment.formation)
        return
    for process in environment.formation:
        yield from _of_one(process, environment, context.prices)
    yield from _of_app(environment.formation, environment, context.prices)


def _of_one(process: Process, environment: Environment, prices: Catalogue) -> Findings:
    where, most = target(environment, process.process_type, "formation"), _most(process, prices)
    if isinstance(process.up_to, Unknown):
        yield not_run(where, "how many dynos it has", process.up_to)
    elif process.up_to <= 1:
        return
    elif isinstance(most, Unknown):
        yield not_run(where, "the dyno type", most)
    elif most.most_a_type is not None and process.up_to > most.most_a_type:
        yield failed(
            where,
            f"has {process.dynos} dynos of type {most.name}",
            f"at most {most.most_a_type}, of which Heroku runs no more in one process type",
        )


def _most(process: Process, prices: Catalogue) -> Known[DynoType]:
    if isinstance(process.dyno_type, Unknown):
        return process.dyno_type
    return prices.dyno_type(process.dyno_type) or Unknown(
        f'the catalogue has no dyno type "{process.dyno_type}"'
    )


def _of_app(formation: tuple[Process, ...], environment: Environment, prices: Catalogue) -> Findings:
    """Of what is known: more would only make it worse."""
    known = [(process, _most(process, prices)) for process in formation]
    total = _sum(process for process, _ in known)
    if total > prices.most_dynos_an_app:
        yield failed(
            environment.stack,
            f"has {total} dynos",
            f"at most {prices.most_dynos_an_app}, of which Heroku runs no more in one app",
        )
    for one in prices.dyno_types.entries:
        together = _sum(process for process, its in known if its == one)
        if one.most_an_app is not None and together > one.most_an_app:
            yield failed(
                environment.stack,
                f"has {together} {one.name} dynos",
                f"at most {one.most_an_app}, of which Heroku runs no more in one app",
            )


def _sum(processes: Iterable[Process]) -> int:
    return sum(process.up_to for process in processes if not isinstance(process.up_to, Unknown))


def _fewer(finding: Finding, environment: Environment) -> Fix:
    """As many as Heroku runs; where process types share a limit, a person must choose."""
    name = named(finding)
    process = next((one for one in running(environment) if one.process_type == name), None)
    known = _most(process, catalogue()) if process else Unknown("not read")
    if isinstance(known, Unknown) or known.most_a_type is None:
        return ask(f"Decide which process types to scale down: {finding.expected}")
    return heroku(environment, f"ps:scale {name}={known.most_a_type}")


DYNO_LIMITS = Rule(
    id="dyno-limits",
    title="No process type and no app has more dynos than Heroku runs",
    key=at("formation"),
    items=(PERFORMANCE,),
    section="Scale Dynos",
    severity=Severity.SEV_3,
    reads=("each process type's quantity and dyno type", "the catalogue's limits"),
    decide=_limits,
    why="Heroku refuses what is above its limits, and the change stops half way.",
    cannot_tell="A quantity, or the dyno type of more than one dyno, is known only after `up`.",
    edit="Set formation in Pulumi.{stack}.yaml to what Heroku runs",
    command="heroku ps:scale {object}=10 -a {app}",
    fix=_fewer,
    fails_with="formation: {web: {quantity: 11, dyno_type: performance-m}}",
    passes_with="formation: {web: {quantity: 10, dyno_type: performance-m}}",
    touches=frozenset({"formation"}),
)
