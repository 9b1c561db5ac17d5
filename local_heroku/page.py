"""The account at a glance, as one HTML page without scripts: apps, dynos, databases, backups, faults, recent requests."""

from __future__ import annotations

from datetime import UTC, datetime
from html import escape
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from local_heroku.clock import rfc3339
from local_heroku.store import databases, dynos, releases

if TYPE_CHECKING:
    from collections.abc import Iterable

    from local_heroku.store.records import Addon, App, Database
    from local_heroku.store.world import World

REQUESTS_SHOWN = 25
SECURITY = {
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-store",
}

Row = tuple[str, ...]


def render(world: World, *, requests: list[dict[str, Any]], faults: list[dict[str, Any]]) -> bytes:
    """The page. It names config vars of nobody and shows no value, token or key."""
    apps = sorted(world.apps.all(), key=lambda app: app.name)
    sections = [
        _table("Apps", ("App", "Web", "Dynos", "Release", "Maintenance"), (_app(world, app) for app in apps)),
        _table(
            "Databases",
            ("App", "Database", "Plan", "Status", "Size", "Backup schedule", "Newest backup"),
            (_database(world, app, *found) for app in apps for found in _databases(world, app)),
        ),
        _table("Pipelines", ("Pipeline", "Stages"), (_pipeline(world, row.id, row.name) for row in world.pipelines.all())),
        _table("Faults waiting", ("Kind", "Strikes", "Struck"), map(_fault, faults)),
        _table("Recent requests", ("Time", "Request", "Status", "Fault"), map(_request, requests)),
    ]  # fmt: skip
    offset = world.settings.clock_offset
    moved = f" (clock moved by {offset / 3600:+.1f} h)" if abs(offset) > 1 else ""
    return _PAGE.format(now=rfc3339(world.now), moved=moved, sections="\n".join(sections)).encode()


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
    status = databases.status(addon, database) if addon.state == "provisioned" else addon.state
    return (
        app.name,
        addon.name,
        addon.plan,
        status,
        f"{database.bytes / 1024**2:.1f} MB",
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


def _request(entry: dict[str, Any]) -> Row:
    return (
        rfc3339(entry["moment"]),
        f"{entry['method']} {entry['path']}",
        str(entry["status"]),
        entry["fault"],
    )


def _outcome(succeeded: bool | None) -> str:  # noqa: FBT001 - the record's own three-way field
    return {True: "completed", False: "failed", None: "running"}[succeeded]


def _local(moment: float, zone: str) -> str:
    return datetime.fromtimestamp(moment, UTC).astimezone(ZoneInfo(zone)).strftime("%Y-%m-%d %H:%M %Z")


def _table(title: str, heads: Row, rows: Iterable[Row]) -> str:
    lines = ["".join(f"<td>{escape(cell)}</td>" for cell in row) for row in rows]
    if not lines:
        return f"<h2>{escape(title)}</h2><p>None.</p>"
    head = "".join(f"<th scope=col>{escape(text)}</th>" for text in heads)
    body = "\n".join(f"<tr>{line}</tr>" for line in lines)
    return f"<h2>{escape(title)}</h2><table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


_PAGE = """<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8"><meta http-equiv="refresh" content="5"><title>Local Heroku</title>
<style>
body {{ font: 14px/1.4 system-ui, sans-serif; margin: 2rem; color: #222; background: #fff; }}
table {{ border-collapse: collapse; width: 100%; }}
th, td {{ text-align: left; padding: .25rem .75rem .25rem 0; border-bottom: 1px solid #ddd; vertical-align: top; }}
@media (prefers-color-scheme: dark) {{ body {{ color: #ddd; background: #181818; }} th, td {{ border-color: #444; }} }}
</style>
</head>
<body>
<h1>Local Heroku</h1>
<p>It is {now}{moved}. Nothing here is real, and nothing costs anything.</p>
{sections}
</body>
</html>
"""
