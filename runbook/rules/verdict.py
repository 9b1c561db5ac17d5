"""Evaluates rules and says the verdicts in words: pass, fail, waived, not run."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Literal

from runbook.environment import Environment
from runbook.rules.rule import Context, Finding, Plane, Rule, failed
from runbook.unknown import Unknown

VerdictName = Literal["pass", "fail", "waived", "not run"]
_DOCUMENTS = {
    "RUNBOOK": "966fc95c1f3963b69bf7231549a16c4df526d536/docs/RUNBOOK.md",
    "ENV_CONFIG": "916e7f38d97fa18633436d364e5881dcac508b36/docs/ENV_CONFIG.md",
}
"""As of November 2025, in the application's repository."""
_HEADINGS_WITH_SIGN = frozenset({"Security Best Practices"})
"""These start with a pictogram, of which GitHub's anchor keeps the hyphen after it."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """One rule on one stack. A waived finding stands apart, with who let it off."""

    rule: Rule
    environment: Environment
    findings: tuple[Finding, ...] = ()
    let_off: tuple[tuple[Finding, str], ...] = ()
    """Waived findings, each with the waiver in words."""

    @property
    def name(self) -> VerdictName:
        outcomes = {finding.outcome for finding in self.findings}
        if "fail" in outcomes:
            return "fail"
        if "not run" in outcomes:
            return "not run"
        return "waived" if self.let_off else "pass"


def evaluate(
    environment: Environment, context: Context, rules: Iterable[Rule], planes: Collection[Plane]
) -> tuple[Verdict, ...]:
    """The verdicts of the rules that these planes can decide, in the rules' order, before any waiver.

    An account without the app is one finding: what hangs on the app is not judged.
    """
    is_gone = environment.is_live and environment.app is None
    return tuple(
        Verdict(rule, environment, findings_of(rule, environment, context))
        for rule in rules
        if not rule.on.isdisjoint(planes) and not (is_gone and rule.needs_app)
    )


def findings_of(rule: Rule, environment: Environment, context: Context) -> tuple[Finding, ...]:
    """What the rule finds. A rule that raises fails, and what it raised is named without its text, which may hold a value."""
    try:
        return tuple(rule.decide(environment, context))
    except Exception as error:  # noqa: BLE001 - whatever a rule raises, it must not be skipped
        found = f"could not be judged: the rule raised {type(error).__name__}"
        return (failed(environment.stack, found, "a rule that works; report this as a bug"),)


def sentence(rule: Rule, finding: Finding, environment: Environment) -> str:
    """What was found on what, what is expected, and what mends it; one line."""
    if finding.outcome == "elsewhere":
        return f"{rule.id}: {finding.target} {finding.found}."
    if finding.outcome == "not run":
        return f"{rule.id} not run: {finding.target}: {finding.found}. It is red until it can be told."
    return (
        f"{rule.id} fails: {finding.target} {finding.found}; the runbook wants {finding.expected}. "
        f"{filled(rule.mend, environment, finding)}."
    )


def filled(text: str, environment: Environment, finding: Finding) -> str:
    """A rule's `mend` or `command` with the names of stack, app and the object that was found."""
    app = environment.app
    name = app.name if app is not None and not isinstance(app, Unknown) else None
    return text.format(
        stack=environment.stack,
        app=name if isinstance(name, str) else f"sc-mvp-{environment.stack}",
        object=finding.target.rpartition("/")[2],
    )


def remedy_of(rule: Rule, finding: Finding, environment: Environment) -> str:
    """What to type."""
    return finding.fix.text if finding.fix else filled(rule.command, environment, finding)


def in_general(text: str) -> str:
    """A rule's `mend` or `command` for no stack in particular."""
    return text.format(stack="STACK", app="APP", object="NAME")


def by_the_runbook(rule: Rule, finding: Finding, environment: Environment) -> str:
    """Where the runbook has it, how soon to answer, and its own command."""
    severity = rule.severity
    document = "Runbook" if rule.document == "RUNBOOK" else rule.document
    return (
        f"{document}, {rule.section}; {severity.label}, response time {severity.response}. "
        f"By hand: {filled(rule.command, environment, finding)}"
    )


def section_url(rule: Rule) -> str:
    """The heading on GitHub, whose anchors are lower case with hyphens."""
    kept = "".join(letter for letter in rule.section.lower() if letter.isalnum() or letter in " -_")
    sign = "-" if rule.section in _HEADINGS_WITH_SIGN else ""
    page = f"https://github.com/kishanssg/social-catering-mvp/blob/{_DOCUMENTS[rule.document]}"
    return f"{page}#{sign}{kept.replace(' ', '-')}"
