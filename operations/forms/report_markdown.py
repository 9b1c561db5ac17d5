"""For an issue: one table of what is wrong, what to do, and the whole in a fold. What Heroku answered can't break out of it."""

from __future__ import annotations

from collections.abc import Iterator

from operations.forms.report import CLEAN, Report, StackReport
from runbook.rules.verdict import by_the_runbook, section_url, sentence

_SPECIAL = str.maketrans(
    {letter: f"\\{letter}" for letter in "\\`*_{}[]()#+!|>~<@&"} | {"\n": " ", "\r": " "}
)
"""`@` and `#` would call people and link issues; the others are Markdown's own."""
_ESCAPED_AT = "\\@"


def escaped(text: str) -> str:
    """Text that came from elsewhere, as plain words in one line."""
    printable = "".join(letter if letter.isprintable() else " " for letter in text)
    return printable.translate(_SPECIAL).replace(_ESCAPED_AT, "&#64;").replace("\\#", "&#35;")


def markdown(report: Report) -> str:
    return "\n".join(_lines(report)) + "\n"


def _lines(report: Report) -> Iterator[str]:
    yield f"## {report.command}: {escaped(report.summary)}"
    yield ""
    yield f"Account: {escaped(report.account)}. Read at {report.read_at:%Y-%m-%d %H:%M} UTC."
    for stack in report.stacks:
        yield ""
        yield f"### {stack.stack}"
        yield ""
        yield from _stack(stack)
    if report.problems:
        yield ""
        yield "### To mend"
        yield from (f"- {escaped(problem)}" for problem in report.problems)
    if report.exit_code != CLEAN:
        yield ""
        yield f"Run `./ops {report.command} --account heroku` for the same report, with what to type for each line."


def _stack(stack: StackReport) -> Iterator[str]:
    rows = [*_unread(stack), *_verdicts(stack), *_drifts(stack), *_engine(stack)]
    if rows:
        yield "| | what | severity | by the runbook |"
        yield "|---|---|---|---|"
        yield from rows
    else:
        yield "Nothing to mend."
    if stack.ignored:
        yield ""
        yield f"Ignored: {', '.join(f'{escaped(drift.target)} ({escaped(why)})' for drift, why in stack.ignored)}."


def _unread(stack: StackReport) -> Iterator[str]:
    yield from (f"| could not tell | {escaped(reason)} | | |" for reason in stack.unread)


def _verdicts(stack: StackReport) -> Iterator[str]:
    for row in stack.rows:
        rule, environment = row.verdict.rule, row.verdict.environment
        for finding in row.verdict.findings:
            if finding.outcome == "elsewhere":
                continue
            link = f"[{rule.section}]({section_url(rule)})"
            remedy = by_the_runbook(rule, finding, environment).partition("By hand: ")[2]
            severity = f"{rule.severity.label}, {rule.severity.response}"
            said = escaped(sentence(rule, finding, environment))
            yield f"| {finding.outcome} | {said} | {severity} | {link}: {_code(remedy)} |"


def _drifts(stack: StackReport) -> Iterator[str]:
    for drift in stack.drifts:
        if drift.grade == "expected":
            continue
        severity = f"{drift.severity.label}, {drift.severity.response}" if drift.severity else ""
        remedy = (
            f"[{drift.broken.section}]({section_url(drift.broken)}): {_code(drift.command)}"
            if drift.broken
            else ""
        )
        what = escaped(f"{drift.kind}: {drift.target}: {drift.words}. {drift.why}")
        yield f"| {drift.grade} | {what} | {severity} | {remedy} |"


def _engine(stack: StackReport) -> Iterator[str]:
    if stack.agreement:
        for said in stack.agreement.unexplained:
            yield f"| could not tell | pulumi refresh disagrees: {escaped(said)} | | |"


def _code(command: str) -> str:
    """Inside a table a bar ends the cell even in code."""
    return f"`{command.replace('|', chr(92) + '|').replace('`', '')}`"
