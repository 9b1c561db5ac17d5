"""What an app's dynos see as their environment: config vars set by hand, and those that add-ons own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from local_heroku import catalogue

if TYPE_CHECKING:
    from local_heroku.store.records import Addon, App, Attachment
    from local_heroku.store.world import World


def all_of(world: World, app: App) -> dict[str, str]:
    return {**app.config_vars, **of_addons(world, app)}


def of_addons(world: World, app: App) -> dict[str, str]:
    """What attachments put into the app's environment; an add-on still provisioning has no value yet."""
    values = {}
    for attachment in world.attachments.of(app.id):
        addon = world.addons.get(attachment.addon_id)
        key = key_of(world, attachment)
        if addon is not None and key is not None and addon.state == "provisioned":
            values[key] = addon.url
    return values


def key_of(world: World, attachment: Attachment) -> str | None:
    """`DATABASE` -> `DATABASE_URL`; None for a service without config vars."""
    addon = world.addons.get(attachment.addon_id)
    return f"{attachment.name}_URL" if addon is not None and has_url(addon) else None


def has_url(addon: Addon) -> bool:
    return addon.service == catalogue.POSTGRES or addon.service in catalogue.CONFIG_VAR_OF_SERVICE
