"""What Heroku sells: add-on services, plans, regions, stacks, dyno sizes."""

from __future__ import annotations

from local_heroku import catalogue, listing, render
from local_heroku.call import Answer, Call
from local_heroku.errors import invalid_params, not_found, unknown_plan
from local_heroku.routing import Routes
from local_heroku.store.listed import Listed

routes = Routes()


@routes.add("GET", "/addon-services", schema="add-on-service", many=True)
def index_services(call: Call) -> Answer:
    del call
    return Answer([render.addon_service(name) for name in catalogue.SERVICES])


@routes.add("GET", "/addon-services/{service}", schema="add-on-service")
def show_service(call: Call) -> Answer:
    return Answer(render.addon_service(_service(call)))


@routes.add("GET", "/addon-services/{service}/plans", schema="plan", many=True, cli="addons:plans")
def index_plans(call: Call) -> Answer:
    return Answer(listing.listed(call.world, listing.plans_path(_service(call))))


@routes.add("GET", "/addon-services/{service}/plans/{plan}", schema="plan")
def show_plan_of_service(call: Call) -> Answer:
    service, plan = _service(call), call.params["plan"].rpartition(":")[2]
    found = listing.find(call.world, listing.plans_path(service), f"{service}:{plan}")
    if found is None:
        raise unknown_plan(f"{service}:{plan}")
    return Answer(found)


@routes.add("GET", "/plans/{plan}", schema="plan")
def show_plan(call: Call) -> Answer:
    return Answer(render.plan(_plan(call.params["plan"])))


@routes.add("GET", "/regions", schema="region", many=True)
def index_regions(call: Call) -> Answer:
    return Answer(listing.listed(call.world, listing.REGIONS))


@routes.add("GET", "/regions/{region}", schema="region")
def show_region(call: Call) -> Answer:
    return _one(call, listing.REGIONS, "region")


@routes.add("GET", "/stacks", schema="stack", many=True, cli="stack")
def index_stacks(call: Call) -> Answer:
    return Answer(listing.listed(call.world, listing.STACKS))


@routes.add("GET", "/stacks/{stack}", schema="stack")
def show_stack(call: Call) -> Answer:
    return _one(call, listing.STACKS, "stack")


@routes.add("GET", "/dyno-sizes", schema="dyno-size", many=True)
def index_sizes(call: Call) -> Answer:
    return Answer(listing.listed(call.world, listing.DYNO_SIZES))


@routes.add("GET", "/dyno-sizes/{size}", schema="dyno-size")
def show_size(call: Call) -> Answer:
    return _one(call, listing.DYNO_SIZES, "size", "dyno size")


@routes.add("PATCH", "/local/listed")
def list_otherwise(call: Call) -> Answer:
    """`{"/stacks": {"heroku-28": {"state": "public"}, "heroku-22": null}}`: what is listed, by path and name."""
    for path, names in call.body.items():
        if not isinstance(names, dict) or not all(isinstance(facts, dict | None) for facts in names.values()):
            raise invalid_params(f"{path} must have names, each with what the API says of it, or null")
        for name, facts in names.items():
            call.world.listed.put(Listed(f"{path}/{name}", path, name, facts is not None, facts or {}))
    return Answer({row.id: row.facts for row in call.world.listed.all()})


@routes.add("DELETE", "/local/listed")
def list_as_the_catalogue(call: Call) -> Answer:
    """What was told of `PATCH /local/listed` is forgotten."""
    for row in list(call.world.listed.all()):
        call.world.listed.remove(row)
    return Answer({})


def _one(call: Call, path: str, parameter: str, resource: str | None = None) -> Answer:
    found = listing.find(call.world, path, call.params[parameter])
    if found is None:
        raise not_found(resource or parameter)
    return Answer(found)


def _service(call: Call) -> str:
    return _named(call.params["service"], "addon-service", list(catalogue.SERVICES))


def _plan(name: str) -> catalogue.Plan:
    plan = catalogue.find_plan(name)
    if plan is None:
        raise unknown_plan(name)
    return plan


def _named(text: str, kind: str, names: list[str]) -> str:
    for name in names:
        if text in (name, catalogue.stable_id(kind, name)):
            return name
    raise not_found(kind.replace("-", "_"))
