"""Domains: the app's herokuapp.com name and custom host names. No certificate is ever issued."""

from __future__ import annotations

import re
import secrets
from dataclasses import replace

from local_heroku.catalogue import stable_id
from local_heroku.errors import invalid_params, not_found
from local_heroku.store.part_records import Domain
from local_heroku.store.records import App
from local_heroku.store.world import World, new_id

_HOSTNAME = re.compile(
    r"(\*\.)?([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]*[a-z0-9]", re.IGNORECASE
)
_LONGEST = 253


def all_of(world: World, app: App) -> list[Domain]:
    return [_own(app), *world.domains.of(app.id)]


def get(world: World, app: App, id_or_hostname: str) -> Domain:
    for domain in all_of(world, app):
        if id_or_hostname in (domain.id, domain.hostname):
            return domain
    raise not_found("domain")


def create(world: World, app: App, *, hostname: str, sni_endpoint: str | None) -> Domain:
    if not _HOSTNAME.fullmatch(hostname) or len(hostname) > _LONGEST or hostname.endswith(".herokuapp.com"):
        raise invalid_params(f"{hostname[:100]} is not a valid hostname for a custom domain")
    if any(domain.hostname == hostname for domain in world.domains.all()):
        raise invalid_params(f"{hostname} is currently in use by another app.")
    cname = f"{secrets.choice(_WORDS)}-{secrets.choice(_WORDS)}-{secrets.token_hex(10)}.herokudns.com"
    return world.domains.put(Domain(new_id(), app.id, hostname, cname, sni_endpoint, world.now, world.now))


def change(world: World, domain: Domain, *, sni_endpoint: str | None) -> Domain:
    _refuse_own(domain)
    return world.domains.put(replace(domain, sni_endpoint=sni_endpoint, updated_at=world.now))


def delete(world: World, domain: Domain) -> Domain:
    _refuse_own(domain)
    return world.domains.remove(domain)


def _refuse_own(domain: Domain) -> None:
    if not domain.cname:
        raise invalid_params(f"{domain.hostname} is the app's own name and stays as it is")


def _own(app: App) -> Domain:
    return Domain(stable_id("own-domain", app.id), app.id, app.host, "", None, app.created_at, app.updated_at)


_WORDS = ("calm", "clear", "cubic", "flat", "polar", "shallow", "silent", "steep")
