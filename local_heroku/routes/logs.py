"""Log sessions: an address that streams an app's log lines as server-sent events."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from local_heroku.call import Answer, Call, created
from local_heroku.clock import elapsed, log_time, rfc3339
from local_heroku.errors import invalid_params, not_found
from local_heroku.routes.apps import app_of
from local_heroku.routing import Routes
from local_heroku.store.logs import LINES_KEPT, Line
from local_heroku.store.sessions import Session
from local_heroku.store.world import new_id, new_key

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from local_heroku.store.world import World

routes = Routes()

TAIL_POLL = 0.25  # seconds between looks for new lines
TAIL_LIMIT = 3600.0  # seconds until a tail ends, as a session of logplex does
HEARTBEAT = 15.0  # seconds without a line until a comment shows that the stream is alive


@routes.add("POST", "/apps/{app}/log-sessions", schema="log-session", cli="logs")
def create(call: Call) -> Answer:
    lines = call.body.get("lines")
    if lines is not None and (isinstance(lines, bool) or not isinstance(lines, int) or lines < 0):
        raise invalid_params("lines must be a whole number")
    session = Session(
        id=new_id(),
        key=new_key(),
        app_id=app_of(call).id,
        lines=min(100 if lines is None else lines, LINES_KEPT),
        tail=call.maybe_flag("tail") or False,
        dyno=call.maybe_text("dyno") or call.maybe_text("type"),
        source=call.maybe_text("source"),
    )
    call.world.sessions.open(session)
    now = rfc3339(call.world.now)
    url = f"{call.base_url}/local/logs/{session.id}/{session.key}"
    return created({"id": session.id, "logplex_url": url, "created_at": now, "updated_at": now})


@routes.add("GET", "/local/logs/{session}/{key}", cli="logs", public=True)
def stream(call: Call) -> Answer:
    session = call.world.sessions.get(call.params["session"])
    if session is None or session.key != call.params["key"]:
        raise not_found("log session")
    return Answer(stream=_events(call.world, session), media_type="text/event-stream")


async def _events(world: World, session: Session) -> AsyncIterator[bytes]:
    """What is there now, then, for a tail, what comes."""
    present = [line for line in world.logs.after(session.app_id, 0) if session.wants(line)]
    seen = present[-1].number if present else 0
    for line in present[-session.lines :] if session.lines else ():
        yield _event(line)
    started = spoken = elapsed()
    while session.tail and elapsed() - started < TAIL_LIMIT:
        await asyncio.sleep(TAIL_POLL)
        for line in world.logs.after(session.app_id, seen):
            seen = line.number
            if session.wants(line):
                spoken = elapsed()
                yield _event(line)
        if elapsed() - spoken > HEARTBEAT:
            spoken = elapsed()
            yield b": still here\n\n"


def _event(line: Line) -> bytes:
    text = f"{log_time(line.moment)} {line.source}[{line.dyno}]: {line.text}".replace("\n", " ")
    return f"id: {line.number}\ndata: {text}\n\n".encode()
