"""A report as data: what was read, verdicts, drift, and the exit code that follows. The forms add nothing to it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from operations.judging.judgement import Row
from runbook.drift.grading import Drift
from runbook.environment import Environment
from runbook.settings import StackName
from runbook.unknown import Known

CLEAN, COULD_NOT_TELL, DRIFT, BREAKS = 0, 1, 2, 3
"""Exit codes; verify knows no 2."""


@dataclass(frozen=True)
class Agreement:
    """How the engine's own refresh compares: `unexplained` is a reason to trust neither."""

    explained: tuple[str, ...] = ()
    unexplained: tuple[str, ...] = ()
    left_out: str = ""
    """Why it was not run."""


@dataclass(frozen=True)
class StackReport:
    stack: StackName
    live: Known[Environment]
    rows: tuple[Row, ...] = ()
    """Verdicts that the exit code follows."""
    posture: tuple[Row, ...] = ()
    """Verdicts to look at; verify's are the same as `rows`."""
    drifts: tuple[Drift, ...] = ()
    ignored: tuple[tuple[Drift, str], ...] = ()
    unread: tuple[str, ...] = ()
    """What could not be read at all, each with the reason."""
    agreement: Agreement | None = None

    @property
    def grades(self) -> Counter[str]:
        return Counter(drift.grade for drift in self.drifts)


@dataclass(frozen=True)
class Report:
    command: Literal["verify", "drift"]
    account: str
    read_at: datetime
    stacks: tuple[StackReport, ...]
    problems: tuple[str, ...] = ()
    """Waivers or entries of the ignore list to mend."""
    by_hand: tuple[str, ...] = ()
    """Items of the checklists that people do."""
    notes: tuple[str, ...] = ()

    @property
    def verdicts(self) -> Counter[str]:
        return Counter(row.verdict.name for stack in self.stacks for row in stack.rows)

    @property
    def could_tell(self) -> bool:
        if not self.stacks or any(stack.unread for stack in self.stacks):
            return False
        unexplained = any(stack.agreement and stack.agreement.unexplained for stack in self.stacks)
        judged = all(stack.rows for stack in self.stacks) if self.command == "verify" else True
        unknown = self.verdicts["not run"] or any(stack.grades["unknown"] for stack in self.stacks)
        return judged and not unknown and not unexplained

    @property
    def exit_code(self) -> int:
        if self.command == "verify":
            if self.verdicts["fail"] or self.problems:
                return BREAKS
            return CLEAN if self.could_tell else COULD_NOT_TELL
        if any(stack.grades["breaks the runbook"] for stack in self.stacks):
            return BREAKS
        if not self.could_tell:
            return COULD_NOT_TELL
        drifted = self.problems or any(stack.grades["harmless"] for stack in self.stacks)
        return DRIFT if drifted else CLEAN

    @property
    def summary(self) -> str:
        """One line: the outcome, then the counts."""
        outcome = {
            ("verify", CLEAN): "by the runbook",
            ("verify", BREAKS): "breaks the runbook",
            ("drift", CLEAN): "no drift",
            ("drift", DRIFT): "drift",
            ("drift", BREAKS): "drift that breaks the runbook",
        }.get((self.command, self.exit_code), "could not tell")
        counts = self.verdicts if self.command == "verify" else _sum(stack.grades for stack in self.stacks)
        order = ("pass", "fail", "waived", "not run", "breaks the runbook", "unknown", "harmless", "expected")
        parts = [f"{counts[name]} {name}" for name in order if counts[name]]
        ignored = sum(len(stack.ignored) for stack in self.stacks)
        parts += [f"{ignored} ignored"] if ignored else []
        return f"{outcome}: {', '.join(parts)}" if parts else outcome


def _sum(counters: Iterable[Counter[str]]) -> Counter[str]:
    total: Counter[str] = Counter()
    for counter in counters:
        total += counter
    return total
