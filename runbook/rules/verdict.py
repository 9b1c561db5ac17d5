"""Evaluates rules and says the verdicts in words: pass, fail, waived, not evaluated."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Literal

from runbook.environment import Environment
from runbook.rules.fixes import app_name
from runbook.rules.rule import Context, Finding, Fix, Plane, Rule, Severity, failed, severity_of
from runbook.unknown import Unknown

VerdictName = Literal["pass", "fail", "waived", "not evaluated"]
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
        if "not evaluated" in outcomes:
            return "not evaluated"
        return "waived" if self.let_off else "pass"

    @property
    def severity(self) -> Severity:
        """The worst of what fails; the rule's own where nothing does."""
        found = [
            severity_of(self.rule, one, self.environment.stack)
            for one in self.findings
            if one.outcome == "fail"
        ]
        own = severity_of(self.rule, None, self.environment.stack)
        return min(found, key=lambda severity: severity.label, default=own)


def evaluate(
    environment: Environment, context: Context, rules: Iterable[Rule], planes: Collection[Plane]
) -> tuple[Verdict, ...]:
    """The verdicts of the rules that these planes can decide, in the rules' order, before any waiver.

    An account without the app, or an app that can't be read, is one finding: what hangs on the app is not judged. So it is
    with a lost database: a rule of which nothing else was found has no verdict, as it doesn't pass either.
    """
    is_gone = environment.is_live and (environment.app is None or isinstance(environment.app, Unknown))
    judged = (
        (rule, _found(rule, environment, context))
        for rule in rules
        if not rule.on.isdisjoint(planes) and not (is_gone and rule.needs_app)
    )
    return tuple(
        Verdict(rule, environment, own)
        for rule, found in judged
        if (own := _without_what_hangs(rule, environment, found)) or not found
    )


def findings_of(rule: Rule, environment: Environment, context: Context) -> tuple[Finding, ...]:
    """What the rule finds, but for what hangs on a lost database."""
    return _without_what_hangs(rule, environment, _found(rule, environment, context))


def _found(rule: Rule, environment: Environment, context: Context) -> tuple[Finding, ...]:
    """A rule that raises fails, and what it raised is named without its text, which may hold a value."""
    try:
        return tuple(rule.decide(environment, context))
    except Exception as error:  # noqa: BLE001 - whatever a rule raises, it must not be skipped
        words = f"could not be judged: the rule raised {type(error).__name__}"
        return (failed(environment.stack, words, "a rule that works; report this as a bug"),)


def _without_what_hangs(
    rule: Rule, environment: Environment, found: tuple[Finding, ...]
) -> tuple[Finding, ...]:
    hangs = rule.hangs_on_database
    if hangs is None or not _has_lost_its_database(environment):
        return found
    return tuple(one for one in found if not hangs(one))


def _has_lost_its_database(environment: Environment) -> bool:
    """Destroyed, and nothing is in its place: one cause, which no-data-loss tells."""
    live = environment.live
    if (
        isinstance(live, Unknown)
        or isinstance(live.lost, Unknown)
        or environment.primary_database is not None
    ):
        return False
    return any(one.what == "database" and not one.another for one in live.lost)


def sentence(rule: Rule, finding: Finding, environment: Environment) -> str:
    """What was found on what, what is expected, and where it is edited, if it is; one line."""
    if finding.outcome == "elsewhere":
        return f"{rule.id}: {finding.target} {finding.found}."
    if finding.outcome == "not evaluated":
        return f"{rule.id} not evaluated: {finding.target}: {finding.found}. It blocks until it is known."
    found = f"{rule.id} fails: {finding.target} {finding.found}; the runbook wants {finding.expected}."
    fix = fix_of(rule, finding, environment)
    return f"{found} {fix.text}." if fix.kind == "edit" else found


def filled(text: str, environment: Environment, finding: Finding) -> str:
    """A rule's `edit` with the names of stack, app and the object that was found."""
    return text.format(
        stack=environment.stack,
        app=app_name(environment),
        object=finding.target.rpartition("/")[2],
    )


def fix_of(rule: Rule, finding: Finding, environment: Environment) -> Fix:
    """On the live account what to type or to decide; elsewhere what to edit: the live app may be right."""
    if environment.is_live and rule.fix is not None:
        return rule.fix(finding, environment)
    return Fix("edit", filled(rule.edit, environment, finding))


def by_hand(rule: Rule, finding: Finding, environment: Environment) -> str:
    """The command to type; "" where there is none."""
    fix = fix_of(rule, finding, environment)
    return fix.text if fix.kind == "type" else ""


def in_general(text: str) -> str:
    """A rule's `edit` or `command` for no stack in particular."""
    return text.format(stack="STACK", app="APP", object="NAME")


def by_the_runbook(rule: Rule, finding: Finding, environment: Environment) -> str:
    """Where the runbook has it, how soon to answer, and what to type or to decide."""
    severity = severity_of(rule, finding, environment.stack)
    return in_the_runbook(rule, severity, fix_of(rule, finding, environment))


def in_the_runbook(rule: Rule, severity: Severity, fix: Fix) -> str:
    document = "Runbook" if rule.document == "RUNBOOK" else rule.document
    told = f"{document}, {rule.section}; {severity.label}, response time {severity.response}."
    ways = {"type": f" By hand: {fix.text}", "ask": f" For a person: {fix.text}.", "edit": ""}
    return told + ways[fix.kind]


def to_waive(rule: Rule, targets: Iterable[str]) -> str:
    """Whether a failure can be waived, and the exact targets to write."""
    if not rule.waivable:
        return "Can't be waived."
    return f"To waive it: {rule.id} on {', '.join(dict.fromkeys(targets))} in waivers.yaml."


def section_url(rule: Rule) -> str:
    """The heading on GitHub, whose anchors are lower case with hyphens."""
    kept = "".join(letter for letter in rule.section.lower() if letter.isalnum() or letter in " -_")
    sign = "-" if rule.section in _HEADINGS_WITH_SIGN else ""
    page = f"https://github.com/kishanssg/social-catering-mvp/blob/{_DOCUMENTS[rule.document]}"
    return f"{page}#{sign}{kept.replace(' ', '-')}"
