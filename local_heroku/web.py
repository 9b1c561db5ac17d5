"""The simulated web process of an app, behind Heroku's router: what a browser or `curl .../healthz` gets.

As the runbook's "Health Endpoint" has it: 200 when all is well, 500 when the application cannot run, 503 when its
database cannot be reached, no answer when no dyno responds. Heroku's real router answers 503 for a crashed dyno (H10).
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING

import orjson

from local_heroku.clock import rfc3339
from local_heroku.store import dynos, environment

if TYPE_CHECKING:
    from local_heroku.store.records import App
    from local_heroku.store.world import World

ROUTER_TIMEOUT = 30.0  # seconds until the router gives up on a dyno, H12 (Dev Center, "Request Timeout")
HANGING = ("hang", "stuck")
_NO_CONNECTION = "pool exhausted"
_HTML = "text/html; charset=utf-8"


@dataclass(frozen=True, slots=True)
class Reply:
    status: int
    media_type: str
    content: bytes
    code: str = ""


async def respond(world: World, app: App, path: str) -> Reply:
    """The reply of the app's web process to GET `path`; may wait as long as Heroku's router does."""
    web = [dyno for dyno in world.dynos.of(app.id) if dyno.type == "web"]
    if app.maintenance:
        return _log(world, app, path, _page(503, "H80", "Offline for Maintenance"))
    if not web:
        return _log(world, app, path, _page(503, "H14", "No web processes running"))
    if app.web_behaviour in HANGING or all(dyno.state in dynos.BOOTING for dyno in web):
        await _wait_for_boot(world, app)
    app = world.apps.get(app.id) or app
    reply = _reply(world, app, path)
    world.served[app.id] = world.now
    return _log(world, app, path, reply)


async def _wait_for_boot(world: World, app: App) -> None:
    loop = asyncio.get_running_loop()
    until = loop.time() + ROUTER_TIMEOUT
    while loop.time() < until:
        present = world.apps.get(app.id)
        if present is None:
            return
        states = {dyno.state for dyno in world.dynos.of(app.id) if dyno.type == "web"}
        if present.web_behaviour not in HANGING and not states <= set(dynos.BOOTING):
            return
        await asyncio.sleep(0.05)


def _reply(world: World, app: App, path: str) -> Reply:
    web = [dyno for dyno in world.dynos.of(app.id) if dyno.type == "web"]
    if app.web_behaviour in HANGING or all(dyno.state in dynos.BOOTING for dyno in web):
        return _page(503, "H12", "Request timeout")
    if not any(dyno.state == "up" for dyno in web):
        return _crashed(world, app)
    if app.web_behaviour == "error":
        return _json(500, {"status": "error", "error": "Internal Server Error"})
    if app.web_behaviour == _NO_CONNECTION or _database_gone(world, app):
        return _json(503, {"status": "error", "error": "database connection failed"})
    if path.partition("?")[0] == "/healthz":
        return _json(200, {"status": "ok", "timestamp": rfc3339(world.now)})
    return _json(404, {"error": "local Heroku simulates only /healthz"})


def _crashed(world: World, app: App) -> Reply:
    """A crash for want of the database is a 503, any other a 500 (runbook, "Failure Indicators")."""
    missing = dynos.missing_config_vars(world, app)
    return _page(503 if missing == ["DATABASE_URL"] else 500, "H10", "App crashed")


def _database_gone(world: World, app: App) -> bool:
    """A database that the app has attached refuses connections."""
    restricted = {row.id for row in world.databases.all() if row.access_restricted}
    attached = {item.addon_id for item in world.attachments.of(app.id) if environment.key_of(world, item)}
    return bool(restricted & attached)


def _page(status: int, code: str, reason: str) -> Reply:
    page = f"<!DOCTYPE html><html><head><title>Application Error</title></head><body><h1>{reason}</h1></body></html>"
    return Reply(status, _HTML, page.encode(), code)


def _json(status: int, body: dict[str, str]) -> Reply:
    return Reply(status, "application/json; charset=utf-8", orjson.dumps(body))


def _log(world: World, app: App, path: str, reply: Reply) -> Reply:
    dyno = next(
        (item.name for item in world.dynos.of(app.id) if item.type == "web" and item.state == "up"), ""
    )
    fields = f'method=GET path="{path[:200]}" host={app.host} dyno={dyno} status={reply.status}'
    level = f'at=error code={reply.code} desc="{_reason(reply)}"' if reply.code else "at=info"
    world.logs.write(app.id, world.now, "heroku", "router", f"{level} {fields}")
    if reply.status == 500 and not reply.code:  # noqa: PLR2004 - the application's own error
        world.logs.write(
            app.id, world.now, "app", dyno or "web.1", "ERROR -- : RuntimeError (simulated failure)"
        )
    if reply.status == 503 and not reply.code:  # noqa: PLR2004 - the application's own error
        text = "ERROR -- : ActiveRecord::ConnectionNotEstablished: could not connect to the database"
        if app.web_behaviour == _NO_CONNECTION:
            text = "ERROR -- : ActiveRecord::ConnectionPoolError: could not obtain a connection from the pool"
        world.logs.write(app.id, world.now, "app", dyno or "web.1", text)
    return reply


def _reason(reply: Reply) -> str:
    return {"H10": "App crashed", "H12": "Request timeout", "H14": "No web processes running",
            "H80": "Maintenance mode"}.get(reply.code, "")  # fmt: skip
