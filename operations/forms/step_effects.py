"""What each step of a preview does to the running app, from the table of effects, by the values of the preview."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from operations.pulumi_run.events import Change, Preview
from runbook.effects import AppFate, Effect, Rank, Taken, effects_of
from runbook.readers.declared import APP
from runbook.readers.engine_values import Secret, decode
from runbook.unknown import Unknown

_MADE = frozenset({"create", "create-replacement"})
_GONE = frozenset({"delete", "delete-replaced", "replace"})
_TOP = re.compile(r"[.\[]")


def of(change: Change, preview: Preview) -> tuple[Effect, ...]:
    """Worst first."""
    return effects_of(
        Taken(
            type=change.type,
            operation=change.operation,
            changed=_changed(change),
            before=_clear(_standing(change)),
            after=_clear(_inputs(change.new)),
            app=_fate(preview),
        )
    )


def rank(change: Change, preview: Preview) -> Rank:
    return min((effect.rank for effect in of(change, preview)), default=Rank.NONE)


def words(change: Change, preview: Preview) -> str:
    return ". ".join(effect.says for effect in of(change, preview))


def _changed(change: Change) -> set[str]:
    """By what the engine names; where it names nothing, by the inputs themselves."""
    if named := {_TOP.split(path)[0] for path in change.properties}:
        return named
    old, new = _inputs(change.old), _inputs(change.new)
    return {key for key in old.keys() | new.keys() if old.get(key) != new.get(key) and key != "__defaults"}


def _inputs(side: Mapping[str, Any] | None) -> Mapping[str, Any]:
    return (side or {}).get("inputs") or {}


def _standing(change: Change) -> Mapping[str, Any]:
    return {**_inputs(change.old), **((change.old or {}).get("outputs") or {})}


def _clear(values: Mapping[str, Any]) -> dict[str, object]:
    """Without what is secret or not known yet."""
    decoded = {key: decode(value) for key, value in values.items()}
    return {key: value for key, value in decoded.items() if not isinstance(value, Unknown | Secret)}


def _fate(preview: Preview) -> AppFate:
    """Whether this preview makes the stack's app, or takes it away."""
    taken = {change.operation for change in preview.proposed if change.type == APP}
    if taken & _GONE:
        return "goes"
    return "is made" if taken & _MADE else "stays"
