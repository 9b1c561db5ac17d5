"""Apps, their buildpacks, certificates switch and config vars."""

from __future__ import annotations

from dataclasses import replace

from local_heroku import render
from local_heroku.call import Answer, Call, Listing, as_text, created
from local_heroku.errors import invalid_params
from local_heroku.routing import Routes
from local_heroku.store import apps, config_vars, environment
from local_heroku.store.records import App

routes = Routes()


def app_of(call: Call) -> App:
    return apps.get(call.world, call.params["app"])


@routes.add("GET", "/apps", schema="app", many=True, cli="apps")
def index(call: Call) -> Listing[App]:
    return Listing(call.world.apps.all(), lambda row: render.app(call.world, row), ("id", "name"))


@routes.add("POST", "/apps", schema="app", cli="apps:create", recorded=True)
def create(call: Call) -> Answer:
    for key in ("team", "organization", "space"):
        if call.body.get(key):
            raise invalid_params(f"{key}: local Heroku has one personal account, no teams and no spaces")
    app = apps.create(
        call.world,
        name=call.maybe_text("name"),
        region=call.maybe_identity("region"),
        heroku_stack=call.maybe_identity("stack"),
    )
    return created(render.app(call.world, app))


@routes.add("GET", "/apps/{app}", schema="app", cli="apps:info ps logs git:clone git:remote", recorded=True)
def show(call: Call) -> Answer:
    return Answer(render.app(call.world, app_of(call)))


@routes.add("PATCH", "/apps/{app}", schema="app", cli="maintenance:on maintenance:off", recorded=True)
def update(call: Call) -> Answer:
    app = apps.update(
        call.world,
        app_of(call),
        name=call.maybe_text("name"),
        build_stack=call.maybe_identity("build_stack"),
        maintenance=call.maybe_flag("maintenance"),
    )
    return Answer(render.app(call.world, app))


@routes.add("DELETE", "/apps/{app}", schema="app", cli="apps:destroy", recorded=True)
def delete(call: Call) -> Answer:
    app = app_of(call)
    rendered = render.app(call.world, app)
    apps.delete(call.world, app)
    return Answer(rendered)


@routes.add("POST", "/apps/{app}/acm", schema="app", recorded=True)
def enable_acm(call: Call) -> Answer:
    return _switch_acm(call, on=True)


@routes.add("DELETE", "/apps/{app}/acm", schema="app", recorded=True)
def disable_acm(call: Call) -> Answer:
    return _switch_acm(call, on=False)


def _switch_acm(call: Call, *, on: bool) -> Answer:
    app = app_of(call)
    return Answer(render.app(call.world, apps.touch(call.world, app, replace(app, acm=on))))


@routes.add(
    "GET",
    "/apps/{app}/buildpack-installations",
    schema="buildpack-installation",
    many=True,
    cli="buildpacks",
    recorded=True,
)
def show_buildpacks(call: Call) -> Answer:
    return Answer(_buildpacks(app_of(call)))


@routes.add(
    "PUT", "/apps/{app}/buildpack-installations", schema="buildpack-installation", many=True, recorded=True
)
def put_buildpacks(call: Call) -> Answer:
    names = [as_text(update.get("buildpack"), "buildpack") for update in call.objects("updates")]
    if not all(names):
        raise invalid_params("buildpack is required in each of updates")
    app = app_of(call)
    changed = apps.touch(call.world, app, replace(app, buildpacks=tuple(str(name) for name in names)))
    return Answer(_buildpacks(changed))


def _buildpacks(app: App) -> list[render.Json]:
    return [
        {"ordinal": place, "buildpack": render.buildpack(name)} for place, name in enumerate(app.buildpacks)
    ]


@routes.add(
    "GET", "/apps/{app}/config-vars", schema="config-var", cli="config config:get pg:info", recorded=True
)
def show_config_vars(call: Call) -> Answer:
    return Answer(environment.all_of(call.world, app_of(call)))


@routes.add(
    "PATCH", "/apps/{app}/config-vars", schema="config-var", cli="config:set config:unset", recorded=True
)
def update_config_vars(call: Call) -> Answer:
    return Answer(
        environment.all_of(call.world, config_vars.update(call.world, app_of(call), dict(call.body)))
    )


@routes.add("POST", "/filters/apps", schema="app", many=True, cli="pipelines:info pipelines:promote")
def filter_apps(call: Call) -> Answer:
    wanted = call.maybe_object("in").get("id")
    ids = wanted if isinstance(wanted, list) else []
    found = [app for item in ids if isinstance(item, str) and (app := call.world.apps.get(item))]
    return Answer([render.app(call.world, app) for app in found])
