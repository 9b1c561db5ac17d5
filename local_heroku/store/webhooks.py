"""App webhooks: stored, never called: local Heroku contacts nobody."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from local_heroku.errors import invalid_params, not_found
from local_heroku.store.part_records import Webhook
from local_heroku.store.records import App
from local_heroku.store.world import World, new_id

LEVELS = ("notify", "sync")


def get(world: World, app: App, webhook_id: str) -> Webhook:
    webhook = world.webhooks.get(webhook_id)
    if webhook is None or webhook.app_id != app.id:
        raise not_found("webhook")
    return webhook


def create(world: World, app: App, fields: dict[str, Any]) -> Webhook:
    blank = Webhook(new_id(), app.id, "", "", (), world.now, world.now)
    return world.webhooks.put(_filled(blank, {"url": "", "level": "", "include": [], **fields}))


def change(world: World, webhook: Webhook, fields: dict[str, Any]) -> Webhook:
    return world.webhooks.put(replace(_filled(webhook, fields), updated_at=world.now))


def _filled(webhook: Webhook, fields: dict[str, Any]) -> Webhook:
    if "url" in fields:
        if not isinstance(fields["url"], str) or not fields["url"].startswith("https://"):
            raise invalid_params("Url must use https")
        webhook = replace(webhook, url=fields["url"])
    if "level" in fields:
        if fields["level"] not in LEVELS:
            raise invalid_params(f"Level must be one of {', '.join(LEVELS)}")
        webhook = replace(webhook, level=fields["level"])
    if "include" in fields:
        include = fields["include"]
        if not isinstance(include, list) or not include or not all(isinstance(item, str) for item in include):
            raise invalid_params("Include must list at least one entity, such as api:release")
        webhook = replace(webhook, include=tuple(include))
    for key in ("secret", "authorization"):
        if key in fields:
            if fields[key] is not None and not isinstance(fields[key], str):
                raise invalid_params(f"{key.capitalize()} must be a string or null")
            webhook = replace(webhook, **{key: fields[key]})
    return webhook
