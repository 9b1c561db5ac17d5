"""For people at a terminal: what decides the outcome first, with what to type; plain when piped."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

import click

from operations.forms import findings, steps, words
from operations.forms.looks import LOOKS, OUTCOMES
from operations.judging.answer import Answer, StackAnswer, Trouble
from operations.safe_text import one_line, plain
from runbook.rules.verdict import Verdict

if TYPE_CHECKING:
    from runbook.drift.grading import Drift

_WIDTH = 18
"""Of the first column; the longest word in it is a grade."""


def text(answer: Answer, *, every: bool = False) -> str:
    """`every`: with each rule that passes, or is decided elsewhere, by its name."""
    return "\n".join(_lines(answer, every=every))


def _lines(answer: Answer, *, every: bool) -> Iterator[str]:
    if answer.account:
        yield click.style(f"Account: {one_line(answer.account)}", bold=True)
    if answer.read_at:
        yield f"Read at {answer.read_at:%Y-%m-%d %H:%M:%S} UTC"
    yield click.style(one_line(words.headline(answer)), fg=OUTCOMES[answer.outcome].colour, bold=True)
    yield from _troubles((*answer.troubles, *answer.to_fix))
    for waiver in answer.new_waivers:
        what = f"{', '.join(waiver.policies)}: {waiver.describe()}"
        yield f"  this change brings a waiver: {one_line(what)}"
    for stack in answer.stacks:
        yield ""
        yield from _stack(stack, words.outcome_words(answer, stack.outcome), every=every)
    if answer.by_hand:
        yield "\nBy hand, as no API tells:"
        yield from (f"  {one_line(item)}" for item in answer.by_hand)
    if answer.notes:
        yield ""
        yield from map(one_line, answer.notes)


def _stack(stack: StackAnswer, outcome: str, *, every: bool) -> Iterator[str]:
    source = f" ({one_line(stack.source)})" if stack.source else ""
    yield click.style(f"{stack.stack}{source}: {outcome}", fg=OUTCOMES[stack.outcome].colour, bold=True)
    yield from _troubles(stack.troubles)
    if not stack.only_shown:
        yield from _verdicts(stack, every=every)
    yield from _drifts(stack)
    if stack.preview is not None:
        yield from (_row("step", line) for line in steps.step_words(stack))
        yield from (_row("drift", line) for line in words.refreshed_words(stack.preview))
    yield from (_row("cost", line) for line in words.cost_words(stack))


def _troubles(troubles: Iterable[Trouble]) -> Iterator[str]:
    for trouble in troubles:
        first, *more = plain(trouble.what).splitlines() or [""]
        yield _row(trouble.outcome, first, OUTCOMES[trouble.outcome].colour)
        yield from (_row("", line) for line in more)


def _verdicts(stack: StackAnswer, *, every: bool) -> Iterator[str]:
    for verdict in stack.verdicts:
        if every or verdict.name != "pass":
            yield from _verdict(verdict)
    if stack.verdicts:
        yield f"  {len(stack.verdicts_of('pass'))} of {words.counted(len(stack.verdicts), 'rule', 'rules')} pass"
    if stack.elsewhere and not every:
        yield f"  {words.counted(len(stack.elsewhere), 'more is', 'more are')} decided elsewhere"
    for rule in stack.elsewhere if every else ():
        yield _row("-", f"{rule.id}: decided on {', '.join(sorted(rule.on))}")


def _verdict(verdict: Verdict) -> Iterator[str]:
    yield _row(verdict.name, verdict.rule.id, LOOKS[verdict.name].colour)
    yield from (_row("", line) for line in findings.lines(verdict))


def _drifts(stack: StackAnswer) -> Iterator[str]:
    for drift in stack.drifts:
        yield _row(drift.grade, words.drift_words(drift), LOOKS[drift.grade].colour)
        yield from (_row("", line) for line in _below(drift))
    for drift, entry in stack.ignored:
        yield _row("ignored", words.drift_words(drift), LOOKS["ignored"].colour)
        yield _row("", entry)
    if stack.agreement:
        if not stack.drifts and not stack.troubles:
            yield "  live is as declared"
        yield from (f"  {one_line(line)}" for line in words.agreement_words(stack.agreement))
        for line in stack.agreement.unexplained:
            yield _row(
                "inconclusive",
                f"pulumi refresh --preview-only disagrees: {line}",
                OUTCOMES["inconclusive"].colour,
            )


def _below(drift: Drift) -> Iterator[str]:
    yield drift.why
    yield from (breach.by_the_runbook for breach in findings.breaking(drift))


def _row(name: str, line: str, colour: str | None = None) -> str:
    return f"  {click.style(f'{name:<{_WIDTH}}', fg=colour)} {one_line(line)}"
