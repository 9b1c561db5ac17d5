"""For CI: one test case a rule and stack, or a drift. What could not be told is an error, what breaks is a failure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal
from xml.sax.saxutils import escape, quoteattr

from operations.forms.report import Report, StackReport

_GRADES: dict[str, Literal["failure", "error", "skipped", "pass"]] = {
    "breaks the runbook": "failure",
    "harmless": "failure",
    "unknown": "error",
    "expected": "pass",
}
_VERDICTS: dict[str, Literal["failure", "error", "skipped", "pass"]] = {
    "fail": "failure",
    "not run": "error",
    "waived": "skipped",
    "pass": "pass",
}


@dataclass(frozen=True)
class Case:
    suite: str
    name: str
    outcome: Literal["failure", "error", "skipped", "pass"]
    message: str = ""
    text: str = ""


def junit(report: Report) -> str:
    """The common form of JUnit's XML, as GitHub, GitLab and Jenkins read it."""
    return "\n".join(['<?xml version="1.0" encoding="UTF-8"?>', *_suites(report)]) + "\n"


def _suites(report: Report) -> Iterator[str]:
    yield f"<testsuites name={_attribute(f'{report.command} of {report.account}')}>"
    for stack in report.stacks:
        cases = list(_cases(stack, report))
        counts = {
            name: sum(1 for case in cases if case.outcome == name) for name in ("failure", "error", "skipped")
        }
        yield (
            f'<testsuite name="{stack.stack}" tests="{len(cases)}" failures="{counts["failure"]}" '
            f'errors="{counts["error"]}" skipped="{counts["skipped"]}" timestamp="{report.read_at:%Y-%m-%dT%H:%M:%S}">'
        )
        yield from (_case(case) for case in cases)
        yield "</testsuite>"
    yield "</testsuites>"


def _cases(stack: StackReport, report: Report) -> Iterator[Case]:
    suite = f"{report.command}.{stack.stack}"
    for reason in stack.unread:
        yield Case(suite, "can be read", "error", reason)
    for row in stack.rows:
        outcome = _VERDICTS[row.verdict.name]
        said = row.lines
        yield Case(suite, row.verdict.rule.id, outcome, said[0] if said else "", "\n".join(said))
    for drift in stack.drifts:
        message = f"{drift.grade}: {drift.words}. {drift.why}"
        yield Case(suite, f"{drift.kind} {drift.target}", _GRADES[drift.grade], message, drift.command)
    for drift, reason in stack.ignored:
        yield Case(suite, f"{drift.kind} {drift.target}", "skipped", reason)
    if stack.agreement:
        said = list(stack.agreement.unexplained)
        yield Case(suite, "agrees with pulumi refresh", "error" if said else "pass", "; ".join(said))


def _case(case: Case) -> str:
    head = f"<testcase classname={_attribute(case.suite)} name={_attribute(case.name)}"
    if case.outcome == "pass":
        return f"{head}/>"
    body = (
        f"<{case.outcome} message={_attribute(case.message)}>{escape(_printable(case.text))}</{case.outcome}>"
    )
    return f"{head}>{body}</testcase>"


def _attribute(text: str) -> str:
    return quoteattr(_printable(text))


def _printable(text: str) -> str:
    """XML knows no other control characters than tab and line end."""
    return "".join(letter if letter.isprintable() or letter == "\n" else " " for letter in text)
