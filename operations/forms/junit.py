"""For CI: one test case a rule and stack, or a drift. What is inconclusive is an error, what breaks is a failure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from operations.forms import findings
from operations.judging.answer import BY_GRADE, BY_VERDICT, Answer, Outcome, StackAnswer
from operations.safe_text import html as safe

Element = Literal["failure", "error", "skipped", ""]
_ELEMENTS: dict[Outcome, Element] = {
    "ok": "",
    "inconclusive": "error",
    "drift": "failure",
    "blocked": "failure",
}
"""Empty for a case that passes."""


@dataclass(frozen=True)
class Case:
    name: str
    element: Element
    message: str = ""
    text: str = ""


def junit(answer: Answer) -> str:
    """The common form of JUnit's XML, as GitHub, GitLab and Jenkins read it."""
    return "\n".join(['<?xml version="1.0" encoding="UTF-8"?>', *_suites(answer)]) + "\n"


def _suites(answer: Answer) -> Iterator[str]:
    yield f"<testsuites name={_attribute(f'{answer.command} {answer.account}'.strip())}>"
    whole = [
        Case(answer.command, _ELEMENTS[found.outcome], found.what)
        for found in (*answer.troubles, *answer.to_fix)
    ]
    if whole:
        yield from _suite(answer.command, whole, answer)
    for stack in answer.stacks:
        yield from _suite(f"{answer.command}.{stack.stack}", list(_cases(stack)), answer)
    yield "</testsuites>"


def _suite(name: str, cases: list[Case], answer: Answer) -> Iterator[str]:
    failures, errors, skipped = (
        sum(case.element == element for case in cases) for element in ("failure", "error", "skipped")
    )
    read = f' timestamp="{answer.read_at:%Y-%m-%dT%H:%M:%S}"' if answer.read_at else ""
    yield (
        f'<testsuite name={_attribute(name)} tests="{len(cases)}" failures="{failures}" '
        f'errors="{errors}" skipped="{skipped}"{read}>'
    )
    yield from (_case(name, case) for case in cases)
    yield "</testsuite>"


def _cases(stack: StackAnswer) -> Iterator[Case]:
    for trouble in stack.troubles:
        yield Case("the stack could be judged", _ELEMENTS[trouble.outcome], trouble.what)
    for verdict in () if stack.only_shown else stack.verdicts:
        said = findings.lines(verdict)
        element = "skipped" if verdict.name == "waived" else _ELEMENTS[BY_VERDICT[verdict.name]]
        yield Case(verdict.rule.id, element, said[0] if said else "", "\n".join(said))
    for drift in stack.drifts:
        message = f"{drift.grade}: {drift.words}. {drift.why}"
        yield Case(f"{drift.kind} {drift.target}", _ELEMENTS[BY_GRADE[drift.grade]], message, drift.command)
    for drift, reason in stack.ignored:
        yield Case(f"{drift.kind} {drift.target}", "skipped", reason)
    if stack.agreement:
        unexplained = stack.agreement.unexplained
        yield Case("agrees with pulumi refresh", "error" if unexplained else "", "; ".join(unexplained))


def _case(suite: str, case: Case) -> str:
    head = f"<testcase classname={_attribute(suite)} name={_attribute(case.name)}"
    if not case.element:
        return f"{head}/>"
    return f"{head}><{case.element} message={_attribute(case.message)}>{safe(case.text)}</{case.element}></testcase>"


def _attribute(text: str) -> str:
    return f'"{safe(text)}"'
