"""Pipelines, the apps coupled to their stages, promotions from one stage to the next."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from local_heroku.errors import HerokuError, invalid_params, not_found
from local_heroku.store import releases
from local_heroku.store.records import Coupling, Pipeline, Promotion
from local_heroku.store.world import OWNER_ID, World, new_id

if TYPE_CHECKING:
    from local_heroku.store.records import App

NAME = re.compile(r"[a-z][a-z0-9-]{2,29}")
STAGES = ("test", "review", "development", "staging", "production")
STAGES_WITH_CONFIG = ("test", "review")


def get(world: World, id_or_name: str) -> Pipeline:
    pipeline = world.pipelines.find(id_or_name)
    if pipeline is None:
        raise not_found("pipeline")
    return pipeline


def create(world: World, *, name: str, owner_id: str | None, owner_type: str | None) -> Pipeline:
    return world.pipelines.put(
        Pipeline(
            new_id(),
            _free_name(world, name),
            owner_id or OWNER_ID,
            owner_type or "user",
            world.now,
            world.now,
        ),
    )


def rename(world: World, pipeline: Pipeline, name: str) -> Pipeline:
    if name == pipeline.name:
        return pipeline
    return world.pipelines.put(replace(pipeline, name=_free_name(world, name), updated_at=world.now))


def delete(world: World, pipeline: Pipeline) -> Pipeline:
    """Delete the pipeline; its apps are uncoupled and stay."""
    for coupling in world.couplings.of(pipeline.id):
        world.couplings.remove(coupling)
    return world.pipelines.remove(pipeline)


def couplings_of_app(world: World, app_id: str) -> list[Coupling]:
    return [item for item in world.couplings.all() if item.app_id == app_id]


def get_coupling(world: World, coupling_id: str) -> Coupling:
    coupling = world.couplings.get(coupling_id)
    if coupling is None:
        raise HerokuError(
            404, "not_found", "Couldn't find that pipeline coupling.", extra={"resource": "pipeline-coupling"}
        )
    return coupling


def couple(world: World, *, pipeline: Pipeline, app: App, stage: str) -> Coupling:
    """Put an app into a stage; an app is in one pipeline at most (docs/heroku-api.md §5)."""
    _refuse_stage(stage)
    if couplings_of_app(world, app.id):
        raise invalid_params(f"App {app.name} is already added to a pipeline")
    return world.couplings.put(Coupling(new_id(), app.id, pipeline.id, stage, world.now, world.now))


def change_stage(world: World, coupling: Coupling, stage: str) -> Coupling:
    _refuse_stage(stage)
    return world.couplings.put(replace(coupling, stage=stage, updated_at=world.now))


def config_vars(pipeline: Pipeline, stage: str) -> dict[str, str]:
    if stage not in STAGES_WITH_CONFIG:
        raise invalid_params(f"Stage {stage} has no config vars; {' and '.join(STAGES_WITH_CONFIG)} have")
    return pipeline.config_vars.get(stage, {})


def update_config_vars(
    world: World, pipeline: Pipeline, stage: str, changes: dict[str, Any]
) -> dict[str, str]:
    present = config_vars(pipeline, stage)
    for key, value in changes.items():
        if value is not None and not isinstance(value, str):
            raise invalid_params(f"Config var {key} must be a string or null")
    wanted = {key: value for key, value in {**present, **changes}.items() if value is not None}
    world.pipelines.put(
        replace(pipeline, config_vars={**pipeline.config_vars, stage: wanted}, updated_at=world.now),
    )
    return wanted


def promote(world: World, *, pipeline: Pipeline, source: App, targets: list[App]) -> Promotion:
    """Release the source's slug on each target; config vars are not copied."""
    coupled = {item.app_id for item in world.couplings.of(pipeline.id)}
    strangers = [app.name for app in (source, *targets) if app.id not in coupled]
    if strangers:
        raise invalid_params(f"Not in pipeline {pipeline.name}: {', '.join(strangers)}")
    release = releases.current(world, source)
    if release is None or release.slug_id is None:
        raise invalid_params(f"App {source.name} has no slug to promote; deploy to it first")
    made = tuple(
        (app.id, _promote_to(world, app, source, release.version, release.slug_id), None) for app in targets
    )
    return world.promotions.put(Promotion(new_id(), pipeline.id, source.id, release.id, made, world.now))


def get_promotion(world: World, promotion_id: str) -> Promotion:
    promotion = world.promotions.get(promotion_id)
    if promotion is None:
        raise not_found("pipeline promotion")
    return promotion


def _promote_to(world: World, target: App, source: App, version: int, slug_id: str) -> str:
    slug = world.slugs.get(slug_id)
    if slug is None:
        raise not_found("slug")
    copy = world.slugs.put(replace(slug, id=new_id(), app_id=target.id, created_at=world.now))
    label = (slug.commit or slug.id)[:8]
    releases.create(world, target, f"Promote {source.name} v{version} {label}", slug_id=copy.id)
    return releases.newest(world, target).id


def _free_name(world: World, name: str) -> str:
    if not NAME.fullmatch(name):
        raise invalid_params(
            "Name must start with a letter and can only contain lowercase letters, digits, and dashes, 3 to 30 in all",
        )
    if world.pipelines.find(name) is not None:
        raise invalid_params(f"Name {name} is already taken")
    return name


def _refuse_stage(stage: str) -> None:
    if stage not in STAGES:
        raise invalid_params(f"Stage {stage} is none of {', '.join(STAGES)}")
