"""A finding in its parts: what was found, where the runbook has it, and what to do. Each form puts them together."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from runbook.drift.grading import Drift
from runbook.rules.rule import Finding, Fix, Rule, Severity, severity_of
from runbook.rules.verdict import Verdict, fix_of, in_the_runbook, section_url, sentence


@dataclass(frozen=True)
class Reference:
    """Where the runbook has a rule, and how soon it wants an answer."""

    document: str
    section: str
    url: str
    severity: Severity

    @classmethod
    def of(cls, rule: Rule, severity: Severity) -> Reference:
        document = "Runbook" if rule.document == "RUNBOOK" else rule.document
        return cls(document, rule.section, section_url(rule), severity)

    def __str__(self) -> str:
        return (
            f"{self.document}, {self.section}; {self.severity.label}, response time {self.severity.response}."
        )


@dataclass(frozen=True)
class Said:
    finding: Finding
    message: str
    reference: Reference
    fix: Fix

    @property
    def command(self) -> str:
        """What to type; "" where there is nothing to type."""
        return self.fix.text if self.fix.kind == "type" else ""

    @property
    def told(self) -> str:
        """The reference, with what a person must decide."""
        return (
            f"{self.reference} For a person: {self.fix.text}."
            if self.fix.kind == "ask"
            else str(self.reference)
        )

    @property
    def below(self) -> str:
        """The runbook's line on a failure, for people."""
        return by_hand(self.told, self.command) if self.finding.outcome == "fail" else ""


def by_hand(told: str, command: str) -> str:
    return f"{told} By hand: {command}" if command else told


def said(verdict: Verdict) -> Iterator[Said]:
    """Each finding of a verdict that no waiver lets off."""
    rule, environment = verdict.rule, verdict.environment
    for finding in verdict.findings:
        reference = Reference.of(rule, severity_of(rule, finding, environment.stack))
        fix = fix_of(rule, finding, environment)
        yield Said(finding, sentence(rule, finding, environment), reference, fix)


def waived(verdict: Verdict) -> list[str]:
    """Each finding that a waiver lets off, with the waiver."""
    return [f"{finding.target} {finding.found}: {waiver}" for finding, waiver in verdict.let_off]


def lines(verdict: Verdict) -> list[str]:
    """All of a verdict, for people; the runbook's line once for findings in a row that share it."""
    return [line for text, below in grouped(verdict) for line in (text, below) if line] + waived(verdict)


def grouped(verdict: Verdict) -> list[tuple[str, str]]:
    """Each message with the line that hangs below it, which only the last of a row that share it has."""
    every = list(said(verdict))
    following = (*(one.below for one in every[1:]), "")
    return [
        (one.message, "" if one.below == later else one.below)
        for one, later in zip(every, following, strict=False)
    ]


def below_drift(drift: Drift) -> list[str]:
    """The runbook's line on each rule that drift breaks."""
    return [
        in_the_runbook(breach.rule, breach.severity, breach.fix)
        for breach in drift.breaches
        if breach.finding.outcome == "fail"
    ]
