"""What `ops check` says of the stacks it read: verdicts, waivers, and the exit code that follows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from runbook.digest import Digests
from runbook.environment import Environment
from runbook.rules.book import RULES
from runbook.rules.rule import Context, Finding, Plane, Rule
from runbook.rules.verdict import Verdict, by_the_runbook, evaluate, sentence
from runbook.settings import StackName
from runbook.unknown import Known, Unknown
from runbook.waivers import Problem, Waiver, problems, waive

PASS, COULD_NOT_TELL, FAILS = 0, 1, 3


@dataclass(frozen=True)
class Judged:
    """One stack and where it was read; the environment is Unknown where it could not be."""

    stack: StackName
    source: str
    environment: Known[Environment]
    other: Known[Environment]


@dataclass(frozen=True)
class Row:
    verdict: Verdict

    @property
    def lines(self) -> list[str]:
        return [line for finding in self.verdict.findings for line in self._of(finding)] + [
            f"{finding.target} {finding.found}: {waiver}" for finding, waiver in self.verdict.let_off
        ]

    def _of(self, finding: Finding) -> tuple[str, ...]:
        rule, environment = self.verdict.rule, self.verdict.environment
        message = sentence(rule, finding, environment)
        return (
            (message, by_the_runbook(rule, finding, environment)) if finding.outcome == "fail" else (message,)
        )

    def as_json(self) -> dict[str, object]:
        rule, environment = self.verdict.rule, self.verdict.environment
        return {
            "rule": rule.id,
            "verdict": self.verdict.name,
            "severity": rule.severity.label,
            "findings": [
                {
                    "outcome": finding.outcome,
                    "target": finding.target,
                    "found": finding.found,
                    "expected": finding.expected,
                    "message": sentence(rule, finding, environment),
                    "by_the_runbook": by_the_runbook(rule, finding, environment),
                }
                for finding in self.verdict.findings
            ],
            "waived": [
                {"target": finding.target, "found": finding.found, "waiver": waiver}
                for finding, waiver in self.verdict.let_off
            ],
        }


@dataclass(frozen=True)
class JudgedStack:
    judged: Judged
    rows: tuple[Row, ...]
    elsewhere: tuple[Rule, ...]

    @property
    def mistakes(self) -> list[str]:
        environment = self.judged.environment
        return environment.why.splitlines() if isinstance(environment, Unknown) else []


@dataclass(frozen=True)
class Judgement:
    stacks: tuple[JudgedStack, ...]
    problems: tuple[Problem, ...]

    @cached_property
    def counts(self) -> Counter[str]:
        return Counter(row.verdict.name for stack in self.stacks for row in stack.rows)

    @property
    def exit_code(self) -> int:
        if self.counts["fail"] or self.problems:
            return FAILS
        unread = any(stack.mistakes or not stack.rows for stack in self.stacks)
        return COULD_NOT_TELL if unread or self.counts["not run"] or not self.stacks else PASS

    @property
    def summary(self) -> str:
        found = ", ".join(
            f"{self.counts[name]} {name}"
            for name in ("pass", "fail", "waived", "not run")
            if self.counts[name]
        )
        unread = sum(1 for stack in self.stacks if stack.mistakes)
        parts = [
            found or "no verdict",
            f"{unread} stack{'s' * (unread > 1)} could not be read" if unread else "",
            f"{len(self.problems)} waiver{'s' * (len(self.problems) > 1)} to mend" if self.problems else "",
        ]
        return "; ".join(part for part in parts if part)

    def as_json(self) -> dict[str, object]:
        return {
            "exit": self.exit_code,
            "summary": dict(self.counts),
            "stacks": [
                {
                    "stack": stack.judged.stack,
                    "source": stack.judged.source,
                    "could_not_be_read": stack.mistakes,
                    "verdicts": [row.as_json() for row in stack.rows],
                    "decided_elsewhere": {rule.id: sorted(rule.on) for rule in stack.elsewhere},
                }
                for stack in self.stacks
            ],
            "waivers_to_mend": [str(problem) for problem in self.problems],
        }


def judge(
    read: Sequence[Judged],
    digests: Digests,
    planes: Collection[Plane],
    waivers: Sequence[Waiver],
    today: date,
) -> Judgement:
    """Evaluates first, then waives; a waiver that let nothing off is a problem of its own."""
    before: list[Verdict] = []
    stacks: list[JudgedStack] = []
    elsewhere = tuple(rule for rule in RULES if rule.on.isdisjoint(planes))
    for judged in read:
        verdicts: tuple[Verdict, ...] = ()
        if not isinstance(judged.environment, Unknown):
            verdicts = evaluate(judged.environment, Context(digests, judged.other), RULES, planes)
        before += verdicts
        rows = tuple(Row(verdict) for verdict in waive(verdicts, waivers, today))
        stacks.append(JudgedStack(judged, rows, elsewhere))
    return Judgement(tuple(stacks), problems(before, waivers, today))
