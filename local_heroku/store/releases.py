"""Releases: one for each change of slug, config vars or add-ons; rollback; the current one."""

from __future__ import annotations

from dataclasses import replace

from local_heroku.errors import invalid_params, not_found
from local_heroku.store import dynos, environment, formation
from local_heroku.store.records import App, Release
from local_heroku.store.world import OWNER_EMAIL, World, new_id, new_key

RELEASE = "release"
"""The process type whose command runs before a release becomes current. Source: Dev Center, "Release Phase"."""


def create(world: World, app: App, description: str, *, slug_id: str | None = None) -> App:
    """Make a release of the app as it stands, with a new slug if given; restart its dynos. Returns the app."""
    last, running = world.releases.last_of(app.id), current(world, app)
    release = world.releases.put(
        Release(
            id=new_id(),
            app_id=app.id,
            version=last.version + 1 if last else 1,
            description=description,
            status="succeeded",
            slug_id=slug_id or (running.slug_id if running else None),
            created_at=world.now,
            config_vars=app.config_vars,
            addon_config_vars=environment.of_addons(world, app),
            addon_plan_names=tuple(addon.plan_name for addon in world.addons.of(app.id)),
        ),
    )
    app = world.apps.put(replace(app, released_at=world.now, updated_at=world.now))
    world.logs.write(app.id, world.now, "app", "api", f"Release v{release.version} created by {OWNER_EMAIL}")
    if _phase(world, app, release).status == "failed":
        world.logs.write(app.id, world.now, "heroku", "release", f"Release v{release.version} failed")
        return app
    if slug_id is not None:
        formation.follow_slug(world, app, release)
    app = world.apps.put(dynos.started_anew(app))
    dynos.restart_all(world, app)
    return app


def _phase(world: World, app: App, release: Release) -> Release:
    """The release phase: the slug's `release` command, with all that the release brings. Where it fails, what ran before runs on.

    Source: Dev Center, "Release Phase": after a build, promotion, rollback, change of config vars or new add-on.
    """
    command = None if release.description.startswith("Detach ") else _command(world, release)
    said, went_well = world.run_released(app, command) if command else ("", True)
    for line in said.splitlines():
        world.logs.write(app.id, world.now, "app", RELEASE, line)
    failed = not went_well or world.struck_by("release-fails")
    key = new_key() if command else ""
    return world.releases.put(
        replace(release, status="failed" if failed else "succeeded", output=said, key=key)
    )


def _command(world: World, release: Release) -> str | None:
    slug = world.slugs.get(release.slug_id or "")
    return slug.process_types.get(RELEASE) if slug else None


def current(world: World, app: App) -> Release | None:
    """The newest release that did not fail: what the dynos run."""
    return next((item for item in reversed(world.releases.of(app.id)) if item.status == "succeeded"), None)


def get(world: World, app: App, id_or_version: str) -> Release:
    found = world.releases.get(id_or_version)
    if found is not None and found.app_id == app.id:
        return found
    version = id_or_version.removeprefix("v")
    for release in world.releases.of(app.id):
        if str(release.version) == version:
            return release
    raise not_found("release")


def eligible_for_rollback(release: Release) -> bool:
    return release.status == "succeeded" and release.slug_id is not None


def roll_back(world: World, app: App, target: Release) -> Release:
    """A new release with the target's slug and config vars; add-ons stay as they are."""
    if not eligible_for_rollback(target):
        raise invalid_params(f"Cannot roll back to v{target.version}: it has no slug or did not succeed")
    owned = environment.of_addons(world, app)
    restored = {key: value for key, value in target.config_vars.items() if key not in owned}
    app = world.apps.put(replace(app, config_vars=restored))
    create(world, app, f"Rollback to v{target.version}", slug_id=target.slug_id)
    return newest(world, app)


def deploy(world: World, app: App, slug_id: str, description: str | None) -> Release:
    slug = world.slugs.get(slug_id)
    if slug is None or slug.app_id != app.id:
        raise not_found("slug")
    create(world, app, description or f"Deploy {(slug.commit or slug.id)[:8]}", slug_id=slug.id)
    return newest(world, app)


def newest(world: World, app: App) -> Release:
    release = world.releases.last_of(app.id)
    if release is None:
        raise not_found("release")
    return release
