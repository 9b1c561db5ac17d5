"""What drift leaves out of its judgement, for a reason and until a day: `drift-ignore.yaml`, outside the program.

It quiets what is undeclared or changed, on an exact target. A delete is never quieted, nor what breaks a rule or could
not be read.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from runbook import reviewed_list
from runbook.drift.grading import Drift
from runbook.settings import STACKS
from runbook.stack_file import StackFileError

FILE_NAME = "drift-ignore.yaml"
LONGEST_DAYS = 366


class IgnoreError(ValueError):
    """The file is not what it should be; one line a mistake."""


class Entry(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    targets: Annotated[tuple[str, ...], Field(min_length=1)]
    kinds: Annotated[tuple[Literal["changed", "undeclared"], ...], Field(min_length=1)]
    reason: Annotated[str, Field(min_length=1)]
    owner: Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]*$")]
    """A team or role, such as ops."""
    expires: date
    """The last day it holds."""

    def covers(self, drift: Drift, today: date) -> bool:
        return today <= self.expires and drift.kind in self.kinds and drift.target in self.targets

    def describe(self) -> str:
        return f"ignored until {self.expires} by {self.owner}: {self.reason}"


@dataclass(frozen=True, slots=True)
class Sorted:
    """Drift that counts, drift that is ignored with the entry in words, and what is wrong with the list."""

    counting: tuple[Drift, ...]
    ignored: tuple[tuple[Drift, str], ...]
    problems: tuple[str, ...]


def sort_out(drifts: Iterable[Drift], entries: Sequence[Entry], today: date) -> Sorted:
    counting: list[Drift] = []
    ignored: list[tuple[Drift, str]] = []
    for drift in drifts:
        entry = next((entry for entry in entries if entry.covers(drift, today)), None)
        if entry is None or drift.grade != "harmless":
            counting.append(drift)
        else:
            ignored.append((drift, entry.describe()))
    return Sorted(tuple(counting), tuple(ignored), tuple(_problems(entries, today)))


def _problems(entries: Iterable[Entry], today: date) -> Iterable[str]:
    for entry in entries:
        targets = ", ".join(entry.targets)
        if today > entry.expires:
            yield f"{FILE_NAME}: {targets}: expired on {entry.expires}; declare it, undo it, or have it reviewed again"
        elif (entry.expires - today).days > LONGEST_DAYS:
            yield f"{FILE_NAME}: {targets}: runs until {entry.expires}; expected a day within a year"


def read(path: Path) -> tuple[Entry, ...]:
    """No file, nothing ignored. Raises IgnoreError."""
    try:
        listed = reviewed_list.read(path, "ignore")
    except StackFileError as error:
        raise IgnoreError(str(error)) from None
    mistakes: list[str] = []
    entries = [_entry(found.value, found.where, mistakes) for found in listed]
    if mistakes:
        raise IgnoreError("\n".join(mistakes))
    return tuple(entry for entry in entries if entry is not None)


def _entry(value: object, where: str, mistakes: list[str]) -> Entry | None:
    try:
        entry = Entry.model_validate(value)
    except ValidationError as error:
        for detail in error.errors(include_url=False, include_input=False):
            key = ".".join(str(part) for part in detail["loc"])
            mistakes.append(f"{where}: {key or 'the entry'}: {detail['msg']}")
        return None
    for target in entry.targets:
        stack, _, name = target.partition("/")
        if stack not in STACKS or not name or "*" in target:
            mistakes.append(
                f'{where}: targets: found "{target}"; expected one exact STACK/OBJECT such as "production/preboot"'
            )
    return entry
