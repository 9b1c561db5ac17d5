"""The sentences that every form has."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from typing import TYPE_CHECKING

from operations.forms import step_notes
from operations.judging.answer import Agreement, Answer, Command, Outcome, StackAnswer
from operations.pulumi_run.events import Change, Preview
from runbook.cost import usd_words
from runbook.readers.engine_values import decode

if TYPE_CHECKING:
    from runbook.drift.grading import Drift

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


OUTCOME_WORDS: dict[Command, dict[Outcome, str]] = {
    "gate": {"ok": "Approved", "inconclusive": "Inconclusive", "blocked": "Blocked"},
    "check": {"ok": "By the runbook", "inconclusive": "Inconclusive", "blocked": "Breaks the runbook"},
    "verify": {"ok": "By the runbook", "inconclusive": "Inconclusive", "blocked": "Breaks the runbook"},
    "cost": {"ok": "Priced", "inconclusive": "Inconclusive"},
    "drift": {
        "ok": "No drift",
        "inconclusive": "Inconclusive",
        "drift": "Drift",
        "blocked": "Drift that breaks the runbook",
    },
}
_COUNTED = (
    *("fail", "not evaluated", "waived", "pass"),
    *("breaks the runbook", "unknown", "harmless", "expected", "ignored"),
)


def outcome_words(answer: Answer, outcome: Outcome) -> str:
    return OUTCOME_WORDS[answer.command][outcome]


def headline(answer: Answer) -> str:
    """One line: the outcome, how soon the runbook wants an answer, and why or how many."""
    start = outcome_words(answer, answer.outcome)
    if answer.severity and answer.command != "gate":
        start += f" ({answer.severity.label}, response time {answer.severity.response})"
    reasons = _reasons(answer)
    to_fix = [counted(len(answer.to_fix), "entry to fix", "entries to fix")] if answer.to_fix else []
    below = ["see below"] if answer.troubles else []
    parts = [part for part in (*reasons, *to_fix, *below) if part]
    return f"{start}: {'; '.join(parts)}" if parts else start


def summary(counts: Mapping[str, int]) -> list[str]:
    """`1 fail, 17 pass`, as one part."""
    return (
        [found]
        if (found := ", ".join(f"{counts[name]} {name}" for name in _COUNTED if counts.get(name)))
        else []
    )


def counted(count: int, one: str, more: str) -> str:
    return f"{count} {one if count == 1 else more}"


def _reasons(answer: Answer) -> list[str]:
    if answer.command == "cost":
        costs = [stack.cost.after for stack in answer.stacks if stack.cost]
        least, most = sum(one.least_usd for one in costs), sum(one.monthly_usd for one in costs)
        return [f"{usd_words(least, most)} a month"]
    if answer.command != "gate":
        return summary(answer.counts)
    if answer.outcome == "ok":
        waived = answer.counts["waived"]
        return [f"{counted(waived, 'rule', 'rules')} waived"] if waived else []
    return [f"{stack.stack} {why}" for stack in answer.stacks if (why := _reasons_of(stack))]


def _reasons_of(stack: StackAnswer) -> str:
    failing = [verdict.rule.id for verdict in stack.verdicts_of("fail")]
    unread = [verdict.rule.id for verdict in stack.verdicts_of("not evaluated")]
    parts = [
        f"breaks {', '.join(failing)}" if failing else "",
        f"leaves {', '.join(unread)} not evaluated" if unread else "",
        _troubled(stack),
    ]
    return ", ".join(part for part in parts if part)


def _troubled(stack: StackAnswer) -> str:
    if not stack.troubles:
        return ""
    return "is stopped by what is said below" if stack.is_whole else "could not be judged whole"


def step_words(stack: StackAnswer) -> list[str]:
    """One line a step; what only takes drift back is told from what the change proposes."""
    if stack.preview is None:
        return []
    nothing = "nothing would change" if stack.is_whole else "not known: the preview is not whole"
    steps = [_step(change, stack.preview) for change in stack.preview.proposed]
    budgets = step_notes.of_budgets(stack.preview.changes)
    return [*budgets, *steps, *map(_unprotected, _unprotected_alone(stack.preview))] or [nothing]


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
    return f"{sign} {change.operation} {change.name} ({short_type(change.type)}{step_notes.of_drain(change)}){properties}{back}"


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


def refreshed_words(preview: Preview) -> list[str]:
    """What the preview's refresh found otherwise than the state has it."""
    return [
        f"{found.name} ({short_type(found.type)}) {'is gone' if found.gone else 'differs: ' + ', '.join(found.properties)}"
        for found in preview.drift
    ]


def drift_words(drift: Drift) -> str:
    return f"{drift.kind}: {drift.target}: {drift.words}"


def agreement_words(agreement: Agreement) -> list[str]:
    if agreement.left_out:
        return [f"pulumi refresh: {agreement.left_out}"]
    found = [f"pulumi refresh --preview-only: {what}" for what in agreement.explained]
    return (
        found if found or agreement.unexplained else ["pulumi refresh --preview-only agrees: nothing differs"]
    )


def short_type(token: str) -> str:
    """`Formation` of `heroku:formation/formation:Formation`."""
    return token.rpartition(":")[2]


def step_counts(stack: StackAnswer) -> str:
    """`1 update, 2 create`, or `none`."""
    preview = stack.preview or Preview()
    found = Counter(change.operation for change in preview.proposed)
    found["unprotect"] = len(_unprotected_alone(preview))
    nothing = "none" if stack.is_whole else "not known"
    return ", ".join(f"{count} {operation}" for operation, count in found.items() if count) or nothing


def cost_words(stack: StackAnswer) -> Iterator[str]:
    """Of a change, what it adds and takes; of a stack file, every line first."""
    if (cost := stack.cost) is None:
        return
    if stack.preview is None:
        yield f"{cost.now.words} a month"
        yield from (f"{line.what}: {line.words}" for line in cost.now.lines)
        if cost.now == cost.after:
            return
    most = " at most" if cost.after.least_usd != cost.after.monthly_usd else ""
    yield f"{cost.now.words} a month now, {cost.after.words} after: {signed(cost.monthly_usd)}{most}"
    yield from (
        f"{line.what}: {signed(line.monthly_usd)}" for line in cost.lines if line.monthly_usd is not None
    )
    yield from (f"no price for {what}: not in these sums" for what in cost.after.unpriced)


def signed(usd: int) -> str:
    """`+$193`, `-$7`, `no change`."""
    return "no change" if usd == 0 else f"{'+' if usd > 0 else '-'}${abs(usd)}"
