"""What a step of a preview does to the running app: restarts, downtime, loss. One table, effects.json, with its sources.

The table is closed over every resource type and input that the plugins have; what is in neither is said to be unknown.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import IntEnum
from functools import cache
from pathlib import Path
from typing import Literal

from runbook.catalogue import PostgresPlan, catalogue

POSTGRES = "heroku-postgresql:"
_APP = "heroku:app/app:App"
_ADDON = "heroku:addon/addon:Addon"
_FORMATION = "heroku:formation/formation:Formation"
_OURS = ("runbook:", "pulumi:")
"""Types that have nothing on Heroku."""
_MADE = frozenset({"create", "create-replacement"})
_GONE = frozenset({"delete", "delete-replaced", "discard-replaced"})
_REPLACED = frozenset({"replace", "import-replacement"})
_NOTHING = frozenset({"import", "read", "same", "refresh", "read-discard", "remove-pending-replace"})
AppFate = Literal["stays", "is made", "goes"]


class Rank(IntEnum):
    """Worst first."""

    LOSS = 0
    DOWN = 1
    RESTART = 2
    RUNS = 3
    LATER = 4
    NONE = 5


@dataclass(frozen=True, order=True)
class Effect:
    rank: Rank
    says: str


@dataclass(frozen=True, kw_only=True)
class Taken:
    """A step: `before` and `after` are inputs in clear; what is secret or not known yet is in neither."""

    type: str
    operation: str
    changed: Collection[str] = ()
    """Inputs that differ, by their names at the top."""
    before: Mapping[str, object]
    after: Mapping[str, object]
    app: AppFate = "stays"


@dataclass(frozen=True)
class Table:
    effects: Mapping[str, Effect]
    types: Mapping[str, Mapping[str, object]]


@cache
def table() -> Table:
    data = json.loads(Path(__file__).with_name("effects.json").read_bytes())
    found = {name: Effect(Rank[row["rank"].upper()], row["says"]) for name, row in data["effects"].items()}
    return Table(found, data["types"])


def effects_of(step: Taken) -> tuple[Effect, ...]:
    """Each once, worst first."""
    effects = table().effects
    return tuple(sorted({_filled(effects[name], step) for name in _names(step)}))


def _names(step: Taken) -> set[str]:
    if step.type.startswith(_OURS):
        return {"state-alone"}
    if step.operation in _NOTHING:
        return {"imported"}
    if with_the_app := _with_the_app(step):
        return {with_the_app}
    row = table().types.get(step.type)
    return {"not-known"} if row is None else _of_row(row, step)


def _with_the_app(step: Taken) -> str:
    """What is said of a part of an app that is made or goes in the same preview."""
    if step.operation in _MADE and step.app == "is made" and step.type != _APP:
        return "of-a-new-app"
    goes = step.app == "goes" and step.operation in _GONE | _REPLACED
    return "with-the-app" if goes and step.type == _FORMATION else ""


def _of_row(row: Mapping[str, object], step: Taken) -> set[str]:
    if step.operation in _MADE:
        return {_case(row["create"], "create", step)}
    if step.operation in _GONE:
        return {_case(row["delete"], "delete", step)}
    if step.operation in _REPLACED:
        return {_case(row.get("replace", row["delete"]), "delete", step)}
    known = row["change"] if isinstance(row["change"], Mapping) else {}
    return {_case(known.get(name, "not-known"), name, step) for name in step.changed} or {"not-known"}


def _case(row: object, name: str, step: Taken) -> str:
    """An effect, or the one of several that these values have."""
    if not isinstance(row, Mapping):
        return str(row)
    case = CASES[step.type, name](step)
    return str(row[case])


def _quantity(step: Taken) -> str:
    before, after = (_count(side.get("quantity")) for side in (step.before, step.after))
    if after is None or before is None:
        return "not known"
    if after == 0:
        return "no web" if step.after.get("type") == "web" else "none"
    return "more" if after > before else "fewer"


def _plan(step: Taken) -> str:
    before, after = (str(side.get("plan", "")) for side in (step.before, step.after))
    if not (before.startswith(POSTGRES) and after.startswith(POSTGRES)):
        return "service"
    old, new = _postgres_plan(before), _postgres_plan(after)
    if old is None or new is None:
        return "moved"
    if (old.tier == "essential") != (new.tier == "essential"):
        return "copied"
    if new.storage_gb is None or old.storage_gb is None:
        return "moved"
    return "smaller" if new.storage_gb < old.storage_gb else "moved"


def _left(step: Taken) -> str:
    return "none" if step.before.get("quantity") == 0 else "some"


def _started(step: Taken) -> str:
    return "none" if step.after.get("quantity") == 0 else "some"


def _service(step: Taken) -> str:
    return "postgres" if str(step.before.get("plan", "")).startswith(POSTGRES) else "service"


CASES = {
    (_FORMATION, "quantity"): _quantity,
    (_FORMATION, "create"): _started,
    (_FORMATION, "delete"): _left,
    (_ADDON, "plan"): _plan,
    (_ADDON, "delete"): _service,
}
"""How the values of a step pick one of several effects."""


def _postgres_plan(name: str) -> PostgresPlan | None:
    return catalogue().postgres_plan(name.removeprefix(POSTGRES))


def _count(value: object) -> int | None:
    return int(value) if isinstance(value, int | float) and not isinstance(value, bool) else None


def _filled(effect: Effect, step: Taken) -> Effect:
    before, after = (_count(side.get("quantity")) or 0 for side in (step.before, step.after))
    plan = _postgres_plan(str(step.after.get("plan", "")))
    says = effect.says.format(
        more=_dynos(after - before), fewer=_dynos(before - after), storage=plan.storage_gb if plan else "?"
    )
    return Effect(effect.rank, says)


def _dynos(count: int) -> str:
    return f"{count} {'dyno' if count == 1 else 'dynos'}"
