"""What a command says of the stacks: one model. The exit code follows from it, and every form is made from it alone."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from operations.pulumi_run.events import Preview
from runbook.environment import Environment
from runbook.rules.rule import Rule, Severity, severity_of
from runbook.rules.verdict import Verdict, VerdictName
from runbook.settings import StackName
from runbook.stack_cost import Delta
from runbook.unknown import Known, Unknown
from runbook.waivers import Waiver

if TYPE_CHECKING:
    from runbook.drift.grading import Drift, Grade

Command = Literal["check", "gate", "verify", "drift", "cost"]
Outcome = Literal["ok", "inconclusive", "drift", "blocked"]
EXIT_CODES: dict[Outcome, int] = {"ok": 0, "inconclusive": 1, "drift": 2, "blocked": 3}
WORST_FIRST: tuple[Outcome, ...] = ("blocked", "inconclusive", "drift", "ok")
BY_VERDICT: dict[VerdictName, Outcome] = {
    "fail": "blocked",
    "not evaluated": "inconclusive",
    "waived": "ok",
    "pass": "ok",
}
"""Also the order of verdicts."""
BY_GRADE: dict[Grade, Outcome] = {
    "breaks the runbook": "blocked",
    "unknown": "inconclusive",
    "harmless": "drift",
    "expected": "ok",
}
"""Also the order of grades."""
_STACKS: tuple[StackName, ...] = ("production", "staging")
_SEVERITIES = (*Severity, None)


def worst(outcomes: Iterable[Outcome]) -> Outcome:
    """The one that decides the exit code."""
    return min(outcomes, key=WORST_FIRST.index, default="ok")


@dataclass(frozen=True)
class Trouble:
    """What is wrong and no rule's: a stack that could not be read, a pack that did not evaluated, a waiver that expired."""

    outcome: Outcome
    what: str


@dataclass(frozen=True)
class Agreement:
    """How the engine's own refresh compares with the live account: `unexplained` is a reason to trust neither."""

    explained: tuple[str, ...] = ()
    unexplained: tuple[str, ...] = ()
    left_out: str = ""
    """Why it was not run."""


@dataclass(frozen=True)
class StackAnswer:
    """One stack's part. Verdicts and drift stand worst first, whatever order they are given in."""

    stack: StackName
    source: str = ""
    """Where it was read: a stack file, a plan; empty for the live account."""
    verdicts: tuple[Verdict, ...] = ()
    only_shown: bool = False
    """Whether the verdicts are there to look at, and the outcome doesn't follow them."""
    elsewhere: tuple[Rule, ...] = ()
    """Rules that only another reading decides."""
    troubles: tuple[Trouble, ...] = ()
    live: Known[Environment] = Unknown("the live account was not read")  # noqa: RUF009 - frozen
    drifts: tuple[Drift, ...] = ()
    ignored: tuple[tuple[Drift, str], ...] = ()
    """Each with the entry of the ignore list, in words."""
    agreement: Agreement | None = None
    preview: Preview | None = None
    cost: Delta | None = None
    """None where it is not known, as of a preview that ended early."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "verdicts", tuple(sorted(self.verdicts, key=_place)))
        object.__setattr__(self, "drifts", tuple(sorted(self.drifts, key=_place_of_drift)))

    @property
    def outcome(self) -> Outcome:
        found = [trouble.outcome for trouble in self.troubles]
        found += [BY_GRADE[drift.grade] for drift in self.drifts]
        if self.agreement and self.agreement.unexplained:
            found.append("inconclusive")
        if not self.only_shown:
            found += [BY_VERDICT[verdict.name] for verdict in self.verdicts] or ["inconclusive"]
        return worst(found)

    @property
    def is_whole(self) -> bool:
        """Whether the preview got to its end, so that what it doesn't have is not there."""
        return self.cost is not None

    @property
    def counts(self) -> Counter[str]:
        """Of verdicts and grades that the outcome follows, and of what is ignored."""
        found: Counter[str] = Counter([] if self.only_shown else [verdict.name for verdict in self.verdicts])
        found.update(drift.grade for drift in self.drifts)
        found["ignored"] = len(self.ignored)
        return found

    @property
    def severities(self) -> list[Severity]:
        """Of what breaks the runbook."""
        failing = [] if self.only_shown else self.verdicts_of("fail")
        found = [severity for verdict in failing if (severity := _severity(verdict))]
        return found + [drift.severity for drift in self.drifts if drift.severity]

    def verdicts_of(self, *names: VerdictName) -> list[Verdict]:
        return [verdict for verdict in self.verdicts if verdict.name in names]


@dataclass(frozen=True)
class Answer:
    """Production stands first."""

    command: Command
    stacks: tuple[StackAnswer, ...]
    folder: Path
    """Of the stack files."""
    troubles: tuple[Trouble, ...] = ()
    """Of the answer as a whole, such as what main's version says."""
    to_fix: tuple[Trouble, ...] = ()
    """Waivers and entries of the ignore list."""
    new_waivers: tuple[Waiver, ...] = ()
    """Waivers that main does not have: the change itself brings them."""
    account: str = ""
    """What was read, where that was an account."""
    read_at: datetime | None = None
    by_hand: tuple[str, ...] = ()
    """Items of the checklists that people do."""
    notes: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        ordered = sorted(self.stacks, key=lambda stack: _STACKS.index(stack.stack))
        object.__setattr__(self, "stacks", tuple(ordered))

    @property
    def outcome(self) -> Outcome:
        troubles = [trouble.outcome for trouble in (*self.troubles, *self.to_fix)]
        return worst([*troubles, *([stack.outcome for stack in self.stacks] or ["inconclusive"])])

    @property
    def exit_code(self) -> int:
        return EXIT_CODES[self.outcome]

    @property
    def counts(self) -> Counter[str]:
        total: Counter[str] = Counter()
        for stack in self.stacks:
            total.update(stack.counts)
        return total

    @property
    def severity(self) -> Severity | None:
        """The worst of what breaks the runbook."""
        found = [severity for stack in self.stacks for severity in stack.severities]
        return min(found, key=_SEVERITIES.index, default=None)


def _severity(verdict: Verdict) -> Severity | None:
    """The worst of what fails."""
    found = [
        severity_of(verdict.rule, finding, verdict.environment.stack)
        for finding in verdict.findings
        if finding.outcome == "fail"
    ]
    return min(found, key=_SEVERITIES.index, default=None)


def _place(verdict: Verdict) -> tuple[int, int]:
    return list(BY_VERDICT).index(verdict.name), _SEVERITIES.index(_severity(verdict))


def _place_of_drift(drift: Drift) -> tuple[int, int]:
    return list(BY_GRADE).index(drift.grade), _SEVERITIES.index(drift.severity)
