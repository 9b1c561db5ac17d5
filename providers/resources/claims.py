"""Which resource set a config var in this run, so that no other resource takes it out again."""

from __future__ import annotations

import threading
from collections import defaultdict
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping


class Claims:
    """Config vars by app and name, each with the URN of the resource that set it last. Safe between threads."""

    def __init__(self) -> None:
        self._owners: dict[tuple[str, str], str] = {}
        self._turns: defaultdict[str, threading.Lock] = defaultdict(threading.Lock)
        self._lock = threading.Lock()

    @contextmanager
    def turn(self, app: str, changed: Mapping[str, str | None], urn: str) -> Iterator[dict[str, str | None]]:
        """One resource's turn to change an app's config vars: the change without removals of what others set.

        A config var moved from one resource to another is set by one and removed by the other, in any order.
        """
        with self._lock:
            turn = self._turns[app]
        with turn:
            kept = {
                name: value
                for name, value in changed.items()
                if value is not None or self._owners.get((app, name), urn) == urn
            }
            yield kept
            self._owners.update({(app, name): urn for name, value in kept.items() if value is not None})
