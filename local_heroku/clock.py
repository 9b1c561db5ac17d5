"""Local Heroku's time: the wall clock plus an offset that `ops local clock` moves. No other module reads the wall clock."""

from __future__ import annotations

import time
from datetime import UTC, datetime


class Clock:
    """Seconds since the epoch, UTC, as local Heroku sees them. The offset is in seconds and kept by the store."""

    def __init__(self, offset: float = 0.0) -> None:
        self.offset = offset

    def now(self) -> float:
        return time.time() + self.offset


def elapsed() -> float:
    """Monotonic seconds: for durations, never for what people see."""
    return time.monotonic()


def rfc3339(moment: float) -> str:
    """`2026-08-04T14:53:15Z`: the form of every time in the Platform API."""
    return datetime.fromtimestamp(int(moment), UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def transfer_time(moment: float) -> str:
    """`2026-08-04 02:00:05 +0000`: the form of times in backup transfers; sorts as text (docs/heroku-api.md §6)."""
    return datetime.fromtimestamp(int(moment), UTC).strftime("%Y-%m-%d %H:%M:%S +0000")


def log_time(moment: float) -> str:
    """`2026-08-04T14:53:15.000000+00:00`: the form of times in log lines."""
    return datetime.fromtimestamp(moment, UTC).isoformat(timespec="microseconds")
