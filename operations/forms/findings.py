"""A finding in its parts: what was found, where the runbook has it, and what to do. Each form puts them together."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

from runbook.rules.rule import Finding, Fix, Rule, Severity, severity_of
from runbook.rules.verdict import Verdict, fix_of, in_the_runbook, sentence, to_waive

if TYPE_CHECKING:
    from runbook.drift.grading import Breach, Drift


@dataclass(frozen=True)
class Said:
    rule: Rule
    finding: Finding
    message: str
    severity: Severity
    fix: Fix

    @property
    def below(self) -> str:
        """The runbook's line on a failure, for people."""
        return in_the_runbook(self.rule, self.severity, self.fix) if self.finding.outcome == "fail" else ""


def said(verdict: Verdict) -> Iterator[Said]:
    """Each finding of a verdict that no waiver lets off."""
    rule, environment = verdict.rule, verdict.environment
    for finding in verdict.findings:
        message = sentence(rule, finding, environment)
        severity = severity_of(rule, finding, environment.stack)
        yield Said(rule, finding, message, severity, fix_of(rule, finding, environment))


def waived(verdict: Verdict) -> list[str]:
    """Each finding that a waiver lets off, with the waiver."""
    return [f"{finding.target} {finding.found}: {waiver}" for finding, waiver in verdict.let_off]


def lines(verdict: Verdict) -> list[str]:
    """All of a verdict, for people; the runbook's line once for findings in a row that share it."""
    return [line for text, below in grouped(verdict) for line in (text, below) if line] + waived(verdict)


def grouped(verdict: Verdict) -> list[tuple[str, str]]:
    """Each message with the line that hangs below it, which only the last of a row that share it has, for all of them."""
    found: list[tuple[str, str]] = []
    for below, row in groupby(said(verdict), key=lambda one: one.below):
        every = list(row)
        targets = to_waive(verdict.rule, [one.finding.target for one in every])
        found += [(one.message, "") for one in every[:-1]]
        found.append((every[-1].message, f"{below} {targets}" if below else ""))
    return found


def breaking(drift: Drift) -> list[Breach]:
    """The rules that drift breaks."""
    return [breach for breach in drift.breaches if breach.finding.outcome == "fail"]


def parted(found: Said | Breach) -> tuple[str, str]:
    """The runbook's line without the command, and the command, where there is one to type."""
    is_typed = found.fix.kind == "type"
    told = in_the_runbook(found.rule, found.severity, Fix("edit", "") if is_typed else found.fix)
    told = f"{told} {to_waive(found.rule, [found.finding.target])}"
    return told, found.fix.text if is_typed else ""
