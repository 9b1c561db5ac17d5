"""Formation of an app. Answers are batch or single; sizes may be asked for in any case and come as `Standard-1X`."""

from __future__ import annotations

from typing import Any

from local_heroku import render
from local_heroku.call import Answer, Call, Listing, as_identity
from local_heroku.errors import invalid_params
from local_heroku.routes.apps import app_of
from local_heroku.routing import Routes
from local_heroku.store import formation
from local_heroku.store.formation import Scaling
from local_heroku.store.records import ProcessType

routes = Routes()


@routes.add("GET", "/apps/{app}/formation", schema="formation", many=True, cli="ps:scale ps:type")
def index(call: Call) -> Listing[ProcessType]:
    rows = call.world.process_types.of(app_of(call).id)
    return Listing(rows, lambda row: render.process_type(call.world, row), ("id",))


@routes.add("PATCH", "/apps/{app}/formation", schema="formation", many=True, cli="ps:scale ps:type")
def update_all(call: Call) -> Answer:
    wishes = [_wish(update, _type_of(update)) for update in call.objects("updates")]
    rows = formation.scale(call.world, app_of(call), wishes)
    return Answer([render.process_type(call.world, row) for row in rows])


@routes.add("GET", "/apps/{app}/formation/{type}", schema="formation", recorded=True)
def show(call: Call) -> Answer:
    return Answer(
        render.process_type(call.world, formation.get(call.world, app_of(call), call.params["type"]))
    )


@routes.add("PATCH", "/apps/{app}/formation/{type}", schema="formation", recorded=True)
def update(call: Call) -> Answer:
    [row] = formation.scale(call.world, app_of(call), [_wish(call.body, call.params["type"])])
    return Answer(render.process_type(call.world, row))


def _wish(fields: dict[str, Any], process_type: str) -> Scaling:
    """v5.2.10 of the official plugin sends `size`, later ones `dyno_size` with a name (docs/heroku-api.md §4)."""
    size = fields.get("size") if fields.get("size") is not None else fields.get("dyno_size")
    quantity = fields.get("quantity")
    if quantity is not None and (isinstance(quantity, bool) or not isinstance(quantity, int | str)):
        raise invalid_params("quantity must be a whole number")
    return Scaling(process_type, quantity, as_identity(size, "size"))


def _type_of(update: dict[str, Any]) -> str:
    name = update.get("type")
    if not isinstance(name, str):
        raise invalid_params("type is required in each of updates")
    return name
