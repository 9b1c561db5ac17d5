"""Dynos: listed, restarted, stopped. One-off dynos need a terminal over TLS and are refused."""

from __future__ import annotations

from local_heroku import catalogue, render
from local_heroku.call import Answer, Call, Listing, accepted
from local_heroku.errors import invalid_params, not_found
from local_heroku.routes.apps import app_of
from local_heroku.routing import Routes
from local_heroku.store import dynos, formation
from local_heroku.store.records import Dyno

routes = Routes()


@routes.add("GET", "/apps/{app}/dynos", schema="dyno", many=True, cli="ps apps:info")
def index(call: Call) -> Listing[Dyno]:
    rows = call.world.dynos.of(app_of(call).id)
    return Listing(rows, lambda row: render.dyno(call.world, row), ("id", "name"))


@routes.add("GET", "/apps/{app}/dynos/{dyno}", schema="dyno")
def show(call: Call) -> Answer:
    return Answer(render.dyno(call.world, dynos.get(call.world, app_of(call), call.params["dyno"])))


@routes.add("POST", "/apps/{app}/dynos", note="refused with 422: `heroku run` is not emulated")
def create(call: Call) -> Answer:
    app_of(call)
    raise invalid_params("Local Heroku simulates dynos and cannot run a command in one")


@routes.add("DELETE", "/apps/{app}/dynos", cli="ps:restart")
def restart_all(call: Call) -> Answer:
    dynos.restart(call.world, app_of(call))
    return accepted({})


@routes.add("DELETE", "/apps/{app}/dynos/{dyno}", cli="ps:restart")
def restart_one(call: Call) -> Answer:
    app = app_of(call)
    dynos.restart(call.world, app, type_or_name=dynos.get(call.world, app, call.params["dyno"]).name)
    return accepted({})


@routes.add("DELETE", "/apps/{app}/formations/{type}", cli="ps:restart")
def restart_type(call: Call) -> Answer:
    app = app_of(call)
    process_type = formation.get(call.world, app, call.params["type"])
    dynos.restart(call.world, app, type_or_name=process_type.type)
    return accepted({})


@routes.add(
    "POST", "/apps/{app}/dynos/{dyno}/actions/stop", note="the formation starts another dyno in its place"
)
def stop(call: Call) -> Answer:
    app = app_of(call)
    dynos.restart(call.world, app, type_or_name=dynos.get(call.world, app, call.params["dyno"]).name)
    return accepted({})


@routes.add("GET", "/dyno-sizes", schema="dyno-size", many=True)
def index_sizes(call: Call) -> Answer:
    del call
    return Answer([render.dyno_size(size) for size in catalogue.DYNO_SIZES.values()])


@routes.add("GET", "/dyno-sizes/{size}", schema="dyno-size")
def show_size(call: Call) -> Answer:
    wanted = call.params["size"]
    for size in catalogue.DYNO_SIZES.values():
        if wanted.lower() == size.name.lower() or wanted == catalogue.stable_id("dyno-size", size.name):
            return Answer(render.dyno_size(size))
    raise not_found("dyno size")
