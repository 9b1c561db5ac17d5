"""App features (labs): a fixed list, each on or off for an app."""

from __future__ import annotations

from dataclasses import replace

from local_heroku import catalogue
from local_heroku.errors import not_found
from local_heroku.store.records import App
from local_heroku.store.world import World


def find(id_or_name: str) -> str:
    for name in catalogue.FEATURES:
        if id_or_name in (name, catalogue.stable_id("app-feature", name)):
            return name
    raise not_found("feature")


def switch(world: World, app: App, name: str, *, enabled: bool) -> App:
    others = tuple(item for item in app.features if item != name)
    wanted = (*others, name) if enabled else others
    return app if set(wanted) == set(app.features) else world.apps.put(replace(app, features=wanted))
