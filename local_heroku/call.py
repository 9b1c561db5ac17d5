"""One request as a route sees it, and the answer it gives. Bodies are read leniently: real clients send more than is used."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Generic, TypeVar

import orjson

from local_heroku.errors import bad_request, invalid_params

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

    from local_heroku.store.world import World

Row = TypeVar("Row")


@dataclass(slots=True)
class Call:
    """`params` come from the path, decoded; `body` is the JSON object sent, {} when none; `base_url` is this
    server's, `download_url` the same over https where there is a certificate; `attach_url` is where terminals are opened, "" without one.
    """

    world: World
    params: dict[str, str]
    query: dict[str, str]
    body: dict[str, Any]
    raw: bytes
    headers: dict[str, str]
    base_url: str
    download_url: str
    attach_url: str = ""

    def text(self, key: str) -> str:
        """A required string of the body."""
        value = self.maybe_text(key)
        if value is None:
            raise invalid_params(f"{key} is required")
        return value

    def maybe_text(self, key: str) -> str | None:
        return as_text(self.body.get(key), key)

    def maybe_flag(self, key: str) -> bool | None:
        value = self.body.get(key)
        if value is None or isinstance(value, bool):
            return value
        raise invalid_params(f"{key} must be true or false")

    def identity(self, key: str) -> str:
        """A required id or name, given as a string or as an object with `id` or `name`; clients send both."""
        value = self.maybe_identity(key)
        if value is None:
            raise invalid_params(f"{key} is required")
        return value

    def maybe_identity(self, key: str) -> str | None:
        return as_identity(self.body.get(key), key)

    def maybe_object(self, key: str) -> dict[str, Any]:
        value = self.body.get(key)
        if value is None:
            return {}
        if not isinstance(value, dict):
            raise invalid_params(f"{key} must be an object")
        return value

    def objects(self, key: str) -> list[dict[str, Any]]:
        """A required list of objects."""
        value = self.body.get(key)
        if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
            raise invalid_params(f"{key} must be a list of objects")
        return value


def as_text(value: object, key: str) -> str | None:
    if value is None or isinstance(value, str):
        return value
    raise invalid_params(f"{key} must be a string")


def as_identity(value: object, key: str) -> str | None:
    if isinstance(value, dict):
        value = value.get("id") or value.get("name")
    return as_text(value, key)


@dataclass(slots=True)
class Answer:
    """What goes back: `body` as JSON, or `content` as it is with its `media_type`, or a `stream`."""

    body: object = None
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    content: bytes | None = None
    media_type: str = "application/json"
    stream: AsyncIterator[bytes] | None = None


@dataclass(slots=True)
class Listing(Generic[Row]):
    """A list that the server cuts to the page asked for, then renders. Ranges go by any of `sorts`."""

    rows: list[Row]
    render: Callable[[Row], object]
    sorts: tuple[str, ...] = ("id",)


def created(body: object) -> Answer:
    return Answer(body, 201)


def accepted(body: object) -> Answer:
    return Answer(body, 202)


def whole_number(value: object, key: str) -> int:
    """An integer given as number or as digits, as the CLI sends hours and quantities."""
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < 10:  # noqa: PLR2004 - int is enough
        return int(value)
    raise invalid_params(f"{key} must be a whole number, not {str(value)[:40]!r}")


def json_object(raw: bytes) -> dict[str, Any]:
    """The body as an object; nothing at all is an empty one. Raises 400."""
    if not raw.strip():
        return {}
    try:
        value = orjson.loads(raw)
    except orjson.JSONDecodeError:
        raise bad_request("The request body is not valid JSON.") from None
    if not isinstance(value, dict):
        raise bad_request("The request body must be a JSON object.")
    return value
