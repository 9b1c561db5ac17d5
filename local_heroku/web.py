"""The simulated web process of an app, behind Heroku's router: what a browser or `curl .../healthz` gets.

As the runbook's "Health Endpoint" has it: 200 when all is well, 500 when the application cannot run, 503 when its
database cannot be reached, no answer when no dyno responds. Heroku's real router answers 503 for a crashed dyno (H10).
Beside it the files under public/ of the source that runs.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING

import orjson

from local_heroku import web_log
from local_heroku.clock import elapsed, rfc3339
from local_heroku.store import databases, dynos, pages
from local_heroku.web_log import Outcome

if TYPE_CHECKING:
    from local_heroku.store.records import App
    from local_heroku.store.world import World
    from local_heroku.web_log import Visit

    Lines = list[tuple[str, str]]

ROUTER_TIMEOUT = 30.0  # seconds until the router gives up on a dyno, H12 (Dev Center, "Request Timeout")
HANGING = ("hang", "stuck")
SLOW = "slow"
CONTROLLERS = {
    "/api/v1/workers": "Api::V1::WorkersController",
    "/api/v1/shifts": "Api::V1::ShiftsController",
    "/api/v1/assignments": "Api::V1::AssignmentsController",
}
"""What else than its health the simulated application serves: to nobody who has not signed in."""
SERVED = ("/healthz", *CONTROLLERS)
SLOW_SECONDS = 1.2
_USER = 'User Load ({}ms)  SELECT "users".* FROM "users" WHERE "users"."jti" = $1 LIMIT $2'
_NO_CONNECTION = "pool exhausted"
_HTML = "text/html; charset=utf-8"


@dataclass(frozen=True, slots=True)
class Reply:
    status: int
    media_type: str
    content: bytes
    code: str = ""


async def respond(world: World, app: App, visit: Visit) -> Reply:
    """The reply of the app's web process; may wait as long as Heroku's router does."""
    started = elapsed()
    reply, said = await _answered(world, app, visit)
    dyno = _serving(world, app) or "web.1"
    if said is not None:
        web_log.application(world, app, dyno, visit, said)
    outcome = Outcome(reply.status, reply.code, len(reply.content), elapsed() - started)
    web_log.router(world, app, dyno, visit, outcome)
    return reply


async def _answered(world: World, app: App, visit: Visit) -> tuple[Reply, Lines | None]:
    """The reply, and the application's lines; None where the application did not see the request."""
    web = [dyno for dyno in world.dynos.of(app.id) if dyno.type == "web"]
    if app.maintenance:
        return _page(503, "H80", "Offline for Maintenance"), None
    if not web:
        return _page(503, "H14", "No web processes running"), None
    if app.web_behaviour in HANGING or all(dyno.state in dynos.BOOTING for dyno in web):
        await _wait_for_boot(world, app)
    app = world.apps.get(app.id) or app
    reply = _platforms(world, app)
    world.served[app.id] = world.now
    if reply is None and app.web_behaviour == SLOW:
        await asyncio.sleep(SLOW_SECONDS)
    return (reply, None) if reply else _applications(world, app, visit)


def _serving(world: World, app: App) -> str:
    """The dyno that a request goes to; "" while none is up."""
    web = (dyno for dyno in world.dynos.of(app.id) if dyno.type == "web")
    return next((dyno.name for dyno in web if dyno.state == "up"), "")


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


def _platforms(world: World, app: App) -> Reply | None:
    """What the router answers in the application's place: no dyno took the request, or none in time."""
    web = [dyno for dyno in world.dynos.of(app.id) if dyno.type == "web"]
    if app.web_behaviour in HANGING or all(dyno.state in dynos.BOOTING for dyno in web):
        return _page(503, "H12", "Request timeout")
    return None if _serving(world, app) else _crashed(world, app)


def _applications(world: World, app: App, visit: Visit) -> tuple[Reply, Lines]:
    if app.web_behaviour == "error":
        said = [("ERROR", "RuntimeError (simulated failure):")]
        return _json(500, {"status": "error", "error": "Internal Server Error"}), said
    if app.web_behaviour == _NO_CONNECTION or databases.refused(world, app):
        error = "ConnectionNotEstablished: could not connect to the database"
        if app.web_behaviour == _NO_CONNECTION:
            error = "ConnectionPoolError: could not obtain a connection from the pool"
        said = [("ERROR", f"ActiveRecord::{error}")]
        return _json(503, {"status": "error", "error": "database connection failed"}), said
    path = visit.path.partition("?")[0]
    if path == "/healthz":
        reply = _json(200, {"status": "ok", "timestamp": rfc3339(world.now)})
        return reply, _processed("HealthController", visit, reply, ["(0.4ms)  SELECT 1"])
    if path in CONTROLLERS:
        reply = _json(401, {"error": "You need to sign in before continuing."})
        slow = app.web_behaviour == SLOW
        return reply, _processed(CONTROLLERS[path], visit, reply, [_USER.format(_taken(slow))], slow=slow)
    if visit.method == "GET" and (found := pages.page(world, app, path)):
        return Reply(200, *found), []
    unknown = f'ActionController::RoutingError (No route matches [{visit.method}] "{path[:200]}"):'
    return _json(404, {"error": f"local Heroku simulates only {', '.join(SERVED)}"}), [("FATAL", unknown)]


def _processed(
    controller: str, visit: Visit, reply: Reply, queries: list[str], *, slow: bool = False
) -> Lines:
    """The lines of a request that a controller took. Queries are logged: the runbook looks for them."""
    format_ = "JSON" if visit.accept.startswith("application/json") else "*/*"
    name = HTTPStatus(reply.status).phrase
    said = [("INFO", f"Processing by {controller}#index as {format_}")]
    said += [("DEBUG", f"  {query}") for query in queries]
    if slow:
        said.append(("WARN", f"Slow query: {queries[-1]}"))
    return [*said, ("INFO", f"Completed {reply.status} {name} in {_taken(slow)}ms")]


def _taken(slow: bool) -> int:  # noqa: FBT001 - it says how long
    return int(SLOW_SECONDS * 1000) if slow else 3


def _crashed(world: World, app: App) -> Reply:
    """A crash for want of the database is a 503, any other a 500 (runbook, "Failure Indicators")."""
    missing = dynos.missing_config_vars(world, app)
    return _page(503 if missing == ["DATABASE_URL"] else 500, "H10", "App crashed")


def _page(status: int, code: str, reason: str) -> Reply:
    page = f"<!DOCTYPE html><html><head><title>Application Error</title></head><body><h1>{reason}</h1></body></html>"
    return Reply(status, _HTML, page.encode(), code)


def _json(status: int, body: dict[str, str]) -> Reply:
    return Reply(status, "application/json; charset=utf-8", orjson.dumps(body))
