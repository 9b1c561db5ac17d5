"""Apps: names, creation with the first two releases, changes, deletion with everything in them."""

from __future__ import annotations

import re
import secrets
from dataclasses import replace

from local_heroku import catalogue, listing
from local_heroku.errors import invalid_params, not_found
from local_heroku.store import addons, pipelines, releases
from local_heroku.store.records import App
from local_heroku.store.world import World, new_id

NAME = re.compile(r"[a-z][a-z0-9-]{1,28}[a-z0-9]")


def get(world: World, id_or_name: str) -> App:
    app = world.apps.find(id_or_name)
    if app is None:
        raise not_found("app")
    return app


def create(world: World, *, name: str | None, region: str | None, heroku_stack: str | None) -> App:
    """A new app with releases v1 and v2 and no process types, as a new app has on Heroku (docs/heroku-api.md §5)."""
    name = _free_name(world, name or f"local-{secrets.choice(_WORDS)}-{secrets.randbelow(90000) + 10000}")
    stack = heroku_stack_name(world, heroku_stack or catalogue.DEFAULT_STACK)
    app = world.apps.put(
        App(
            id=new_id(),
            name=name,
            region=_region_name(region or "us"),
            heroku_stack=stack,
            build_stack=stack,
            suffix=secrets.token_hex(6),
            created_at=world.now,
            updated_at=world.now,
            released_at=world.now,
        ),
    )
    releases.create(world, app, "Initial release")
    return releases.create(world, app, "Enable Logplex")


def update(
    world: World,
    app: App,
    *,
    name: str | None = None,
    build_stack: str | None = None,
    maintenance: bool | None = None,
) -> App:
    """Rename, change the build stack, switch maintenance mode. None of them makes a release."""
    changed = app
    if name is not None and name != app.name:
        changed = replace(changed, name=_free_name(world, name))
    if build_stack is not None:
        changed = replace(changed, build_stack=heroku_stack_name(world, build_stack))
    if maintenance is not None:
        changed = replace(changed, maintenance=maintenance)
    return touch(world, app, changed)


def touch(world: World, before: App, changed: App) -> App:
    if changed == before:
        return before
    return world.apps.put(replace(changed, updated_at=world.now))


def delete(world: World, app: App) -> App:
    """Delete the app, its add-ons, and what other apps had attached of them."""
    for addon in world.addons.of(app.id):
        addons.delete(world, addon, force=True, releasing_owner=False)
    for coupling in pipelines.couplings_of_app(world, app.id):
        world.couplings.remove(coupling)
    for table in (
        world.attachments, world.dynos, world.process_types, world.releases, world.slugs, world.builds, world.drains,
        world.domains, world.collaborators, world.webhooks, world.transfers,
    ):  # fmt: skip
        for row in table.of(app.id):
            table.remove(row)  # type: ignore[arg-type]
    for one_off in world.one_offs.of(app.id):
        world.one_offs.remove(one_off)
    world.logs.forget(app.id)
    world.served.pop(app.id, None)
    return world.apps.remove(app)


def of_host(world: World, host: str) -> App | None:
    """The app whose web process answers on this host name: its own, a custom domain, or one of the settings' `hosts`."""
    if known := world.settings.hosts.get(host):
        return world.apps.find(known)
    if host.endswith(".herokuapp.com"):
        name = host.removesuffix(".herokuapp.com").rpartition("-")[0]
        app = world.apps.find(name)
        return app if app is not None and app.host == host else None
    domain = next((row for row in world.domains.all() if row.hostname == host), None)
    return world.apps.get(domain.app_id) if domain else None


def heroku_stack_name(world: World, name: str) -> str:
    known = listing.heroku_stack(world, name)
    if known is None:
        raise not_found("stack")
    return known


def _region_name(name: str) -> str:
    """Those of Private Spaces take no app that is in none."""
    common = [region.name for region in catalogue.REGIONS.values() if not region.private]
    by_id = {catalogue.stable_id("region", known): known for known in common}
    if name not in common and name not in by_id:
        raise invalid_params(f"Region {name} is not available")
    return by_id.get(name, name)


def _free_name(world: World, name: str) -> str:
    if not NAME.fullmatch(name):
        raise invalid_params(
            "Name must start with a letter, end with a letter or digit and can only contain lowercase letters, "
            "digits, and dashes"
            if len(name) <= 30  # noqa: PLR2004 - the longest name Heroku takes
            else "Name is too long (maximum is 30 characters)",
        )
    if world.apps.find(name) is not None:
        raise invalid_params(f"Name {name} is already taken")
    return name


_WORDS = ("amber", "basalt", "cedar", "delta", "ember", "fjord", "grove", "harbor")
