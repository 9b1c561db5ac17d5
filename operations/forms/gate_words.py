"""The sentences that every output of the gate has."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping

from operations.judging.gated import Gated, GatedStack
from operations.pulumi_run.events import Change, Preview
from runbook.cost import CostLine
from runbook.readers.engine_values import decode
from runbook.stack_cost import Delta

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


def headline(gated: Gated) -> str:
    if gated.outcome == "pass":
        waived = sum(len(stack.rows_of("waived")) for stack in gated.stacks)
        return "May go on" + (f", with {waived} rule{'s' * (waived > 1)} waived" if waived else "")
    start = "Blocked" if gated.outcome == "blocked" else "Could not be told, so it can't go on"
    reasons = [f"{stack.stack} {said}" for stack in gated.stacks if (said := _reasons(stack))]
    if gated.waiver_problems:
        reasons.append(f"{len(gated.waiver_problems)} waiver{'s' * (len(gated.waiver_problems) > 1)} to mend")
    if gated.troubles:
        reasons.append("what is said below")
    return f"{start}: {'; '.join(reasons)}"


def _reasons(stack: GatedStack) -> str:
    failing = [row.verdict.rule.id for row in stack.rows_of("fail")]
    unread = [row.verdict.rule.id for row in stack.rows_of("not run")]
    parts = [
        f"breaks {', '.join(failing)}" if failing else "",
        f"leaves {', '.join(unread)} not run" if unread else "",
        _troubled(stack),
    ]
    return ", ".join(part for part in parts if part)


def _troubled(stack: GatedStack) -> str:
    if not stack.troubles:
        return ""
    return "is stopped by what is said below" if stack.is_whole else "could not be judged whole"


def step_words(stack: GatedStack) -> list[str]:
    """One line a step; what only takes drift back is told from what the change proposes."""
    nothing = "nothing would change" if stack.is_whole else "not known: the preview is not whole"
    steps = [_step(change, stack.preview) for change in stack.preview.proposed]
    return [*steps, *(_unprotected(change) for change in _unprotected_alone(stack))] or [nothing]


def _unprotected_alone(stack: GatedStack) -> list[Change]:
    """What stays as it is and loses its protection, which the engine has no step for."""
    return [
        change for change in stack.preview.changes if change.operation == "same" and change.is_unprotected
    ]


def _unprotected(change: Change) -> str:
    return f"! unprotect {change.name} ({short_type(change.type)})"


def _step(change: Change, preview: Preview) -> str:
    drifted = next((found for found in preview.drift if found.urn == change.urn), None)
    back = " (takes drift back)" if drifted and {*change.properties} <= {*drifted.properties} else ""
    told = [_difference(change, key) for key in change.properties if not _is_nested(key, change.properties)]
    properties = f": {', '.join(told)}" if told else ""
    sign = SIGNS.get(change.operation, "?")
    return f"{sign} {change.operation} {change.name} ({short_type(change.type)}){properties}{back}"


def _is_nested(path: str, properties: Collection[str]) -> bool:
    """Whether it is part of a property that is named too, as `vars.NODE_ENV` is of `vars`."""
    return any(path.startswith((f"{key}.", f"{key}[")) for key in properties)


def _difference(change: Change, key: str) -> str:
    """A property that differs: its values where they tell nothing secret, the names of config vars, else its name."""
    before, after = change.values(key)
    if key in _SHOWN and before != after:
        return f"{key} {_value(before)} → {_value(after)}"
    if key == "vars" and isinstance(before, Mapping) and isinstance(after, Mapping):
        names = sorted(name for name in {*before, *after} if before.get(name) != after.get(name))
        return f"vars {', '.join(names)} (values not shown)"
    if names := [path.removeprefix(f"{key}.") for path in change.properties if path.startswith(f"{key}.")]:
        return f"{key} {', '.join(names)} (values not shown)"
    return key


def _value(value: object) -> str:
    if value is None:
        return "nothing"
    return f"{value:g}" if isinstance(value, float) else _text(value)


def _text(value: object) -> str:
    known = decode(value)
    return known if isinstance(known, str) else str(known) if isinstance(known, int) else "not known yet"


def drift_words(preview: Preview) -> list[str]:
    return [
        f"{found.name} ({short_type(found.type)}) {'is gone' if found.gone else 'differs: ' + ', '.join(found.properties)}"
        for found in preview.drift
    ]


def short_type(token: str) -> str:
    """`Formation` of `heroku:formation/formation:Formation`."""
    return token.rpartition(":")[2]


def counts(stack: GatedStack) -> str:
    """`1 update, 2 create`, or `none`."""
    found = Counter(change.operation for change in stack.preview.proposed)
    found["unprotect"] = len(_unprotected_alone(stack))
    nothing = "none" if stack.is_whole else "not known"
    return ", ".join(f"{count} {operation}" for operation, count in found.items() if count) or nothing


def cost_words(cost: Delta) -> Iterator[str]:
    yield f"${cost.now.monthly_usd} a month now, ${cost.after.monthly_usd} after: {signed(cost.monthly_usd)}"
    yield from (line_words(line) for line in cost.lines if line.monthly_usd is not None)
    yield from (f"no price for {what}: not in these sums" for what in cost.after.unpriced)


def line_words(line: CostLine) -> str:
    return f"{line.what}: {'no price' if line.monthly_usd is None else signed(line.monthly_usd)}"


def signed(usd: int) -> str:
    """`+$193`, `-$7`, `no change`."""
    return "no change" if usd == 0 else f"{'+' if usd > 0 else '-'}${abs(usd)}"
