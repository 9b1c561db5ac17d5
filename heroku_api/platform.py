"""Typed calls of the Platform API. Everywhere an app, add-on or release is named, its UUID or name will do.

Every function raises one of `heroku_api.errors.RequestError`. Source: Platform API reference.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from heroku_api.errors import UnexpectedAnswerError
from heroku_api.models import AddOn, App, Attachment, Build, Dyno, FormationEntry, Release, Source
from heroku_api.shapes import every, first_page, one, segment

if TYPE_CHECKING:
    from collections.abc import Mapping

    from heroku_api.client import Client

NEWEST_FIRST = {"Range": "version ..; order=desc,max=10"}


def app(client: Client, name: str) -> App:
    return one(client, App, "GET", f"/apps/{segment(name)}")


def config_vars(client: Client, app: str) -> dict[str, str]:
    """All config vars with their values. Secret: keep them out of texts and state."""
    return _values(client, "GET", app, None)


def set_config_vars(client: Client, app: str, changes: Mapping[str, str | None]) -> dict[str, str]:
    """Sets the named config vars, removes those that are None, leaves the others; answers all. Makes a release."""
    return _values(client, "PATCH", app, dict(changes))


def addon(client: Client, name: str) -> AddOn:
    return one(client, AddOn, "GET", f"/addons/{segment(name)}")


def attachments(client: Client, app: str) -> list[Attachment]:
    """Attachments in one app."""
    return every(client, Attachment, f"/apps/{segment(app)}/addon-attachments")


def attachment_of(client: Client, app: str, name: str) -> Attachment:
    """By its name in the app."""
    return one(client, Attachment, "GET", f"/apps/{segment(app)}/addon-attachments/{segment(name)}")


def process_type(client: Client, app: str, name: str) -> FormationEntry:
    return one(client, FormationEntry, "GET", f"/apps/{segment(app)}/formation/{segment(name)}")


def dyno(client: Client, app: str, name: str) -> Dyno:
    return one(client, Dyno, "GET", f"/apps/{segment(app)}/dynos/{segment(name)}")


def attach(client: Client, *, addon: str, app: str, name: str) -> Attachment:
    """Attaches the add-on under that name. Heroku answers 422 when the name is taken."""
    return one(client, Attachment, "POST", "/addon-attachments", {"addon": addon, "app": app, "name": name})


def detach(client: Client, uuid: str) -> None:
    client.request("DELETE", f"/addon-attachments/{segment(uuid)}")


def formation(client: Client, app: str) -> list[FormationEntry]:
    return every(client, FormationEntry, f"/apps/{segment(app)}/formation")


def dynos(client: Client, app: str) -> list[Dyno]:
    return every(client, Dyno, f"/apps/{segment(app)}/dynos")


def releases(client: Client, app: str) -> list[Release]:
    """The newest ten releases, newest first."""
    return first_page(client, Release, f"/apps/{segment(app)}/releases", headers=NEWEST_FIRST)


def builds(client: Client, app: str) -> list[Build]:
    return every(client, Build, f"/apps/{segment(app)}/builds")


def build(client: Client, app: str, uuid: str) -> Build:
    return one(client, Build, "GET", f"/apps/{segment(app)}/builds/{segment(uuid)}")


def source(client: Client) -> Source:
    """A new place for a source archive: put it there with `Client.upload`."""
    return one(client, Source, "POST", "/sources")


def start_build(client: Client, app: str, *, source_url: str, version: str) -> Build:
    """Starts a build of an uploaded archive. A repeated call builds, and releases, again."""
    body = {"source_blob": {"url": source_url, "version": version}}
    return one(client, Build, "POST", f"/apps/{segment(app)}/builds", body)


def _values(client: Client, method: str, app: str, body: object) -> dict[str, str]:
    answer = client.exchange(method, f"/apps/{segment(app)}/config-vars", body)
    found = answer.decoded
    if not isinstance(found, dict) or not all(isinstance(value, str) for value in found.values()):
        raise UnexpectedAnswerError(answer.asked, "unexpected answer, no map of config vars to texts")
    return found
