"""Releases of an app: history, rollback, deploy of a slug."""

from __future__ import annotations

from local_heroku import render
from local_heroku.call import Answer, Call, Listing, created
from local_heroku.routes.apps import app_of
from local_heroku.routing import Routes
from local_heroku.store import releases
from local_heroku.store.records import Release

routes = Routes()


@routes.add(
    "GET",
    "/apps/{app}/releases",
    schema="release",
    many=True,
    cli="releases config:set rollback",
    recorded=True,
)
def index(call: Call) -> Listing[Release]:
    rows = call.world.releases.of(app_of(call).id)
    return Listing(rows, lambda row: render.release(call.world, row), ("version", "id"))


@routes.add(
    "GET", "/apps/{app}/releases/{release}", schema="release", cli="releases:info rollback", recorded=True
)
def show(call: Call) -> Answer:
    return Answer(render.release(call.world, _release_of(call)))


@routes.add("GET", "/apps/{app}/releases/{release}/config-vars", schema="config-var", cli="releases:info")
def show_config_vars(call: Call) -> Answer:
    release = _release_of(call)
    return Answer({**release.config_vars, **release.addon_config_vars})


@routes.add("POST", "/apps/{app}/releases", schema="release", cli="rollback", recorded=True)
def create(call: Call) -> Answer:
    app = app_of(call)
    if call.maybe_text("release"):
        made = releases.roll_back(call.world, app, releases.get(call.world, app, call.text("release")))
    else:
        made = releases.deploy(call.world, app, call.identity("slug"), call.maybe_text("description"))
    return created(render.release(call.world, made))


def _release_of(call: Call) -> Release:
    return releases.get(call.world, app_of(call), call.params["release"])
