"""Pipelines, couplings, stage config vars, promotions."""

from __future__ import annotations

from local_heroku import render
from local_heroku.call import Answer, Call, Listing, as_identity, as_text, created
from local_heroku.errors import HerokuError, invalid_params
from local_heroku.routes.apps import app_of
from local_heroku.routing import Routes
from local_heroku.store import apps, pipelines
from local_heroku.store.records import App, Coupling, Pipeline

routes = Routes()


def _pipeline_of(call: Call) -> Pipeline:
    return pipelines.get(call.world, call.params["pipeline"])


@routes.add("GET", "/pipelines", schema="pipeline", many=True, cli="pipelines pipelines:info")
def index(call: Call) -> Listing[Pipeline]:
    """`eq[name]=` filters by name, as the CLI asks."""
    name = call.query.get("eq[name]")
    rows = [row for row in call.world.pipelines.all() if name is None or row.name == name]
    return Listing(rows, render.pipeline, ("id", "name"))


@routes.add("POST", "/pipelines", schema="pipeline", cli="pipelines:create", recorded=True)
def create(call: Call) -> Answer:
    owner = call.maybe_object("owner")
    owner_type = as_text(owner.get("type"), "owner.type")
    if owner_type not in (None, "user", "team"):
        raise invalid_params("owner.type must be user or team")
    pipeline = pipelines.create(
        call.world,
        name=call.text("name"),
        owner_id=as_text(owner.get("id"), "owner.id"),
        owner_type=owner_type,
    )
    return created(render.pipeline(pipeline))


@routes.add("GET", "/pipelines/{pipeline}", schema="pipeline", cli="pipelines:info", recorded=True)
def show(call: Call) -> Answer:
    return Answer(render.pipeline(_pipeline_of(call)))


@routes.add("PATCH", "/pipelines/{pipeline}", schema="pipeline", recorded=True)
def update(call: Call) -> Answer:
    pipeline = _pipeline_of(call)
    return Answer(
        render.pipeline(pipelines.rename(call.world, pipeline, call.maybe_text("name") or pipeline.name))
    )


@routes.add("DELETE", "/pipelines/{pipeline}", schema="pipeline", cli="pipelines:destroy", recorded=True)
def delete(call: Call) -> Answer:
    return Answer(render.pipeline(pipelines.delete(call.world, _pipeline_of(call))))


@routes.add("GET", "/pipelines/{pipeline}/pipeline-couplings", schema="pipeline-coupling", many=True,
            cli="pipelines:info pipelines:promote")  # fmt: skip
def index_couplings_of(call: Call) -> Listing[Coupling]:
    return _couplings(call, call.world.couplings.of(_pipeline_of(call).id))


@routes.add("GET", "/pipeline-couplings", schema="pipeline-coupling", many=True)
def index_couplings(call: Call) -> Listing[Coupling]:
    return _couplings(call, call.world.couplings.all())


@routes.add("POST", "/pipeline-couplings", schema="pipeline-coupling", cli="pipelines:add", recorded=True)
def create_coupling(call: Call) -> Answer:
    coupling = pipelines.couple(
        call.world,
        pipeline=pipelines.get(call.world, call.identity("pipeline")),
        app=apps.get(call.world, call.identity("app")),
        stage=call.text("stage"),
    )
    return created(render.coupling(call.world, coupling))


@routes.add("GET", "/pipeline-couplings/{coupling}", schema="pipeline-coupling", recorded=True)
def show_coupling(call: Call) -> Answer:
    return Answer(render.coupling(call.world, pipelines.get_coupling(call.world, call.params["coupling"])))


@routes.add("PATCH", "/pipeline-couplings/{coupling}", schema="pipeline-coupling", cli="pipelines:update")
def update_coupling(call: Call) -> Answer:
    coupling = pipelines.get_coupling(call.world, call.params["coupling"])
    return Answer(
        render.coupling(call.world, pipelines.change_stage(call.world, coupling, call.text("stage")))
    )


@routes.add("DELETE", "/pipeline-couplings/{coupling}", schema="pipeline-coupling", recorded=True)
def delete_coupling(call: Call) -> Answer:
    coupling = pipelines.get_coupling(call.world, call.params["coupling"])
    rendered = render.coupling(call.world, coupling)
    call.world.couplings.remove(coupling)
    return Answer(rendered)


@routes.add(
    "GET", "/apps/{app}/pipeline-couplings", schema="pipeline-coupling", cli="apps:info pipelines:promote"
)
def show_coupling_of_app(call: Call) -> Answer:
    found = pipelines.couplings_of_app(call.world, app_of(call).id)
    if not found:
        raise HerokuError(404, "not_found", "Couldn't find that pipeline coupling.",
                          extra={"resource": "pipeline-coupling"})  # fmt: skip
    return Answer(render.coupling(call.world, found[0]))


@routes.add(
    "GET", "/pipelines/{pipeline}/stage/{stage}/config-vars", schema="pipeline-config-var", recorded=True
)
def show_config_vars(call: Call) -> Answer:
    return Answer(pipelines.config_vars(_pipeline_of(call), call.params["stage"]))


@routes.add(
    "PATCH", "/pipelines/{pipeline}/stage/{stage}/config-vars", schema="pipeline-config-var", recorded=True
)
def update_config_vars(call: Call) -> Answer:
    return Answer(
        pipelines.update_config_vars(call.world, _pipeline_of(call), call.params["stage"], dict(call.body)),
    )


@routes.add("POST", "/pipeline-promotions", schema="pipeline-promotion", cli="pipelines:promote")
def promote(call: Call) -> Answer:
    targets = [_app_named(call, target.get("app"), "targets.app") for target in call.objects("targets")]
    if not targets:
        raise invalid_params("targets must name at least one app")
    promotion = pipelines.promote(
        call.world,
        pipeline=pipelines.get(call.world, call.identity("pipeline")),
        source=_app_named(call, call.maybe_object("source").get("app"), "source.app"),
        targets=targets,
    )
    return created(render.promotion(promotion))


@routes.add("GET", "/pipeline-promotions/{promotion}", schema="pipeline-promotion")
def show_promotion(call: Call) -> Answer:
    return Answer(render.promotion(pipelines.get_promotion(call.world, call.params["promotion"])))


@routes.add("GET", "/pipeline-promotions/{promotion}/promotion-targets", schema="pipeline-promotion-target", many=True,
            cli="pipelines:promote")  # fmt: skip
def show_targets(call: Call) -> Answer:
    return Answer(render.promotion_targets(pipelines.get_promotion(call.world, call.params["promotion"])))


def _app_named(call: Call, value: object, key: str) -> App:
    name = as_identity(value, key)
    if name is None:
        raise invalid_params(f"{key} is required")
    return apps.get(call.world, name)


def _couplings(call: Call, rows: list[Coupling]) -> Listing[Coupling]:
    return Listing(rows, lambda row: render.coupling(call.world, row), ("id",))
