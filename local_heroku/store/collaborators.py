"""Collaborators: other accounts that may work on an app."""

from __future__ import annotations

import re

from local_heroku.catalogue import stable_id
from local_heroku.errors import HerokuError, invalid_params, not_found
from local_heroku.store.part_records import Collaborator
from local_heroku.store.records import App
from local_heroku.store.world import OWNER_EMAIL, OWNER_ID, World, new_id

_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")


def all_of(world: World, app: App) -> list[Collaborator]:
    """The owner first, then the others."""
    owner = Collaborator(
        stable_id("owner", app.id), app.id, OWNER_EMAIL, OWNER_ID, app.created_at, app.created_at
    )
    return [owner, *world.collaborators.of(app.id)]


def get(world: World, app: App, id_or_email: str) -> Collaborator:
    for collaborator in all_of(world, app):
        if id_or_email in (collaborator.id, collaborator.email, collaborator.user_id):
            return collaborator
    raise not_found("collaborator")


def create(world: World, app: App, email: str) -> Collaborator:
    if not _EMAIL.fullmatch(email):
        raise not_found("account")
    if any(item.email == email for item in all_of(world, app)):
        raise invalid_params(f"{email} is already a collaborator on {app.name}")
    return world.collaborators.put(
        Collaborator(new_id(), app.id, email, stable_id("account", email), world.now, world.now),
    )


def delete(world: World, app: App, collaborator: Collaborator) -> Collaborator:
    if collaborator.user_id == OWNER_ID:
        raise HerokuError(403, "forbidden", f"The owner of {app.name} cannot be removed")
    return world.collaborators.remove(collaborator)
