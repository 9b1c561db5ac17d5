"""A preview's steps in words: what each changes, and what that does to the running app, worst first."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping

from operations.forms import step_effects, step_notes
from operations.forms.words import short_type
from operations.judging.answer import StackAnswer
from operations.pulumi_run.events import Change, Preview
from runbook.readers.engine_values import decode

SIGNS = {
    "create": "+",
    "update": "~",
    "delete": "-",
    "replace": "+-",
    "create-replacement": "++",
    "delete-replaced": "--",
}

_SHOWN = frozenset({"quantity", "size", "plan", "hour", "timezone", "name", "region", "stack"})
"""Properties whose values are shown; none of them holds a secret."""


def step_words(stack: StackAnswer) -> list[str]:
    """One line a step, the worst for the app first; what only takes drift back is told from what the change proposes."""
    if stack.preview is None:
        return []
    nothing = "nothing would change" if stack.is_whole else "not known: the preview is not whole"
    preview = stack.preview
    worst_first = sorted(preview.proposed, key=lambda change: step_effects.rank(change, preview))
    steps = [_step(change, preview) for change in worst_first]
    budgets = step_notes.of_budgets(preview.changes)
    return [*budgets, *steps, *map(_unprotected, _unprotected_alone(preview))] or [nothing]


def _unprotected_alone(preview: Preview) -> list[Change]:
    """What stays as it is and loses its protection, which the engine has no step for."""
    return [change for change in preview.changes if change.operation == "same" and change.is_unprotected]


def _unprotected(change: Change) -> str:
    return f"! unprotect {change.name} ({short_type(change.type)})"


def _step(change: Change, preview: Preview) -> str:
    drifted = next((found for found in preview.drift if found.urn == change.urn), None)
    back = " (takes drift back)" if drifted and {*change.properties} <= {*drifted.properties} else ""
    told = [_difference(change, key) for key in change.properties if not _is_nested(key, change.properties)]
    properties = f": {', '.join(told)}" if told else ""
    sign = SIGNS.get(change.operation, "?")
    what = f"{change.name} ({short_type(change.type)}{step_notes.of_drain(change, preview.changes)})"
    return f"{sign} {change.operation} {what}{properties}{back}. {step_effects.words(change, preview)}"


def _is_nested(path: str, properties: Collection[str]) -> bool:
    """Whether it is part of a property that is named too, as `vars.NODE_ENV` is of `vars`."""
    return any(path.startswith((f"{key}.", f"{key}[")) for key in properties)


def _difference(change: Change, key: str) -> str:
    """A property that differs: its values where they tell nothing secret, the names of config vars, else its name."""
    before, after = change.values(key)
    if key in _SHOWN and before != after:
        return f"{key} {_value(before)} → {_value(after)}"
    if names := _names(change, key, before, after):
        return f"{key} {names} (values not shown)"
    return key


def _names(change: Change, key: str, before: object, after: object) -> str:
    """Of the entries of a map that differ, as far as the engine tells them: `added A; changed B; removed C`."""
    if key == "vars" and isinstance(before, Mapping) and isinstance(after, Mapping):
        differ = {name for name in {*before, *after} if before.get(name) != after.get(name)}
        added, removed = differ - before.keys(), differ - after.keys()
    else:
        differ = {path.removeprefix(f"{key}.") for path in change.properties if path.startswith(f"{key}.")}
        added, removed = differ & change.added, differ & change.unset
    told = {"added": added, "changed": differ - added - removed, "removed": removed}
    return "; ".join(f"{how} {', '.join(sorted(names))}" for how, names in told.items() if names)


def _value(value: object) -> str:
    if value is None:
        return "nothing"
    return f"{value:g}" if isinstance(value, float) else _text(value)


def _text(value: object) -> str:
    known = decode(value)
    return known if isinstance(known, str) else str(known) if isinstance(known, int) else "not known yet"


def step_counts(stack: StackAnswer) -> str:
    """`1 update, 2 create`, or `none`."""
    preview = stack.preview or Preview()
    found = Counter(change.operation for change in preview.proposed)
    found["unprotect"] = len(_unprotected_alone(preview))
    nothing = "none" if stack.is_whole else "not known"
    return ", ".join(f"{count} {operation}" for operation, count in found.items() if count) or nothing
