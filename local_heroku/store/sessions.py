"""Open log sessions: who may read which lines of which app. In memory: a session outlives no restart."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from local_heroku.store.logs import Line

SESSIONS_KEPT = 200


@dataclass(frozen=True, slots=True)
class Session:
    """`lines` from the past, then new ones while `tail`; `dyno` is a dyno or process type, `source` app or heroku."""

    id: str
    key: str
    app_id: str
    lines: int
    tail: bool
    dyno: str | None
    source: str | None

    def wants(self, line: Line) -> bool:
        of_dyno = self.dyno is None or line.dyno == self.dyno or line.dyno.partition(".")[0] == self.dyno
        return of_dyno and self.source in (None, line.source)


class Sessions:
    def __init__(self) -> None:
        self._open: OrderedDict[str, Session] = OrderedDict()

    def open(self, session: Session) -> None:
        self._open[session.id] = session
        while len(self._open) > SESSIONS_KEPT:
            self._open.popitem(last=False)

    def get(self, session_id: str) -> Session | None:
        return self._open.get(session_id)
