"""The backups of the last weeks, a day a mark."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal

from runbook.live import Backup

DAYS = 28
STEP = 1024
"""Between units of storage."""

Mark = Literal["completed", "failed", "empty", "running", "none"]


@dataclass(frozen=True)
class Day:
    day: date
    mark: Mark
    words: str


def strip(backups: Iterable[Backup], read_at: datetime) -> list[Day]:
    """From the day of the oldest backup that is listed to that of the reading, UTC; no day without any.

    Of several backups of a day the newest counts: an older one that completed doesn't hide that it failed.
    """
    by_day: dict[date, list[Backup]] = {}
    for backup in backups:
        by_day.setdefault(backup.started_at.date(), []).append(backup)
    if not by_day:
        return []
    count = min((read_at.date() - min(by_day)).days + 1, DAYS)
    days = [read_at.date() - timedelta(days=age) for age in reversed(range(count))]
    return [_day(day, by_day.get(day, [])) for day in days]


def newest_failed(backups: Iterable[Backup]) -> Backup | None:
    """The newest backup that ended, where it failed."""
    ended = (backup for backup in backups if backup.succeeded is not None)
    newest = max(ended, key=lambda backup: backup.started_at, default=None)
    return newest if newest and not newest.succeeded else None


def _day(day: date, backups: list[Backup]) -> Day:
    if not backups:
        return Day(day, "none", "no backup")
    newest = max(backups, key=lambda backup: backup.started_at)
    return Day(day, _mark(newest), f"{newest.name} {_mark(newest)}, {size(newest.size_bytes)}")


def _mark(backup: Backup) -> Mark:
    if backup.succeeded is None:
        return "running"
    if not backup.succeeded:
        return "failed"
    return "completed" if backup.size_bytes else "empty"


def size(count: int) -> str:
    """Bytes as `heroku pg:info` shows them, in powers of 1,024."""
    amount = float(count)
    for unit in ("B", "kB", "MB", "GB"):
        if amount < STEP:
            return f"{amount:.0f} {unit}" if unit == "B" else f"{amount:.1f} {unit}"
        amount /= STEP
    return f"{amount:.1f} TB"
