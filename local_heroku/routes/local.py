"""What only a local Heroku has: its health, clock, settings, request log, and levers for exercises. Under /local/."""

from __future__ import annotations

import os
import re
from dataclasses import asdict, fields, replace
from datetime import datetime, timedelta
from typing import Any

from local_heroku import catalogue, render, render_data
from local_heroku.call import Answer, Call
from local_heroku.clock import rfc3339
from local_heroku.errors import invalid_params
from local_heroku.routes.apps import app_of
from local_heroku.routing import Routes
from local_heroku.store import addons, application, apps, backups, databases, dynos, pages, schedules
from local_heroku.store.records import Settings

routes = Routes()

_HOST = re.compile(r"[a-z0-9-]+(?:\.[a-z0-9-]+)+")
LONGEST_MOVE = timedelta(days=400)  # each day of it is played
_BEHAVIOURS = ("", "hang", "error", "slow", *dynos.CURED_BY_RESTART)


@routes.add("GET", "/local/health")
def health(call: Call) -> Answer:
    return Answer(
        {"status": "ok", "pid": os.getpid(), "now": rfc3339(call.world.now), "apps": len(call.world.apps)}
    )


@routes.add("GET", "/local/settings")
def show_settings(call: Call) -> Answer:
    return Answer(_shown(call.world.settings))


@routes.add("PATCH", "/local/settings")
def change_settings(call: Call) -> Answer:
    """Delays in seconds, the size of a first dyno, how transfers end, further `hosts` of apps."""
    known = {item.name: item.type for item in fields(Settings)}
    changes: dict[str, Any] = {}
    for key, value in call.body.items():
        present = getattr(call.world.settings, key, None)
        if key not in known or key in ("id", "clock_offset"):
            raise invalid_params(f"{key} is no setting; these are: {', '.join(_shown(call.world.settings))}")
        if (
            isinstance(present, float)
            and isinstance(value, int | float)
            and not isinstance(value, bool)
            and value >= 0
        ):
            changes[key] = float(value)
        elif type(value) is type(present) and not isinstance(value, float):
            changes[key] = _hosts(call.maybe_object(key)) if key == "hosts" else value
        else:
            raise invalid_params(f"{key} must be of the kind of {present!r}")
    _refuse_unknown("default_size", changes, tuple(size.name for size in catalogue.DYNO_SIZES.values()))
    _refuse_unknown("transfer_outcome", changes, backups.OUTCOMES)
    call.world.change_settings(replace(call.world.settings, **changes))
    return Answer(_shown(call.world.settings))


def _hosts(wish: dict[str, Any]) -> dict[str, str]:
    for host, app in wish.items():
        if not _HOST.fullmatch(host) or not isinstance(app, str):
            raise invalid_params(
                f"hosts: {host[:100]!r} must be a host name in lower case, with the name of an app"
            )
    return wish


def _refuse_unknown(key: str, changes: dict[str, Any], known: tuple[str, ...]) -> None:
    if key in changes and changes[key] not in known:
        raise invalid_params(f"{key} must be one of {', '.join(known)}")


def _shown(settings: Settings) -> dict[str, Any]:
    return {key: value for key, value in asdict(settings).items() if key not in ("id", "clock_offset")}


@routes.add("GET", "/local/clock")
def show_clock(call: Call) -> Answer:
    return Answer({"now": rfc3339(call.world.now), "offset_seconds": call.world.settings.clock_offset})


@routes.add("POST", "/local/clock")
def move_clock(call: Call) -> Answer:
    """`{"advance": seconds}`, `{"to": "2026-03-08T09:59:00Z"}` or `{"reset": true}`.

    What is due meanwhile happens, each at its moment; moved backwards, schedules wait for their next hour.
    """
    world, body = call.world, call.body
    offset = world.settings.clock_offset
    if isinstance(body.get("advance"), int | float) and not isinstance(body["advance"], bool):
        offset += float(body["advance"])
    elif body.get("reset") is True:
        offset = 0.0
    elif isinstance(body.get("to"), str):
        offset += _moment(body["to"]) - world.now
    else:
        raise invalid_params("Give advance (seconds), to (RFC 3339 time) or reset (true)")
    if abs(offset - world.settings.clock_offset) > LONGEST_MOVE.total_seconds():
        raise invalid_params(f"The clock moves by at most {LONGEST_MOVE.days} days at once")
    backwards = offset < world.settings.clock_offset
    world.change_settings(replace(world.settings, clock_offset=offset))
    if backwards:
        schedules.realign(world)
    return show_clock(call)


def _moment(text: str) -> float:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise invalid_params(f"to: {text[:40]!r} is no RFC 3339 time, such as 2026-03-08T09:59:00Z") from None
    if moment.tzinfo is None:
        raise invalid_params(f"to: {text[:40]!r} has no time zone; end it with Z for UTC")
    return moment.timestamp()


@routes.add("PATCH", "/local/databases/{database}")
def fill_database(call: Call) -> Answer:
    """`{"bytes", "tables", "connections", "access_restricted", "rows"}`: how full a database is, and of what."""
    addon, _ = databases.get(call.world, call.params["database"])
    amounts = {}
    for key in ("bytes", "tables", "connections"):
        value = call.body.get(key)
        if value is not None and (isinstance(value, bool) or not isinstance(value, int) or value < 0):
            raise invalid_params(f"{key} must be a whole number, 0 or more")
        amounts[key] = value
    row = databases.fill(
        call.world,
        addon,
        size=amounts["bytes"],
        tables=amounts["tables"],
        connections=amounts["connections"],
        restricted=call.maybe_flag("access_restricted"),
        rows=_rows(call.maybe_object("rows")),
    )
    app = call.world.apps.get(addon.app_id)
    return Answer(render_data.database(addon, row, region=app.region if app else "us", now=call.world.now))


def _rows(wish: dict[str, Any]) -> dict[str, int]:
    """`{"Worker": 0}`: rows of the simulated application's models."""
    for model, count in wish.items():
        if model not in application.ROWS or type(count) is not int or count < 0:
            raise invalid_params(
                f"rows: {model} must be one of {', '.join(application.ROWS)}, with a whole number, 0 or more"
            )
    return wish


@routes.add("POST", "/local/databases/{database}/rotate")
def rotate_credentials(call: Call) -> Answer:
    """New credentials for a database, as when Heroku moves it: its config var changes, its apps restart."""
    addon, _ = databases.get(call.world, call.params["database"])
    return Answer(render.addon(call.world, addons.rotate(call.world, addon)))


@routes.add("GET", "/local/apps/{app}")
def show_behaviour(call: Call) -> Answer:
    """What only the application knows: migrations that its database has not run, assets that its page asks for and that there are not."""
    app = app_of(call)
    found = application.primary(call.world, app)
    pending = application.pending(call.world, app, *found) if found else []
    return Answer(
        {
            "web_behaviour": app.web_behaviour,
            "pending_migrations": [item.version for item in pending],
            "missing_assets": pages.missing_assets(call.world, app),
        }
    )


@routes.add("PATCH", "/local/apps/{app}")
def change_behaviour(call: Call) -> Answer:
    """`{"web_behaviour": …}`: what the simulated web process does with requests.

    `hang`, `error`, `slow`; `stuck` and `pool exhausted` until the dynos restart; "" for as usual.
    """
    behaviour = call.maybe_text("web_behaviour") or ""
    if behaviour not in _BEHAVIOURS:
        raise invalid_params(f"web_behaviour must be one of {', '.join(map(repr, _BEHAVIOURS))}")
    app = app_of(call)
    return Answer(render.app(call.world, apps.touch(call.world, app, replace(app, web_behaviour=behaviour))))
