"""The one account of this local Heroku."""

from __future__ import annotations

from local_heroku import render
from local_heroku.call import Answer, Call, Listing
from local_heroku.errors import not_found
from local_heroku.routing import Routes
from local_heroku.store.world import OWNER_EMAIL, OWNER_ID

routes = Routes()


@routes.add("GET", "/account", schema="account", cli="auth:whoami apps ps", recorded=True)
def show(call: Call) -> Answer:
    del call
    return Answer(render.account())


@routes.add("GET", "/users/{user}", schema="account", cli="pipelines:create")
def show_user(call: Call) -> Answer:
    if call.params["user"] not in ("~", OWNER_ID, OWNER_EMAIL):
        raise not_found("account")
    return Answer(render.account())


@routes.add("GET", "/users/{user}/apps", schema="app", many=True, cli="apps")
def show_user_apps(call: Call) -> Listing[object]:
    show_user(call)
    return Listing(list(call.world.apps.all()), lambda row: render.app(call.world, row), ("id", "name"))  # type: ignore[arg-type]


@routes.add("GET", "/spaces", cli="spaces", note="always empty: no spaces")
def list_spaces(call: Call) -> Answer:
    del call
    return Answer([])


@routes.add("GET", "/teams", note="always empty: no teams")
def list_teams(call: Call) -> Answer:
    del call
    return Answer([])
