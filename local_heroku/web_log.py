"""What a request to an app leaves in its logs: the router's line, and before it those of the Rails application.

Fields and codes of the router: Dev Center, "HTTP Routing" and "Heroku Error Codes". The application's lines are those
of Rails' own logger with `config.log_tags = [:request_id]`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from local_heroku.store.records import App
    from local_heroku.store.world import World

REASONS = {
    "H10": "App crashed",
    "H12": "Request timeout",
    "H14": "No web processes running",
    "H80": "Maintenance mode",
}
NO_ERROR = ("H80",)
"""Codes that the router says with at=info: they were asked for."""
REACHED = ("", "H12")
"""Codes of requests that a dyno was given; "" for one that it answered."""


@dataclass(frozen=True, slots=True)
class Visit:
    """A request to an app's web process. `path` with its query; `protocol` is http or https."""

    method: str
    path: str
    host: str
    protocol: str
    request_id: str
    accept: str = "*/*"
    address: str = "127.0.0.1"


@dataclass(frozen=True, slots=True)
class Outcome:
    """How the router saw it end: its own `code` or "", and how long the dyno took, in seconds."""

    status: int
    code: str
    size: int
    seconds: float


def router(world: World, app: App, dyno: str, visit: Visit, outcome: Outcome) -> None:
    """The router's line. A request that it answered by itself has no dyno, and no times."""
    level = "info" if not outcome.code or outcome.code in NO_ERROR else "error"
    code = f' code={outcome.code} desc="{REASONS[outcome.code]}"' if outcome.code else ""
    given = dyno if outcome.code in REACHED else ""
    service = f"{outcome.seconds * 1000:.0f}ms" if given else ""
    size = str(outcome.size) if not outcome.code else ""
    text = (
        f'at={level}{code} method={visit.method} path="{visit.path[:200]}" host={visit.host} '
        f'request_id={visit.request_id} fwd="{visit.address}" dyno={given} connect={"0ms" if given else ""} '
        f"service={service} status={outcome.status} bytes={size} protocol={visit.protocol}"
    )
    world.logs.write(app.id, world.now, "heroku", "router", text)


def application(world: World, app: App, dyno: str, visit: Visit, lines: Iterable[tuple[str, str]]) -> None:
    """(severity, text) each, after the line that starts every request."""
    now = datetime.fromtimestamp(int(world.now), UTC)
    started = (
        f'Started {visit.method} "{visit.path[:200]}" for {visit.address} at {now:%Y-%m-%d %H:%M:%S} +0000'
    )
    for severity, text in (("INFO", started), *lines):
        world.logs.write(
            app.id, world.now, "app", dyno, rails_line(world.now, severity, text, visit.request_id)
        )


def rails_line(moment: float, severity: str, text: str, request_id: str) -> str:
    """As Ruby's Logger::Formatter writes it: `I, [2026-01-01T00:00:02.000000 #2]  INFO -- : [id] text`."""
    at = datetime.fromtimestamp(moment, UTC).strftime("%Y-%m-%dT%H:%M:%S.%f")
    return f"{severity[0]}, [{at} #2] {severity:>5} -- : [{request_id}] {text}"


def puma(world: World, app_id: str, dyno: str) -> None:
    """What a Rails app's web server says when it starts."""
    for text in (
        "=> Booting Puma",
        "=> Rails application starting in production",
        "Puma starting in single mode...",
        "* Listening on http://0.0.0.0:3000",
        "Use Ctrl-C to stop",
    ):
        world.logs.write(app_id, world.now, "app", dyno, text)
