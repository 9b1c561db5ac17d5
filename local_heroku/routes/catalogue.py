"""What Heroku sells: add-on services, plans, regions, stacks."""

from __future__ import annotations

from local_heroku import catalogue, render
from local_heroku.call import Answer, Call
from local_heroku.errors import not_found, unknown_plan
from local_heroku.routing import Routes

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
    return Answer([render.plan(plan) for plan in catalogue.plans_of(_service(call))])


@routes.add("GET", "/addon-services/{service}/plans/{plan}", schema="plan")
def show_plan_of_service(call: Call) -> Answer:
    return Answer(render.plan(_plan(f"{_service(call)}:{call.params['plan'].rpartition(':')[2]}")))


@routes.add("GET", "/plans/{plan}", schema="plan")
def show_plan(call: Call) -> Answer:
    return Answer(render.plan(_plan(call.params["plan"])))


@routes.add("GET", "/regions", schema="region", many=True)
def index_regions(call: Call) -> Answer:
    del call
    return Answer([render.region(name) for name in catalogue.REGIONS])


@routes.add("GET", "/regions/{region}", schema="region")
def show_region(call: Call) -> Answer:
    return Answer(render.region(_named(call.params["region"], "region", list(catalogue.REGIONS))))


@routes.add("GET", "/stacks", schema="stack", many=True, cli="stack")
def index_stacks(call: Call) -> Answer:
    del call
    return Answer([render.heroku_stack(name) for name in catalogue.STACKS])


@routes.add("GET", "/stacks/{stack}", schema="stack")
def show_stack(call: Call) -> Answer:
    return Answer(render.heroku_stack(_named(call.params["stack"], "stack", list(catalogue.STACKS))))


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
