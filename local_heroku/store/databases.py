"""Postgres databases: what is in them, measured against what their plan allows."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from local_heroku import catalogue
from local_heroku.errors import data_not_found
from local_heroku.store import environment

if TYPE_CHECKING:
    from local_heroku.store.records import Addon, App, Database
    from local_heroku.store.world import World


SIMULATED = (88_000_000, 31, 4)
"""Bytes, tables and connections of a database that holds no data, or of one that holds some and nobody filled."""


def get(world: World, addon_id: str) -> tuple[Addon, Database]:
    """The database of a Postgres add-on; 404 without a message while it is not provisioned (docs/heroku-api.md §6)."""
    addon = world.addons.find(addon_id)
    database = world.databases.get(addon.id) if addon else None
    if addon is None or database is None or addon.state != "provisioned":
        raise data_not_found()
    return addon, database


def live(world: World, addon: Addon, database: Database) -> Database:
    """As PostgreSQL counts it, where the database holds data; what an exercise filled it with stays."""
    if world.postgres is None or not world.postgres.has(addon.url):
        return database
    use = world.postgres.use(addon.url)
    size, tables, connections = SIMULATED
    return replace(
        database,
        bytes=use.bytes if database.bytes == size else database.bytes,
        tables=use.tables if database.tables == tables else database.tables,
        connections=use.connections if database.connections == connections else database.connections,
    )


def plan_of(addon: Addon) -> catalogue.Plan:
    return catalogue.PLANS[addon.plan_name]


def refused(world: World, app: App) -> bool:
    """Whether a database that the app has attached refuses connections."""
    restricted = {row.id for row in world.databases.all() if row.access_restricted}
    attached = {item.addon_id for item in world.attachments.of(app.id) if environment.key_of(world, item)}
    return bool(restricted & attached)


def status(addon: Addon, database: Database) -> str:
    """`Available`, or what Heroku says when the plan's storage is exceeded (Dev Center, 2024-04)."""
    if database.access_restricted:
        return "Over Plan Capacity: Access Restricted"
    if database.bytes > plan_of(addon).storage:
        return "Over Plan Capacity: Action Required"
    return "Available"


def fill(
    world: World,
    addon: Addon,
    *,
    size: int | None,
    tables: int | None,
    connections: int | None,
    restricted: bool | None,
    rows: dict[str, int],
) -> Database:
    """Make the database as large or busy as an exercise needs. Sizes in bytes."""
    database = world.databases.get(addon.id)
    if database is None:
        raise data_not_found()
    if world.postgres and world.postgres.has(addon.url):
        for model, count in rows.items():
            world.postgres.fill(addon.url, model, count)
    return world.databases.put(
        replace(
            database,
            bytes=database.bytes if size is None else size,
            tables=database.tables if tables is None else tables,
            connections=database.connections if connections is None else connections,
            rows={**database.rows, **rows},
            access_restricted=database.access_restricted if restricted is None else restricted,
        ),
    )
