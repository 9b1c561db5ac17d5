"""The record of one apply under .local/: what was done and when, written before and after each stage.

An apply that was cut off is taken up where its record says: what the change was reviewed as is judged again, what was
done is not done twice.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

from operations.atomic_write import replace

Stage = Literal["staging stands", "gate", "up", "verify"]
Outcome = Literal["started", "done", "failed"]


@dataclass
class Entry:
    stage: Stage
    outcome: Outcome
    said: str
    at: str


@dataclass
class Record:
    stack: str
    commit: str
    entries: list[Entry] = field(default_factory=list)

    def outcome(self, stage: Stage) -> Outcome | None:
        """The last one of this stage; None where it was not begun."""
        return next((entry.outcome for entry in reversed(self.entries) if entry.stage == stage), None)

    @property
    def is_finished(self) -> bool:
        return self.outcome("verify") == "done"


@dataclass(frozen=True)
class Journal:
    """The newest record of a stack, in one file; those of other commits before it are kept in the same file."""

    path: Path
    now: Callable[[], datetime] = lambda: datetime.now(tz=UTC)

    def records(self) -> list[Record]:
        """Oldest first; raises ValueError for a file that is none of these."""
        if not self.path.exists():
            return []
        try:
            return [
                Record(found["stack"], found["commit"], [Entry(**entry) for entry in found["entries"]])
                for found in _list(json.loads(self.path.read_text(encoding="utf-8")))
            ]
        except (ValueError, KeyError, TypeError):
            raise ValueError(
                f"{self.path}: no record of applies; move it away, and look at `pulumi stack history` for what was done"
            ) from None

    def begin(self, stack: str, commit: str) -> Record:
        """The record to go on with: the newest where it is of this commit and not finished, else a new one."""
        records = self.records()
        if records and records[-1].commit == commit and not records[-1].is_finished:
            return records[-1]
        return Record(stack, commit)

    def note(self, record: Record, stage: Stage, outcome: Outcome, said: str = "") -> None:
        """Adds an entry and writes the file, whole or not at all."""
        record.entries.append(Entry(stage, outcome, said, f"{self.now():%Y-%m-%dT%H:%M:%SZ}"))
        others = self.records()
        if others and others[-1].commit == record.commit and not others[-1].is_finished:
            others.pop()
        replace(self.path, json.dumps([asdict(found) for found in (*others, record)], indent=2))


def _list(value: object) -> list[Any]:
    if not isinstance(value, list):
        raise TypeError
    return value
