"""Attachments: the names under which an app has an add-on; found as Heroku's resolvers find them."""

from __future__ import annotations

import re

from local_heroku import catalogue
from local_heroku.errors import HerokuError, invalid_params, not_found
from local_heroku.store import environment, releases
from local_heroku.store.records import Addon, App, Attachment
from local_heroku.store.world import World, new_id

NAME = re.compile(r"[A-Z][A-Z0-9_]*")
_COLORS = (
    "AMBER", "AQUA", "BLACK", "BLUE", "BRONZE", "BROWN", "COBALT", "COPPER", "CRIMSON", "CYAN", "GOLD", "GRAY",
    "GREEN", "IVORY", "JADE", "MAROON", "NAVY", "OLIVE", "ORANGE", "PINK", "PUCE", "PURPLE", "RED", "ROSE", "SILVER",
    "TEAL", "VIOLET", "WHITE", "YELLOW",
)  # fmt: skip


def get(world: World, id_or_name: str, app: App | None = None) -> Attachment:
    """By id, or within an app by name."""
    found = world.attachments.get(id_or_name)
    if found is not None and (app is None or found.app_id == app.id):
        return found
    for attachment in world.attachments.of(app.id) if app else ():
        if attachment.name == id_or_name:
            return attachment
    raise not_found("add_on attachment")


def attach_first(world: World, app: App, addon: Addon, name: str | None) -> Attachment:
    """The attachment that comes with a new add-on; its release comes when the add-on is ready."""
    return _put(world, app, addon, name or _default_name(world, app, addon), namespace=None)


def create(
    world: World, *, addon: Addon, app: App, name: str | None, namespace: str | None, confirm: str | None
) -> Attachment:
    """Attach an add-on. A name in use is refused, unless `confirm` is the app's name: then it is taken over.

    Each step of that is a release: `pg:promote` looks for "Detach DATABASE" and "Attach DATABASE".
    """
    name = name or _default_name(world, app, addon)
    if confirm != app.name:
        refuse_taken(world, app, name)
    else:
        for attachment in world.attachments.of(app.id):
            if attachment.name == name:
                _detach(world, app, attachment)
    attachment = _put(world, app, addon, name, namespace)
    releases.create(world, app, f"Attach {name} (@ref:{addon.name})")
    return attachment


def delete(world: World, attachment: Attachment) -> Attachment:
    """Detach. The last attachment on the owning app stays as long as the add-on does (Dev Center, "Add-ons")."""
    addon, app = world.addons.get(attachment.addon_id), world.apps.get(attachment.app_id)
    if addon is None or app is None:
        raise not_found("add_on attachment")
    own = [item for item in world.attachments.of(app.id) if item.addon_id == addon.id]
    if addon.app_id == app.id and own == [attachment]:
        raise invalid_params(
            f"Cannot remove the last attachment of {addon.name} to its owner {app.name}; destroy the add-on instead",
        )
    return _detach(world, app, attachment)


def _detach(world: World, app: App, attachment: Attachment) -> Attachment:
    addon = world.addons.get(attachment.addon_id)
    world.attachments.remove(attachment)
    releases.create(world, app, f"Detach {attachment.name} (@ref:{addon.name if addon else ''})")
    return attachment


def refuse_taken(world: World, app: App, name: str | None) -> None:
    if name is not None and not NAME.fullmatch(name):
        raise invalid_params("Name must be upper case letters, digits and underscores")
    if any(item.name == name for item in world.attachments.of(app.id)):
        raise invalid_params(f"Name {name} is already taken by another attachment of {app.name}")


def resolve(world: World, *, text: str, app: App | None, service: str | None) -> list[Attachment]:
    """Attachments whose name, config var, id, add-on name or add-on id is `text`; names in any case (docs/heroku-api.md §4).

    Raises 404 when there is none, 422 `multiple_matches` when several add-ons match.
    """
    candidates = world.attachments.of(app.id) if app else world.attachments.all()
    if "::" in text:
        app_name, _, text = text.partition("::")
        owner = world.apps.find(app_name)
        candidates = world.attachments.of(owner.id) if owner else []
    found = [item for item in candidates if _matches(world, item, text)]
    if service:
        found = [
            item for item in found if (addon := world.addons.get(item.addon_id)) and addon.service == service
        ]
    if not found:
        raise not_found("add_on attachment")
    named = [item for item in found if item.name.lower() == text.lower()]
    found = named or found
    if len({item.addon_id for item in found}) > 1:
        raise HerokuError(
            422,
            "multiple_matches",
            f"Ambiguous identifier; multiple matching add-ons found: {', '.join(item.name for item in found)}.",
            extra={"resource": "add_on attachment"},
        )
    return found


def _matches(world: World, attachment: Attachment, text: str) -> bool:
    addon = world.addons.get(attachment.addon_id)
    key = environment.key_of(world, attachment)
    words = {attachment.name.lower(), attachment.id}
    words |= {addon.name.lower(), addon.id, addon.service} if addon else set()
    words |= {key.lower()} if key else set()
    return text.lower() in words


def _put(world: World, app: App, addon: Addon, name: str, namespace: str | None) -> Attachment:
    return world.attachments.put(
        Attachment(new_id(), app.id, addon.id, name, namespace, world.now, world.now),
    )


def _default_name(world: World, app: App, addon: Addon) -> str:
    """DATABASE for an app's first database, then HEROKU_POSTGRESQL_<COLOR> (docs/heroku-api.md §5)."""
    taken = {item.name for item in world.attachments.of(app.id)}
    if addon.service != catalogue.POSTGRES:
        stem = catalogue.CONFIG_VAR_OF_SERVICE.get(addon.service, addon.service.upper().replace("-", "_"))
        return next(name for name in (stem, *(f"{stem}_{color}" for color in _COLORS)) if name not in taken)
    if "DATABASE" not in taken and "DATABASE_URL" not in app.config_vars:
        return "DATABASE"
    free = [name for color in _COLORS if (name := f"HEROKU_POSTGRESQL_{color}") not in taken]
    if not free:
        raise invalid_params(
            f"No color is left for another database of {app.name}; give the attachment a name"
        )
    return free[0]
