"""For people: the account first, then what breaks, with what to type; colour on a terminal only."""

from __future__ import annotations

from collections.abc import Iterator

import click

from operations.forms.report import Agreement, Report, StackReport
from operations.judging.judgement import Row
from runbook.drift.grading import Drift

COLOURS = {
    "pass": "green",
    "fail": "red",
    "waived": "yellow",
    "not run": "magenta",
    "breaks the runbook": "red",
    "unknown": "magenta",
    "harmless": "yellow",
    "expected": "green",
}


def lines(report: Report) -> Iterator[str]:
    yield click.style(f"Account: {report.account}", bold=True)
    yield f"Read at {report.read_at:%Y-%m-%d %H:%M:%S} UTC"
    for stack in report.stacks:
        yield ""
        yield click.style(stack.stack, bold=True)
        yield from _stack(stack, report)
    if report.by_hand:
        yield ""
        yield "By hand, as no API tells:"
        yield from (f"  {item}" for item in report.by_hand)
    yield ""
    yield from (click.style(problem, fg="red") for problem in report.problems)
    yield from report.notes
    yield click.style(report.summary, bold=True)


def _stack(stack: StackReport, report: Report) -> Iterator[str]:
    for reason in stack.unread:
        yield f"  {_marked('unknown', 'could not be read')}: {reason}"
    for row in stack.rows:
        yield from _row(row)
    for drift in stack.drifts:
        yield from _drift(drift)
    for drift, reason in stack.ignored:
        yield f"  {'ignored':<18} {drift.target}: {drift.words}"
        yield f"  {'':<18} {reason}"
    if report.command == "drift" and not stack.drifts and not stack.unread:
        yield "  live is as declared"
    if stack.agreement:
        yield from _agreement(stack.agreement)


def _row(row: Row) -> Iterator[str]:
    yield f"  {_marked(row.verdict.name, f'{row.verdict.name:<8}')} {row.verdict.rule.id}"
    yield from (f"           {line}" for line in row.lines)


def _drift(drift: Drift) -> Iterator[str]:
    yield f"  {_marked(drift.grade, f'{drift.grade:<18}')} {drift.kind}: {drift.target}: {drift.words}"
    yield f"  {'':<18} {drift.why}"
    if drift.broken:
        severity = drift.broken.severity
        yield (
            f"  {'':<18} Runbook, {drift.broken.section}; {severity.label}, response time {severity.response}. "
            f"By hand: {drift.command}"
        )


def _agreement(agreement: Agreement) -> Iterator[str]:
    if agreement.left_out:
        yield f"  pulumi refresh: {agreement.left_out}"
    elif not agreement.explained and not agreement.unexplained:
        yield "  pulumi refresh --preview-only agrees: nothing differs"
    for said in agreement.explained:
        yield f"  pulumi refresh --preview-only: {said}"
    for said in agreement.unexplained:
        yield f"  {_marked('unknown', 'pulumi refresh --preview-only disagrees')}: {said}"


def _marked(name: str, text: str) -> str:
    return click.style(text, fg=COLOURS[name])
