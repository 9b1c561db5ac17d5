"""A live stack at a glance: what is running, what it costs, how it is."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from http import HTTPStatus

from operations.forms.backup_strip import size
from runbook.backup_time import BackupTime
from runbook.environment import BackupSchedule, Environment
from runbook.live import NOT_ASKED, Health, Live
from runbook.rules.expected import COMMANDS
from runbook.stack_cost import cost_of_stack
from runbook.unknown import Known, Unknown


@dataclass(frozen=True)
class Fact:
    name: str
    value: str
    is_wrong: bool = False


def facts(environment: Environment, *, placeholder: bool = False) -> Iterator[Fact]:
    """Nothing that could not be read. What a placeholder runs is not worth telling."""
    if environment.app is None or isinstance(environment.app, Unknown):
        return
    yield Fact("app", _text(environment.app.name))
    if not isinstance(environment.app.url, Unknown):
        yield Fact("address", environment.app.url)
    yield _cost(environment)
    yield from _declared(environment)
    if not isinstance(environment.live, Unknown):
        yield from _domains(environment.live)
        if not placeholder:
            yield from _commands(environment.live)
        yield from _running(environment.live)


def _cost(environment: Environment) -> Fact:
    cost = cost_of_stack(environment)
    budget = environment.monthly_budget_usd
    allowed = "" if isinstance(budget, Unknown) else f" of ${budget}"
    is_over = not isinstance(budget, Unknown) and cost.monthly_usd > budget
    more, over = " and more" if cost.unpriced else "", ", over the budget" if is_over else ""
    return Fact("a month", f"{cost.words}{allowed}{more}{over}", is_over)


def _declared(environment: Environment) -> Iterator[Fact]:
    if not isinstance(environment.formation, Unknown):
        for process in environment.formation:
            dynos = f"{process.dynos} × {_text(process.dyno_type)}"
            yield Fact(f"{_text(process.process_type)} dynos", dynos)
    if not isinstance(environment.databases, Unknown):
        for database in environment.databases:
            yield Fact("Postgres plan", _text(database.plan))
    if not isinstance(environment.addons, Unknown):
        for addon in environment.addons:
            yield Fact("add-on", f"{addon.name}, {_text(addon.plan)}")
    if not isinstance(environment.backup_schedules, Unknown):
        for schedule in environment.backup_schedules:
            yield Fact("backups at", _time(schedule))


def _time(schedule: BackupSchedule) -> str:
    if isinstance(schedule.hour, Unknown) or isinstance(schedule.zone, Unknown):
        return "unknown"
    return str(BackupTime(schedule.hour, schedule.zone))


def _running(live: Live) -> Iterator[Fact]:
    if not isinstance(live.dynos, Unknown):
        states = Counter(dyno.state for dyno in live.dynos)
        yield Fact("dynos", ", ".join(f"{count} {state}" for state, count in states.items()) or "none")
    if not isinstance(live.health, Unknown):
        words = f"{health_words(live.health)}, {live.health.milliseconds} ms"
        yield Fact("health", words, is_wrong=not _is_well(live.health))
    if not isinstance(live.database_use, Unknown):
        for use in live.database_use:
            if not isinstance(use.size_bytes, Unknown):
                yield Fact("database size", size(use.size_bytes))
            if not isinstance(use.connections, Unknown):
                yield Fact("connections", str(use.connections))
    if not isinstance(live.releases, Unknown) and live.releases:
        newest = live.releases[0]
        yield Fact("newest release", f"v{newest.version}, {newest.status}", newest.status == "failed")


def _domains(live: Live) -> Iterator[Fact]:
    """Where each points to."""
    domains = live.surroundings.get("domain", NOT_ASKED)
    if not isinstance(domains, Unknown):
        for domain in domains:
            yield Fact(domain.name, domain.says)


def _commands(live: Live) -> Iterator[Fact]:
    for process_type, command in live.commands.items():
        expected = COMMANDS.get(process_type, command)
        yield Fact(
            f"{process_type} runs",
            command if command == expected else f"{command} (the runbook has {expected})",
        )


def health_words(health: Known[Health]) -> str:
    """`200 ok`, or what was answered instead."""
    if isinstance(health, Unknown):
        return health.why
    if health.status is None:
        return f"no answer after {health.milliseconds / 1000:.1f} s"
    said = {"ok": "ok", "": "without a health report"}.get(health.says, "not ok")
    return f"{health.status} {said}"


def _is_well(health: Health) -> bool:
    return health.status == HTTPStatus.OK and health.says == "ok"


def _text(value: object) -> str:
    return "unknown" if isinstance(value, Unknown) else str(value)
