"""Log drains: addresses that an app's logs would go to. Nothing is sent: local Heroku contacts nobody."""

from __future__ import annotations

import re

from local_heroku.errors import invalid_params, not_found
from local_heroku.store.part_records import Drain
from local_heroku.store.records import App
from local_heroku.store.world import World, new_id

_URL = re.compile(r"(https?|syslog|syslog\+tls)://[^\s/]+\S*")


def create(world: World, app: App, url: str) -> Drain:
    if not _URL.fullmatch(url):
        raise invalid_params("Url is invalid")
    if any(drain.url == url for drain in world.drains.of(app.id)):
        raise invalid_params("Url has already been taken")
    return world.drains.put(Drain(new_id(), app.id, url, f"d.{new_id()}", world.now, world.now))


def get(world: World, app: App, id_url_or_token: str) -> Drain:
    for drain in world.drains.of(app.id):
        if id_url_or_token in (drain.id, drain.url, drain.token):
            return drain
    raise not_found("drain")
