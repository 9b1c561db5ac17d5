"""The account at a glance, as one HTML page that follows it: what is wrong, apps, databases, pipelines, faults, recent requests."""

from __future__ import annotations

import base64
import hashlib
from datetime import UTC, datetime
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from local_heroku.attention import attention
from local_heroku.clock import rfc3339
from local_heroku.store import databases, dynos, releases

if TYPE_CHECKING:
    from collections.abc import Iterable

    from local_heroku.store.records import Addon, App, Database
    from local_heroku.store.world import World

REQUESTS_SHOWN = 25
_HERE = Path(__file__).parent
_STYLE = (_HERE / "page.css").read_text(encoding="utf-8")
_SCRIPT = (_HERE / "page.js").read_text(encoding="utf-8")
_HASH = base64.b64encode(hashlib.sha256(_SCRIPT.encode()).digest()).decode()
SECURITY = {
    "Content-Security-Policy": f"default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-{_HASH}'; "
    "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-store",
}
"""Its own script runs and asks this server; nothing else is loaded, run or asked."""

_WHOLE = 24
"""Letters of a cell that fit into its column without being broken."""
_LONG = ' class="long"'

Row = tuple[str, ...]
Shown = list[dict[str, Any]]


def render(world: World, *, requests: Shown, faults: Shown) -> bytes:
    """The page. It names config vars of nobody and shows no value, token or key."""
    return _PAGE.format(
        style=_STYLE, script=_SCRIPT, sections=sections(world, requests=requests, faults=faults)
    ).encode()


def sections(world: World, *, requests: Shown, faults: Shown) -> str:
    """What the page follows: the same until something changes."""
    apps = sorted(world.apps.all(), key=lambda app: app.name)
    offset = world.settings.clock_offset
    moved = f"<p>The clock is moved by {offset / 3600:+.1f} h.</p>" if abs(offset) > 1 else ""
    return "\n".join((
        moved + _attention(world),
        _table("Apps", ("App", "Web", "Dynos", "Release", "Maintenance"), (_app(world, app) for app in apps)),
        _table(
            "Databases",
            ("App", "Database", "Plan", "Status", "Size", "Backup schedule", "Newest backup"),
            (_database(world, app, *found) for app in apps for found in _databases(world, app)),
        ),
        _table("Pipelines", ("Pipeline", "Stages"), (_pipeline(world, row.id, row.name) for row in world.pipelines.all())),
        _table("Faults waiting", ("Kind", "Strikes", "Struck"), map(_fault, faults)),
        _table("Recent requests", ("Time", "Request", "Status", "Fault"), (_request(world, entry) for entry in requests)),
    ))  # fmt: skip


def _attention(world: World) -> str:
    lines = "".join(f"<li>{escape(line)}</li>" for line in attention(world))
    if not lines:
        return _section("Needs attention", '<p class="good">✓ Nothing needs attention.</p>')
    return _section("Needs attention", f"<ul>{lines}</ul>", look="wrong")


def _app(world: World, app: App) -> Row:
    release = releases.current(world, app)
    rows = world.dynos.of(app.id)
    shown = ", ".join(f"{row.name} {row.size} {dynos.state(world, row)}" for row in rows) or "no dynos"
    return (
        app.name,
        app.host,
        shown,
        f"v{release.version} {release.description}" if release else "none",
        "on" if app.maintenance else "off",
    )


def _databases(world: World, app: App) -> Iterable[tuple[Addon, Database]]:
    for addon in world.addons.of(app.id):
        database = world.databases.get(addon.id)
        if database is not None:
            yield addon, database


def _database(world: World, app: App, addon: Addon, database: Database) -> Row:
    schedules = world.schedules.of(addon.id)
    backups = [row for row in world.transfers.of(app.id) if row.addon_id == addon.id and row.kind == "backup"]
    is_held = world.postgres is not None and world.postgres.has(addon.url)
    status = databases.status(addon, database) if addon.state == "provisioned" else addon.state
    return (
        app.name,
        addon.name,
        addon.plan,
        status,
        "see pg:info" if is_held else f"{database.bytes / 1024**2:.1f} MB",
        "; ".join(
            f"{row.hour:02}:00 {row.timezone}, next {_local(row.next_run, row.timezone)}" for row in schedules
        )
        or "none",
        f"{rfc3339(backups[-1].created_at)} {_outcome(backups[-1].succeeded)}" if backups else "none",
    )


def _pipeline(world: World, pipeline_id: str, name: str) -> Row:
    stages = (
        f"{row.stage}: {app.name}"
        for row in world.couplings.of(pipeline_id)
        if (app := world.apps.get(row.app_id)) is not None
    )
    return name, ", ".join(stages)


def _fault(fault: dict[str, Any]) -> Row:
    times = f"{fault['count']} times" if fault["count"] else "always"
    return fault["kind"], f"{fault['method']} {fault['path']}, {times}", str(fault["struck"])


def _request(world: World, entry: dict[str, Any]) -> Row:
    return (
        rfc3339(entry["moment"]),
        f"{entry['method']} {_named(world, entry['path'])}",
        str(entry["status"]),
        entry["fault"],
    )


def _named(world: World, path: str) -> str:
    """With the names of apps and add-ons in the place of their ids."""

    def name_of(segment: str) -> str:
        found = world.apps.get(segment) or world.addons.get(segment)
        return found.name if found else segment

    return "/".join(map(name_of, path.split("/")))


def _outcome(succeeded: bool | None) -> str:  # noqa: FBT001 - the record's own three-way field
    return {True: "completed", False: "failed", None: "running"}[succeeded]


def _local(moment: float, zone: str) -> str:
    return datetime.fromtimestamp(moment, UTC).astimezone(ZoneInfo(zone)).strftime("%Y-%m-%d %H:%M %Z")


def _table(title: str, heads: Row, rows: Iterable[Row]) -> str:
    """Roles are spelled out: where a style shows rows as blocks, a browser no longer tells that they are a table's."""
    lines = [
        "".join(
            f'<td role="cell"{_LONG if len(cell) > _WHOLE else ""} data-head="{escape(name)}">{escape(cell)}</td>'
            for name, cell in zip(heads, row, strict=True)
        )
        for row in rows
    ]
    if not lines:
        return _section(title, "<p>None.</p>")
    head = "".join(f'<th role="columnheader" scope="col">{escape(text)}</th>' for text in heads)
    body = "\n".join(f'<tr role="row">{line}</tr>' for line in lines)
    return _section(
        title,
        f'<table role="table" aria-label="{escape(title)}"><thead role="rowgroup"><tr role="row">{head}</tr></thead>'
        f'<tbody role="rowgroup">{body}</tbody></table>',
    )


def _section(title: str, content: str, *, look: str = "") -> str:
    name = title.lower().replace(" ", "-")
    return f'<section class="{look}" aria-labelledby="{name}"><h2 id="{name}">{escape(title)}</h2>{content}</section>'


_PAGE = """<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>Local Heroku</title>
<style>
{style}</style>
</head>
<body>
<header>
<h1>Local Heroku</h1><button type="button" hidden>Pause</button>
<p role="status">Load the page again to see what is new.</p>
<p class="quiet">Nothing here is real, and nothing costs anything.</p>
</header>
<main>
{sections}
</main>
<script>{script}</script>
</body>
</html>
"""
