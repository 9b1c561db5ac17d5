"""The last log lines of each app, as logplex keeps them: 1,500 lines, in memory only, gone with the process."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass

LINES_KEPT = 1500  # Dev Center, "Logging": logplex keeps the most recent 1,500 lines


@dataclass(frozen=True, slots=True)
class Line:
    """`source` is app or heroku; `dyno` as in `web.1`, `router`, `api`."""

    number: int
    moment: float
    source: str
    dyno: str
    text: str


class Logs:
    """Lines by app id, numbered so that a tail knows what it has seen."""

    def __init__(self) -> None:
        self._lines: dict[str, deque[Line]] = {}
        self._count = 0

    def write(self, app_id: str, moment: float, source: str, dyno: str, text: str) -> None:
        self._count += 1
        self._lines.setdefault(app_id, deque(maxlen=LINES_KEPT)).append(
            Line(self._count, moment, source, dyno, text),
        )

    def forget(self, app_id: str) -> None:
        self._lines.pop(app_id, None)

    def after(self, app_id: str, number: int) -> list[Line]:
        """The lines written after line `number`, oldest first."""
        return [line for line in self._lines.get(app_id, ()) if line.number > number]
