"""What one call works with: Heroku, time, and the user's screen."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from heroku_api.client import Client

LAG = 30.0
"""Seconds for which Heroku may not yet know an object it has just made."""
LONGEST_PAUSE = 8.0


@dataclass(frozen=True)
class Session:
    """`wait` sleeps seconds and raises CancelledError when the run is stopped; `clock` counts seconds."""

    client: Client
    wait: Callable[[float], None]
    clock: Callable[[], float]
    progress: Callable[[str], None]
    warn: Callable[[str], None]
    limit: float
    """Seconds this call may wait for Heroku to finish something; 0 to look once."""

    @property
    def lag(self) -> float:
        return min(LAG, self.limit)

    def looks(self, limit: float, waiting_for: str) -> Iterator[bool]:
        """Pauses between looks, ever longer, until `limit` seconds have gone; yields whether this is the last look."""
        started = self.clock()
        pause = 1.0
        while (left := limit - (self.clock() - started)) > 0:
            yield False
            self.progress(f"waiting for {waiting_for}, up to {left:.0f} s more")
            self.wait(min(pause, left))
            pause = min(pause * 2, LONGEST_PAUSE)
        yield True
