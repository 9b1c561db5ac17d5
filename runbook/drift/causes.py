"""Which difference breaks a rule: the one without which the rule would hold.

Each difference is taken back alone, in a copy of the live environment, and the rule asked again. Two differences that
break a rule together, or each by itself, are no single cause; the rule is then said by itself.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from runbook.drift.difference import Difference
from runbook.drift.surroundings import PIPELINE
from runbook.environment import App, ConfigVars, Environment
from runbook.live import Live, Surrounding, SurroundingKind
from runbook.rules.rule import Aspect, Context, Finding, Rule
from runbook.rules.verdict import findings_of
from runbook.unknown import Known, Unknown

T = TypeVar("T")


@dataclass(frozen=True)
class Sides:
    """A stack as it is declared and as it is live; `context` has the other stack as it is live."""

    declared: Environment
    live: Environment
    context: Context


def cause_of(
    rule: Rule, finding: Finding, differences: Sequence[Difference], sides: Sides
) -> Difference | None:
    for found in differences:
        if found.aspect in rule.touches:
            without = taken_back(found, sides.declared, sides.live)
            if without is not None and not _finds(rule, finding, without, sides.context):
                return found
    return None


def _finds(rule: Rule, finding: Finding, environment: Environment, context: Context) -> bool:
    return any(
        found.target == finding.target and found.outcome != "elsewhere"
        for found in findings_of(rule, environment, context)
    )


def taken_back(found: Difference, declared: Environment, live: Environment) -> Environment | None:
    """The live environment as if this difference were not there; None where it can't be thought away."""
    if live.app is None or isinstance(live.app, Unknown):
        return None
    return _BACK[found.aspect](found, declared, live)


def _app(found: Difference, declared: Environment, live: Environment) -> Environment | None:
    if found.part == "id":
        return _not_lost(live, "app")
    if not isinstance(declared.app, App) or not isinstance(live.app, App):
        return None
    parts = ("name", "url") if found.part == "name" else (found.part,)
    same = {part: getattr(declared.app, part) for part in parts if part in App.model_fields}
    return live.model_copy(update={"app": live.app.model_copy(update=same)})


def _formation(found: Difference, declared: Environment, live: Environment) -> Environment:
    return live.model_copy(
        update={
            "formation": _of_name(
                found.name, declared.formation, live.formation, lambda one: one.process_type
            )
        }
    )


def _database(found: Difference, declared: Environment, live: Environment) -> Environment:
    """With what hangs on it: attachments and schedules come back, or go, with their database."""
    if found.part == "id":
        return _not_lost(live, found.name)
    if found.part == "name":
        return live
    back = {
        "databases": _of_name(found.name, declared.databases, live.databases, lambda one: one.name),
        "attachments": _hanging(
            found, declared.attachments, live.attachments, lambda one: (one.name, one.database)
        ),
        "backup_schedules": _hanging(
            found,
            declared.backup_schedules,
            live.backup_schedules,
            lambda one: (one.attachment, one.database),
        ),
    }
    return _not_lost(live.model_copy(update=back), found.name)


def _attachment(found: Difference, declared: Environment, live: Environment) -> Environment:
    back = _of_name(found.name, declared.attachments, live.attachments, lambda one: one.name)
    return live.model_copy(update={"attachments": back})


def _schedule(found: Difference, declared: Environment, live: Environment) -> Environment:
    back = _of_name(found.name, declared.backup_schedules, live.backup_schedules, lambda one: one.attachment)
    return live.model_copy(update={"backup_schedules": back})


def _config_var(found: Difference, declared: Environment, live: Environment) -> Environment:
    if not found.name:
        return live.model_copy(update={"config_vars": declared.config_vars})
    ours, theirs = declared.config_vars.known, live.config_vars.known
    known = _of_name(found.name, ours, theirs, lambda var: var.name)
    rest = live.config_vars.rest
    return live.model_copy(
        update={"config_vars": ConfigVars(known=() if isinstance(known, Unknown) else known, rest=rest)}
    )


def _addon(found: Difference, declared: Environment, live: Environment) -> Environment:
    back = _of_name(found.name, declared.addons, live.addons, lambda one: one.name)
    return live.model_copy(update={"addons": back})


def _maintenance(_found: Difference, _declared: Environment, live: Environment) -> Environment:
    return _with(live, maintenance=False)


def _elsewhere(found: Difference, _declared: Environment, live: Environment) -> Environment:
    if isinstance(live.live, Unknown) or isinstance(live.live.elsewhere, Unknown):
        return live
    kept = tuple(one for one in live.live.elsewhere if one != (found.name, found.part))
    return _with(live, elsewhere=kept)


def _surrounding(found: Difference, declared: Environment, live: Environment) -> Environment:
    if isinstance(live.live, Unknown):
        return live
    if found.part == PIPELINE:
        return live.model_copy(update={"coupling": declared.coupling})
    back = {
        kind: there if isinstance(there, Unknown) or kind != found.part else _as_before(found, kind, there)
        for kind, there in live.live.surroundings.items()
    }
    return _with(live, surroundings=back)


def _as_before(
    found: Difference, kind: SurroundingKind, there: tuple[Surrounding, ...]
) -> tuple[Surrounding, ...]:
    if found.kind == "deleted":
        return (*there, Surrounding(kind=kind, name=found.name))
    return tuple(one for one in there if one.name != found.name)


_BACK: Mapping[Aspect, Callable[[Difference, Environment, Environment], Environment | None]] = {
    "app": _app,
    "formation": _formation,
    "database": _database,
    "attachment": _attachment,
    "backup schedule": _schedule,
    "config var": _config_var,
    "add-on": _addon,
    "maintenance": _maintenance,
    "attachment elsewhere": _elsewhere,
    "surrounding": _surrounding,
}


def _of_name(
    name: str, ours: Known[Sequence[T]], theirs: Known[Sequence[T]], named: Callable[[T], Known[str]]
) -> Known[tuple[T, ...]]:
    """The live ones, with the declared ones of this name in the place of their own; all, where no name is meant."""
    if isinstance(ours, Unknown):
        return ours
    if not name or isinstance(theirs, Unknown):
        return tuple(ours)
    return (*(one for one in ours if named(one) == name), *(one for one in theirs if named(one) != name))


def _hanging(
    found: Difference,
    ours: Known[Sequence[T]],
    theirs: Known[Sequence[T]],
    keys: Callable[[T], tuple[Known[str], Known[str]]],
) -> Known[Sequence[T]]:
    """`keys`: the name, and the database that it hangs on."""
    if isinstance(ours, Unknown) or isinstance(theirs, Unknown) or found.kind == "changed":
        return theirs
    if found.kind == "undeclared":
        return [one for one in theirs if keys(one)[1] != found.name]
    there = [keys(one)[0] for one in theirs]
    back = [one for one in ours if keys(one)[1] == found.name and keys(one)[0] not in there]
    return [*theirs, *back]


def _not_lost(live: Environment, name: str) -> Environment:
    if isinstance(live.live, Unknown) or isinstance(live.live.lost, Unknown):
        return live
    return _with(live, lost=tuple(one for one in live.live.lost if name not in (one.name, one.what)))


def _with(live: Environment, **fields: object) -> Environment:
    found = live.live
    if not isinstance(found, Live):
        return live
    return live.model_copy(update={"live": found.model_copy(update=fields)})
