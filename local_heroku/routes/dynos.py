"""Dynos: listed, restarted, stopped; one-off dynos, started and opened."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from local_heroku import render
from local_heroku.call import Answer, Call, Listing, accepted, created, whole_number
from local_heroku.errors import HerokuError, invalid_params
from local_heroku.one_off import life
from local_heroku.one_off.life import Wish
from local_heroku.routes.apps import app_of
from local_heroku.routing import Routes
from local_heroku.store import dynos, formation
from local_heroku.store.one_offs import OneOff

if TYPE_CHECKING:
    from local_heroku.store.records import App, Dyno

routes = Routes()
_TYPE = re.compile(r"[A-Za-z0-9_-]{1,128}")


@routes.add("GET", "/apps/{app}/dynos", schema="dyno", many=True, cli="ps apps:info")
def index(call: Call) -> Listing[Dyno | OneOff]:
    app = app_of(call)
    rows: list[Dyno | OneOff] = [*call.world.dynos.of(app.id), *call.world.one_offs.of(app.id)]
    return Listing(rows, lambda row: _rendered(call, row), ("id", "name"))


@routes.add("GET", "/apps/{app}/dynos/{dyno}", schema="dyno")
def show(call: Call) -> Answer:
    return Answer(_rendered(call, _dyno_of(call, app_of(call))))


@routes.add("POST", "/apps/{app}/dynos", schema="dyno", cli="run run:detached",
            note="runs a simulation of the application, never code of its slug")  # fmt: skip
def create(call: Call) -> Answer:
    app = app_of(call)
    attach = call.maybe_flag("attach") or False
    if attach and not call.attach_url:
        raise HerokuError(
            501,
            "not_implemented",
            "Local Heroku opens a terminal over TLS only, and makes its certificate with openssl: install it, "
            "restart local Heroku, or use run:detached.",
        )
    wish = Wish(
        command=call.text("command"),
        attach=attach,
        size=call.maybe_identity("size"),
        type=call.maybe_text("type"),
        tty=not call.maybe_flag("force_no_tty"),
        lives=float(whole_number(call.body.get("time_to_live") or int(life.LONGEST), "time_to_live")),
        env={key: str(value) for key, value in call.maybe_object("env").items() if value is not None},
    )
    if wish.type is not None and not _TYPE.fullmatch(wish.type):
        raise invalid_params("type may have letters, digits, - and _ only")
    one_off = life.start(call.world, app, wish)
    url = f"{call.attach_url}/{one_off.key}" if one_off.key else None
    return created(render.one_off(call.world, one_off, attach_url=url))


def _rendered(call: Call, row: Dyno | OneOff) -> render.Json:
    return render.one_off(call.world, row) if isinstance(row, OneOff) else render.dyno(call.world, row)


def _dyno_of(call: Call, app: App) -> Dyno | OneOff:
    name = call.params["dyno"]
    one_offs = (row for row in call.world.one_offs.of(app.id) if name in (row.id, row.name))
    return next(one_offs, None) or dynos.get(call.world, app, name)


@routes.add("DELETE", "/apps/{app}/dynos", cli="ps:restart")
def restart_all(call: Call) -> Answer:
    dynos.restart(call.world, app_of(call))
    return accepted({})


@routes.add("DELETE", "/apps/{app}/dynos/{dyno}", cli="ps:restart")
def restart_one(call: Call) -> Answer:
    return _end(call)


@routes.add("DELETE", "/apps/{app}/formations/{type}", cli="ps:restart")
def restart_type(call: Call) -> Answer:
    app = app_of(call)
    process_type = formation.get(call.world, app, call.params["type"])
    dynos.restart(call.world, app, type_or_name=process_type.type)
    return accepted({})


@routes.add(
    "POST",
    "/apps/{app}/dynos/{dyno}/actions/stop",
    cli="ps:stop",
    note="the formation starts another dyno in its place",
)
def stop(call: Call) -> Answer:
    return _end(call)


def _end(call: Call) -> Answer:
    """A dyno of the formation is replaced by another; a one-off dyno is not."""
    app = app_of(call)
    dyno = _dyno_of(call, app)
    if isinstance(dyno, OneOff):
        life.stop(call.world, dyno)
    else:
        dynos.restart(call.world, app, type_or_name=dyno.name)
    return accepted({})
