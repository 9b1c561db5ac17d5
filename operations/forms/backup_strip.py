"""The backups of the last weeks, a day a mark."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal

from runbook.live import Backup

DAYS = 28

Mark = Literal["completed", "failed", "empty", "running", "none"]


@dataclass(frozen=True)
class Day:
    day: date
    mark: Mark
    words: str


def strip(backups: Iterable[Backup], read_at: datetime) -> list[Day]:
    """Oldest first; the last is the day of the reading, UTC. Of several backups of a day the best one counts."""
    by_day: dict[date, list[Backup]] = {}
    for backup in backups:
        by_day.setdefault(backup.started_at.date(), []).append(backup)
    days = [read_at.date() - timedelta(days=age) for age in reversed(range(DAYS))]
    return [_day(day, by_day.get(day, [])) for day in days]


def _day(day: date, backups: list[Backup]) -> Day:
    if not backups:
        return Day(day, "none", "no backup")
    best = min(backups, key=lambda backup: _ORDER.index(_mark(backup)))
    return Day(day, _mark(best), f"{best.name} {_mark(best)}, {size(best.size_bytes)}")


_ORDER: tuple[Mark, ...] = ("completed", "running", "empty", "failed", "none")


def _mark(backup: Backup) -> Mark:
    if backup.succeeded is None:
        return "running"
    if not backup.succeeded:
        return "failed"
    return "completed" if backup.size_bytes else "empty"


def size(count: int) -> str:
    """Bytes as people read them, in powers of ten as Heroku counts storage."""
    amount = float(count)
    for unit in ("B", "kB", "MB", "GB"):
        if amount < 1000:  # noqa: PLR2004 - the step between units
            return f"{amount:.0f} {unit}" if unit == "B" else f"{amount:.1f} {unit}"
        amount /= 1000
    return f"{amount:.1f} TB"
