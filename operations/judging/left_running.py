"""Process types that a change removes while they have dynos. `up` stops none: they go on running, and cost what they did.

Source: the official plugin, whose delete of a formation is no request at all (docs/heroku-plugin.md); the stand-in does the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from operations.judging.answer import Trouble
from operations.pulumi_run.events import Change
from runbook.environment import Environment, Process
from runbook.readers.declared import APP, FORMATION
from runbook.unknown import Unknown

_GOES = frozenset({"delete", "delete-replaced"})


def left_running(changes: Iterable[Change], planned: Environment) -> tuple[Process, ...]:
    """Not of an app that goes itself, with all its dynos."""
    every = list(changes)
    if isinstance(planned.formation, Unknown) or any(
        one.type == APP and one.operation in _GOES for one in every
    ):
        return ()
    kept = {process.process_type for process in planned.formation}
    found = (_process(one.old) for one in every if one.type == FORMATION and one.operation in _GOES)
    return tuple(one for one in found if one is not None and one.process_type not in kept)


def troubles_of(changes: Iterable[Change], planned: Environment) -> Iterator[Trouble]:
    for process in left_running(changes, planned):
        yield Trouble(
            "blocked",
            f"{process.process_type} would be removed with {process.dynos} x {process.dyno_type}, and `up` stops no dynos: they go on "
            "running, are billed, and nothing sees them any more. Set its quantity to 0 first, in a change of its own",
        )


def with_left_running(planned: Environment, changes: Iterable[Change]) -> Environment:
    """As it will be billed."""
    if isinstance(planned.formation, Unknown):
        return planned
    left = left_running(changes, planned)
    return planned.model_copy(update={"formation": (*planned.formation, *left)})


def _process(old: Mapping[str, Any] | None) -> Process | None:
    """None for one without dynos."""
    old = old or {}
    values = {**(old.get("inputs") or {}), **(old.get("outputs") or {})}
    quantity = values.get("quantity")
    if isinstance(quantity, bool) or not isinstance(quantity, int | float) or not quantity:
        return None
    return Process(
        process_type=str(values.get("type")), quantity=int(quantity), dyno_type=str(values.get("size"))
    )
