"""The table of docs/local-heroku.md, made from the marks on the routes: what is served, and how each was checked."""

from __future__ import annotations

import asyncio
import inspect
from typing import TYPE_CHECKING

from local_heroku import control
from local_heroku.faults import KINDS, Faults
from local_heroku.request_log import RequestLog
from local_heroku.routes import all_routes

if TYPE_CHECKING:
    from pathlib import Path

    from local_heroku.routing import Route

BEGIN = "<!-- made by `python -m local_heroku coverage`: do not edit below -->"
END = "<!-- end of the made part -->"


def every_route() -> list[Route]:
    """All routes, those that steer the server too."""
    return [*all_routes(), *control.routes_for(Faults(), RequestLog(), asyncio.Event(), lambda _: None)]


def tables() -> str:
    """Heroku's routes with their checks, local Heroku's own, and the menu of faults, as Markdown."""
    ordered = sorted(every_route(), key=lambda route: (route.path, route.method))
    emulated = [route for route in ordered if not route.local]
    own = [route for route in ordered if route.local]
    by_schema = sum(1 for route in emulated if route.checked.schema)
    by_cli = sum(1 for route in emulated if route.checked.cli)
    by_recordings = sum(1 for route in emulated if route.checked.recorded)
    return "\n".join(
        [
            (
                f"{len(emulated)} routes of Heroku are served: {by_schema} are validated against the published schema, "
                f"{by_cli} are used by commands of Heroku's CLI in the tests, {by_recordings} by the official plugin's "
                "recordings."
            ),
            "",
            "| Route | Published schema | Heroku's CLI | Recordings | Notes |",
            "|---|---|---|---|---|",
            *(_emulated(route) for route in emulated),
            "",
            "## Local Heroku's own routes",
            "",
            "With the same token, except where a key in the address stands for it.",
            "",
            "| Route | What it does |",
            "|---|---|",
            *(_own(route) for route in own),
            "",
            "## Faults",
            "",
            (
                "`POST /local/faults` takes `kind`, and as needed `method`, `path` (with `*`), `count` (0: without end), `lasts` (seconds; 0: without end), "
                "`skip`, `probability` with `seed`, and what the kind names."
            ),
            "",
            "| Kind | Strikes | What happens |",
            "|---|---|---|",
            *(f"| `{kind}` | {phase} | {text} |" for kind, (phase, text) in KINDS.items()),
        ],
    )


def is_current(page: Path) -> bool:
    return _replaced(page.read_text()) == page.read_text()


def write(page: Path) -> None:
    page.write_text(_replaced(page.read_text()))


def _replaced(text: str) -> str:
    before, _, rest = text.partition(BEGIN)
    _, _, after = rest.partition(END)
    return f"{before}{BEGIN}\n\n{tables()}\n\n{END}{after}"


def _emulated(route: Route) -> str:
    checked = route.checked
    schema = f"{'list of ' if checked.many else ''}`{checked.schema}`" if checked.schema else ""
    commands = ", ".join(f"`{command}`" for command in checked.cli)
    note = checked.note or ("" if schema or commands or checked.recorded else "not validated")
    return f"| `{route.method} {route.path}` | {schema} | {commands} | {'yes' if checked.recorded else ''} | {note} |"


def _own(route: Route) -> str:
    text = inspect.getdoc(route.endpoint) or route.endpoint.__name__.replace("_", " ")
    return f"| `{route.method} {route.path}` | {text.splitlines()[0].replace('|', 'or')} |"
