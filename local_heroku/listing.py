"""The lists of Heroku's own things: what the catalogue has, and what this Heroku was told to list otherwise."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from local_heroku import catalogue, render

if TYPE_CHECKING:
    from local_heroku.store.world import World

Json = dict[str, Any]
STACKS, REGIONS, DYNO_SIZES = "/stacks", "/regions", "/dyno-sizes"


def plans_path(service: str) -> str:
    return f"/addon-services/{service}/plans"


def listed(world: World, path: str) -> list[Json]:
    """A new thing is like the first of its kind, but for what was told of it."""
    rows = _of_catalogue(path)
    told = {row.name: row for row in world.listed.all() if row.path == path}
    kept = [row | told[row["name"]].facts if row["name"] in told else row for row in rows]
    names = {row["name"] for row in rows}
    new = [
        rows[0] | {"id": catalogue.stable_id(path, name), "name": name, "default": False} | row.facts
        for name, row in told.items()
        if name not in names
    ]
    return [row for row in (*kept, *new) if row["name"] not in told or told[row["name"]].is_listed]


def find(world: World, path: str, name_or_id: str) -> Json | None:
    """By id or name, in any case."""
    wanted = name_or_id.lower()
    return next((row for row in listed(world, path) if wanted in (row["name"].lower(), row["id"])), None)


def heroku_stack(world: World, name_or_id: str) -> str | None:
    found = find(world, STACKS, name_or_id)
    return str(found["name"]) if found else None


def _of_catalogue(path: str) -> list[Json]:
    if path == STACKS:
        return [render.heroku_stack(name) for name in catalogue.STACKS]
    if path == REGIONS:
        return [render.region(name) for name in catalogue.REGIONS]
    if path == DYNO_SIZES:
        return [render.dyno_size(size) for size in catalogue.DYNO_SIZES.values()]
    return [render.plan(plan) for plan in catalogue.plans_of(path.split("/")[2])]
