"""Changes of an app's config vars: which are allowed, what they release."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from local_heroku.errors import invalid_params
from local_heroku.store import environment, releases

if TYPE_CHECKING:
    from local_heroku.store.records import App
    from local_heroku.store.world import World

KEY = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
SIZE_LIMIT = 64 * 1024  # bytes of all keys and values of an app: Dev Center, "Config Vars"


def update(world: World, app: App, changes: dict[str, Any]) -> App:
    """Set strings, remove nulls; a release and new dynos when something changed, nothing otherwise (docs/heroku-api.md §5)."""
    _refuse_bad(changes)
    _refuse_owned(world, app, changes)
    wanted = {key: value for key, value in app.config_vars.items() if key not in changes}
    wanted |= {key: value for key, value in changes.items() if value is not None}
    if wanted == app.config_vars:
        return app
    _refuse_large({**wanted, **environment.of_addons(world, app)})
    description = _description(app.config_vars, wanted)
    ordered = dict(sorted(wanted.items()))
    return releases.create(world, world.apps.put(replace(app, config_vars=ordered)), description)


def _refuse_bad(changes: dict[str, Any]) -> None:
    for key, value in changes.items():
        if not KEY.fullmatch(key):
            raise invalid_params(f"Config var key {key} is invalid")
        if value is not None and not isinstance(value, str):
            raise invalid_params(f"Config var {key} must be a string or null")


def _refuse_owned(world: World, app: App, changes: dict[str, Any]) -> None:
    """Values equal to the add-on's pass, as a client that writes back what it read sends them."""
    values = environment.of_addons(world, app)
    owned = {key for item in world.attachments.of(app.id) if (key := environment.key_of(world, item))}
    overwritten = sorted(
        key for key in owned & changes.keys() if changes[key] is not None and changes[key] != values.get(key)
    )
    if overwritten:
        raise invalid_params(f"Cannot overwrite attachment values {', '.join(overwritten)}.")
    destroyed = sorted(key for key in owned & changes.keys() if changes[key] is None)
    if destroyed:
        raise invalid_params(f"Cannot destroy attachment values {', '.join(destroyed)}.")
    for key in owned & changes.keys():
        del changes[key]


def _refuse_large(values: dict[str, str]) -> None:
    size = sum(len(key.encode()) + len(value.encode()) for key, value in values.items())
    if size > SIZE_LIMIT:
        raise invalid_params(f"Config vars are limited to {SIZE_LIMIT} bytes in all, these have {size}")


def _description(before: dict[str, str], after: dict[str, str]) -> str:
    """`Set A, B config vars`, `Remove A config vars`: Heroku's wording, not confirmed (docs/heroku-api.md §5)."""
    changed = [key for key in sorted(after) if before.get(key) != after[key]]
    removed = [key for key in sorted(before) if key not in after]
    parts = [f"Set {', '.join(changed)}"] if changed else []
    parts += [f"Remove {', '.join(removed)}"] if removed else []
    return " and ".join(parts).replace(" and Remove", " and remove") + " config vars"
