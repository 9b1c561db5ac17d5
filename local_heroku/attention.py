"""What is wrong in the account, in one line each; the page has it on top."""

from __future__ import annotations

from typing import TYPE_CHECKING

from local_heroku.store import databases, dynos, releases

if TYPE_CHECKING:
    from collections.abc import Iterator

    from local_heroku.store.records import Addon, App
    from local_heroku.store.world import World

WELL = ("up", "starting", "restarting", "idle")
"""States of a dyno that need nobody."""


def attention(world: World) -> Iterator[str]:
    """By app, in the order of their names."""
    for app in sorted(world.apps.all(), key=lambda app: app.name):
        for said in (
            *_app(world, app),
            *(line for addon in world.addons.of(app.id) for line in _addon(world, addon)),
        ):
            yield f"{app.name}: {said}"


def _app(world: World, app: App) -> Iterator[str]:
    if app.maintenance:
        yield "maintenance mode is on: every request is answered with 503"
    rows = world.dynos.of(app.id)
    if releases.current(world, app) is not None and not any(row.type == "web" for row in rows):
        yield "no web dyno runs: every request is answered with 503"
    for row in rows:
        if (state := dynos.state(world, row)) not in WELL:
            yield f"{row.name} is {state}"
    newest = world.releases.last_of(app.id)
    if newest is not None and newest.status == "failed":
        yield f"release v{newest.version} failed"


def _addon(world: World, addon: Addon) -> Iterator[str]:
    database = world.databases.get(addon.id)
    if database is None:
        return
    if addon.state == "provisioned" and (status := databases.status(addon, database)) != "Available":
        yield f"{addon.name} is {status}"
    if not world.schedules.of(addon.id):
        yield f"{addon.name} has no backup schedule"
    backups = [
        row for row in world.transfers.of(addon.app_id) if row.addon_id == addon.id and row.kind == "backup"
    ]
    if backups and backups[-1].succeeded is False:
        yield f"{addon.name}: the newest backup failed"
