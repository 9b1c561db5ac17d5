"""What was asked of this server: method, path, status; never a body, a header or a key in an address."""

from __future__ import annotations

import itertools
from collections import deque
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from local_heroku.routing import Route

REQUESTS_KEPT = 20_000
_OF_THE_PAGE = ("/", "/local/page")


@dataclass(frozen=True, slots=True)
class Entry:
    """`route` is the pattern that served it, "" for none; `fault` the one played on it."""

    number: int
    moment: float
    method: str
    path: str
    route: str
    status: int
    milliseconds: float
    fault: str
    body_keys: tuple[str, ...]


class RequestLog:
    def __init__(self) -> None:
        self._entries: deque[Entry] = deque(maxlen=REQUESTS_KEPT)
        self.count = 0

    def write(
        self,
        *,
        moment: float,
        method: str,
        path: str,
        route: Route | None,
        status: int,
        milliseconds: float,
        fault: str,
        body_keys: tuple[str, ...],
    ) -> None:
        self.count += 1
        pattern = route.path if route else ""
        self._entries.append(
            Entry(
                self.count,
                moment,
                method,
                _safe(path, route),
                pattern,
                status,
                round(milliseconds, 3),
                fault,
                body_keys,
            ),
        )

    def after(self, number: int) -> list[dict[str, Any]]:
        return [asdict(entry) for entry in self._entries if entry.number > number]

    def newest(self, count: int) -> list[dict[str, Any]]:
        """The last `count` requests, newest first, without those of the page that shows them."""
        others = (entry for entry in reversed(self._entries) if entry.route not in _OF_THE_PAGE)
        return [asdict(entry) for entry in itertools.islice(others, count)]

    def clear(self) -> None:
        self._entries.clear()


def _safe(path: str, route: Route | None) -> str:
    """A drain's address can carry a password, a public address carries a key: the pattern stands for both."""
    if route is not None and (route.public or "{drain}" in route.path):
        return route.path
    return path[:300]
