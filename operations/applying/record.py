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

Stage = Literal["staging is ready", "gate", "up", "verify"]
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
    place: str
    """Account and backend; "" of a record that an earlier version wrote, which no apply goes on with."""
    entries: list[Entry] = field(default_factory=list)

    def outcome(self, stage: Stage) -> Outcome | None:
        """The last one of this stage; None where it was not begun."""
        return next((entry.outcome for entry in reversed(self.entries) if entry.stage == stage), None)

    @property
    def is_finished(self) -> bool:
        return self.outcome("verify") == "done"


@dataclass(frozen=True)
class Journal:
    """The records of a stack, in one file: of each commit, and of each place it was applied at."""

    path: Path
    now: Callable[[], datetime] = lambda: datetime.now(tz=UTC)

    def records(self) -> list[Record]:
        """Oldest first; raises ValueError for a file that is none of these."""
        if not self.path.exists():
            return []
        try:
            return [
                Record(
                    found["stack"],
                    found["commit"],
                    found.get("place", ""),
                    [Entry(**entry) for entry in found["entries"]],
                )
                for found in _list(json.loads(self.path.read_text(encoding="utf-8")))
            ]
        except (ValueError, KeyError, TypeError):
            raise ValueError(
                f"{self.path}: no record of applies; move it away, and look at `pulumi stack history` for what was done"
            ) from None

    def begin(self, stack: str, commit: str, place: str) -> Record:
        """The record to go on with: this place's newest where it is of this commit and not finished, else a new one."""
        new = Record(stack, commit, place)
        found = _unfinished(self.records(), new)
        return new if found is None else found

    def note(self, record: Record, stage: Stage, outcome: Outcome, said: str = "") -> None:
        """Adds an entry and writes the file, whole or not at all."""
        record.entries.append(Entry(stage, outcome, said, f"{self.now():%Y-%m-%dT%H:%M:%SZ}"))
        others = self.records()
        if (before := _unfinished(others, record)) is not None:
            others.remove(before)
        replace(self.path, json.dumps([asdict(found) for found in (*others, record)], indent=2))


def _unfinished(records: list[Record], one: Record) -> Record | None:
    """The record before of the same apply: the newest of its place, where it is of its commit and not finished."""
    newest = next((found for found in reversed(records) if found.place == one.place), None)
    return newest if newest and newest.commit == one.commit and not newest.is_finished else None


def _list(value: object) -> list[Any]:
    if not isinstance(value, list):
        raise TypeError
    return value
