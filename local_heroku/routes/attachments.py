"""Add-on attachments. Config vars and plan come always: the CLI's pg commands fail without them (docs/heroku-api.md §2)."""

from __future__ import annotations

from local_heroku import render
from local_heroku.call import Answer, Call, Listing, created
from local_heroku.routes.apps import app_of
from local_heroku.routing import Routes
from local_heroku.store import addons, apps, attachments
from local_heroku.store.records import Attachment

routes = Routes()


@routes.add("GET", "/addon-attachments", schema="add-on-attachment", many=True, cli="addons")
def index(call: Call) -> Listing[Attachment]:
    return _listing(call, call.world.attachments.all())


@routes.add("POST", "/addon-attachments", schema="add-on-attachment", cli="addons:attach", recorded=True)
def create(call: Call) -> Answer:
    addon = addons.get(call.world, call.identity("addon"))
    attachment = attachments.create(
        call.world,
        addon=addon,
        app=apps.get(call.world, call.identity("app")),
        name=call.maybe_text("name"),
        namespace=call.maybe_text("namespace"),
        confirm=call.maybe_text("confirm"),
    )
    return created(render.attachment(call.world, attachment))


@routes.add("GET", "/addon-attachments/{attachment}", schema="add-on-attachment", recorded=True)
def show(call: Call) -> Answer:
    return Answer(render.attachment(call.world, attachments.get(call.world, call.params["attachment"])))


@routes.add(
    "DELETE",
    "/addon-attachments/{attachment}",
    schema="add-on-attachment",
    cli="addons:detach",
    recorded=True,
)
def delete(call: Call) -> Answer:
    attachment = attachments.get(call.world, call.params["attachment"])
    rendered = render.attachment(call.world, attachment)
    attachments.delete(call.world, attachment)
    return Answer(rendered)


@routes.add("GET", "/apps/{app}/addon-attachments", schema="add-on-attachment", many=True, cli="pg:info")
def index_of_app(call: Call) -> Listing[Attachment]:
    return _listing(call, call.world.attachments.of(app_of(call).id))


@routes.add(
    "GET", "/apps/{app}/addon-attachments/{attachment}", schema="add-on-attachment", cli="addons:detach"
)
def show_of_app(call: Call) -> Answer:
    attachment = attachments.get(call.world, call.params["attachment"], app_of(call))
    return Answer(render.attachment(call.world, attachment))


@routes.add(
    "GET", "/addons/{addon}/addon-attachments", schema="add-on-attachment", many=True, cli="addons:info"
)
def index_of_addon(call: Call) -> Listing[Attachment]:
    addon = addons.get(call.world, call.params["addon"])
    return _listing(call, [item for item in call.world.attachments.all() if item.addon_id == addon.id])


@routes.add(
    "POST",
    "/actions/addon-attachments/resolve",
    schema="add-on-attachment",
    many=True,
    cli="pg:backups:schedule pg:backups:capture pg:backups:restore",
)
def resolve(call: Call) -> Answer:
    app = apps.get(call.world, name) if (name := call.maybe_identity("app")) else None
    found = attachments.resolve(
        call.world, text=call.text("addon_attachment"), app=app, service=call.maybe_text("addon_service")
    )
    return Answer([render.attachment(call.world, item) for item in found])


def _listing(call: Call, rows: list[Attachment]) -> Listing[Attachment]:
    return Listing(rows, lambda row: render.attachment(call.world, row), ("id", "name"))
