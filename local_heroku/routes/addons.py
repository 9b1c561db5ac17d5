"""Add-ons of the account and of an app."""

from __future__ import annotations

from local_heroku import render
from local_heroku.call import Answer, Call, Listing, as_text, created
from local_heroku.errors import HerokuError, confirmation_required, invalid_params, not_found
from local_heroku.routes.apps import app_of
from local_heroku.routing import Routes
from local_heroku.store import addons, apps, attachments
from local_heroku.store.records import Addon

routes = Routes()


@routes.add("GET", "/addons", schema="add-on", many=True, cli="addons")
def index(call: Call) -> Listing[Addon]:
    return _listing(call, call.world.addons.all())


@routes.add("GET", "/addons/{addon}", schema="add-on", recorded=True)
def show(call: Call) -> Answer:
    return Answer(_rendered(call, addons.get(call.world, call.params["addon"])))


@routes.add(
    "GET", "/apps/{app}/addons", schema="add-on", many=True, cli="addons apps:info pg:backups:schedules"
)
def index_of_app(call: Call) -> Listing[Addon]:
    return _listing(call, call.world.addons.of(app_of(call).id))


@routes.add("POST", "/apps/{app}/addons", schema="add-on", cli="addons:create", recorded=True)
def create(call: Call) -> Answer:
    app = app_of(call)
    confirm = call.maybe_text("confirm")
    if confirm is not None and confirm not in (app.name, app.id):
        raise confirmation_required(app.name)
    config = {key: str(value) for key, value in call.maybe_object("config").items() if value is not None}
    addon = addons.create(
        call.world,
        app,
        plan_name=call.identity("plan"),
        name=call.maybe_text("name"),
        attachment_name=as_text(call.maybe_object("attachment").get("name"), "attachment.name"),
        config=config,
    )
    return created(_rendered(call, addon))


@routes.add("GET", "/apps/{app}/addons/{addon}", schema="add-on", cli="addons:create", recorded=True)
def show_of_app(call: Call) -> Answer:
    return Answer(_rendered(call, addons.get(call.world, call.params["addon"], app_of(call))))


@routes.add(
    "PATCH", "/apps/{app}/addons/{addon}", schema="add-on", cli="addons:upgrade addons:rename", recorded=True
)
def update(call: Call) -> Answer:
    addon = addons.get(call.world, call.params["addon"], app_of(call))
    changed = addons.change(
        call.world, addon, plan_name=call.maybe_identity("plan"), name=call.maybe_text("name")
    )
    return Answer(_rendered(call, changed))


@routes.add("DELETE", "/apps/{app}/addons/{addon}", schema="add-on", cli="addons:destroy", recorded=True)
def delete(call: Call) -> Answer:
    app = app_of(call)
    addon = addons.get(call.world, call.params["addon"], app)
    if addon.app_id != app.id:
        raise invalid_params(
            f"Add-on {addon.name} belongs to another app; delete it there, or detach it here"
        )
    rendered = _rendered(call, addon)
    addons.delete(call.world, addon, force=call.maybe_flag("force") or False)
    return Answer({**rendered, "state": "deprovisioned"})


@routes.add("POST", "/actions/addons/resolve", schema="add-on", many=True, cli="addons:info addons:upgrade")
def resolve(call: Call) -> Answer:
    """By add-on name or id, attachment name, service, or `app::name` (docs/heroku-api.md §4)."""
    text, service = call.text("addon"), call.maybe_text("addon_service")
    app = apps.get(call.world, name) if (name := call.maybe_identity("app")) else None
    direct = call.world.addons.find(text)
    if direct and (not service or direct.service == service):
        return Answer([_rendered(call, direct)])
    bare = text.partition(":")[0] if "::" not in text else text
    try:
        found = attachments.resolve(call.world, text=bare, app=app, service=service)
    except HerokuError as error:
        raise not_found("add_on") if error.status == 404 else error from None  # noqa: PLR2004 - as the resolver says
    ids = dict.fromkeys(item.addon_id for item in found)
    return Answer([_rendered(call, addon) for item in ids if (addon := call.world.addons.get(item))])


def _listing(call: Call, rows: list[Addon]) -> Listing[Addon]:
    return Listing(rows, lambda row: _rendered(call, row), ("id", "name"))


def _rendered(call: Call, addon: Addon) -> render.Json:
    """Plan and service in full when the client asks for it, as Heroku does; the CLI does (docs/heroku-api.md §2)."""
    return render.addon(
        call.world, addon, expanded="addon_service" in call.headers.get("accept-expansion", "")
    )
