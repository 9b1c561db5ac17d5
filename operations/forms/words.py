"""The sentences that every form has."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from operations.judging.answer import Agreement, Answer, Command, Outcome, StackAnswer
from operations.pulumi_run.events import Preview
from runbook.cost import usd_words

if TYPE_CHECKING:
    from runbook.drift.grading import Drift

OUTCOME_WORDS: dict[Command, dict[Outcome, str]] = {
    "gate": {"ok": "Approved", "inconclusive": "Inconclusive", "blocked": "Blocked"},
    "check": {
        "ok": "Complies with the runbook",
        "inconclusive": "Inconclusive",
        "blocked": "Breaks the runbook",
    },
    "verify": {
        "ok": "Complies with the runbook",
        "inconclusive": "Inconclusive",
        "blocked": "Breaks the runbook",
    },
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


def cost_words(stack: StackAnswer) -> Iterator[str]:
    """Of a change, what it adds and takes; of a stack file, every line first."""
    if (cost := stack.cost) is None:
        return
    if stack.preview is None:
        yield f"{cost.now.words} a month"
        yield from (f"{line.what}: {line.words}" for line in cost.now.lines)
        if cost.now == cost.after:
            return
    is_range = cost.after.least_usd != cost.after.monthly_usd
    most = " at most" if is_range and cost.monthly_usd else ""
    yield f"{cost.now.words} a month now, {cost.after.words} after: {signed(cost.monthly_usd)}{most}"
    yield from (
        f"{line.what}: {signed(line.monthly_usd)}" for line in cost.lines if line.monthly_usd is not None
    )
    yield from (f"no price for {what}: not in these sums" for what in cost.after.unpriced)


def signed(usd: int) -> str:
    """`+$193`, `-$7`, `no change`."""
    return "no change" if usd == 0 else f"{'+' if usd > 0 else '-'}${abs(usd)}"
