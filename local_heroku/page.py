"""The account at a glance, as one HTML page without scripts: apps, dynos, databases, backups, faults, recent requests."""

from __future__ import annotations

from datetime import UTC, datetime
from html import escape
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
SECURITY = {
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-store",
}

Row = tuple[str, ...]


def render(
    world: World, *, requests: list[dict[str, Any]], faults: list[dict[str, Any]], paused: bool = False
) -> bytes:
    """The page. It names config vars of nobody and shows no value, token or key. It loads itself again unless `paused`."""
    apps = sorted(world.apps.all(), key=lambda app: app.name)
    sections = [
        _attention(world),
        _table("Apps", ("App", "Web", "Dynos", "Release", "Maintenance"), (_app(world, app) for app in apps)),
        _table(
            "Databases",
            ("App", "Database", "Plan", "Status", "Size", "Backup schedule", "Newest backup"),
            (_database(world, app, *found) for app in apps for found in _databases(world, app)),
        ),
        _table("Pipelines", ("Pipeline", "Stages"), (_pipeline(world, row.id, row.name) for row in world.pipelines.all())),
        _table("Faults waiting", ("Kind", "Strikes", "Struck"), map(_fault, faults)),
        _table("Recent requests", ("Time", "Request", "Status", "Fault"), (_request(world, entry) for entry in requests)),
    ]  # fmt: skip
    offset = world.settings.clock_offset
    moved = f" (clock moved by {offset / 3600:+.1f} h)" if abs(offset) > 1 else ""
    live, way = ("", _GO_ON) if paused else (_LIVE, _PAUSE)
    shown = _PAGE.format(
        now=rfc3339(world.now), moved=moved, sections="\n".join(sections), live=live, way=way
    )
    return shown.encode()


def _attention(world: World) -> str:
    lines = "".join(f"<li>{escape(line)}</li>" for line in attention(world))
    if not lines:
        return "<p class=well>✓ Nothing needs attention.</p>"
    return f"<h2>Needs attention</h2><ul class=wrong>{lines}</ul>"


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
    lines = [
        "".join(
            f'<td data-head="{escape(name)}">{escape(cell)}</td>'
            for name, cell in zip(heads, row, strict=True)
        )
        for row in rows
    ]
    if not lines:
        return f"<h2>{escape(title)}</h2><p>None.</p>"
    head = "".join(f"<th scope=col>{escape(text)}</th>" for text in heads)
    body = "\n".join(f"<tr>{line}</tr>" for line in lines)
    return f"<h2>{escape(title)}</h2><table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


_LIVE = '<meta http-equiv="refresh" content="5">'
_PAUSE = 'It is read anew every 5 s. <a href="/?paused">Pause</a>'
_GO_ON = 'It is paused. <a href="/">Go on</a>'
_PAGE = """<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">{live}<title>Local Heroku</title>
<style>
body {{ font: 14px/1.4 system-ui, sans-serif; margin: 2rem; color: #222; background: #fff; overflow-wrap: anywhere; }}
a {{ color: inherit; }} .wrong {{ color: #c62828; padding-left: 1.2rem; }} .well {{ color: #1a7f4b; }}
table {{ border-collapse: collapse; width: 100%; }}
th, td {{ text-align: left; padding: .25rem .75rem .25rem 0; border-bottom: 1px solid #ddd; vertical-align: top; }}
@media (prefers-color-scheme: dark) {{ body {{ color: #ddd; background: #181818; }} th, td {{ border-color: #444; }}
  .wrong {{ color: #ff8a80; }} .well {{ color: #5fd39a; }} }}
@media (max-width: 44rem) {{ body {{ margin: 1rem; }} thead {{ display: none; }} tr {{ display: block; border-bottom: 1px solid #888; }}
  td {{ display: block; border: 0; padding: .1rem 0; }} td:empty {{ display: none; }}
  td::before {{ content: attr(data-head) ": "; opacity: .7; }} }}
</style>
</head>
<body>
<h1>Local Heroku</h1>
<p>It is {now}{moved}. Nothing here is real, and nothing costs anything. {way}</p>
{sections}
</body>
</html>
"""
