"""Heroku's answers as decoded objects whose fields are asked for by name and kind: for plugins, which load no models."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from heroku_api.errors import (
    Asked,
    HerokuError,
    InvalidError,
    NotFoundError,
    OutcomeUnknownError,
    RequestError,
    UnexpectedAnswerError,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from heroku_api.answers import Answer
    from heroku_api.client import Api, Client


@dataclass(frozen=True)
class Object:
    """One JSON object of an answer, and what was asked for it."""

    asked: Asked
    fields: Mapping[str, Any] = field(repr=False)

    def text(self, *path: str) -> str:
        """The string at a path. Raises UnexpectedAnswerError when there is none."""
        found = self._at(path)
        if not isinstance(found, str):
            raise self._unexpected(path, "a string", found)
        return found

    def number(self, *path: str) -> int:
        found = self._at(path)
        if not isinstance(found, int) or isinstance(found, bool):
            raise self._unexpected(path, "a whole number", found)
        return found

    def flag(self, *path: str, required: bool = False) -> bool:
        """The boolean at a path; absent and null are false, as in the Platform API's older answers."""
        found = self._at(path)
        if found is None and not required:
            return False
        if not isinstance(found, bool):
            raise self._unexpected(path, "a boolean", found)
        return found

    def maybe(self, *path: str) -> str | None:
        """The string at a path, None when it is absent or null."""
        return None if self._at(path) is None else self.text(*path)

    def texts(self, *path: str) -> list[str]:
        """The list of strings at a path; absent and null are empty."""
        found = self._at(path) or []
        if not isinstance(found, list) or not all(isinstance(item, str) for item in found):
            raise self._unexpected(path, "a list of strings", found)
        return found

    def has(self, *path: str) -> bool:
        return self._at(path) is not None

    def _at(self, path: tuple[str, ...]) -> Any:
        found: Any = self.fields
        for name in path:
            found = found.get(name) if isinstance(found, dict) else None
        return found

    def _unexpected(self, path: tuple[str, ...], expected: str, found: object) -> UnexpectedAnswerError:
        what = f"unexpected answer: {'.'.join(path)} is {type(found).__name__}, expected {expected}"
        return UnexpectedAnswerError(self.asked, what)


PATH = re.compile(r"(?!.*/\.\.?(/|$))[A-Za-z0-9/_.:*@+'-]*")
"""Names and ids stand in paths as they are; none of Heroku's needs another character."""


class PathError(HerokuError):
    """A name or id that would make another path of it. A retry cannot help."""


class Heroku:
    """Both APIs through one client, with the headers that the provider's settings add."""

    def __init__(self, client: Client, headers: Mapping[str, str]) -> None:
        self.client = client
        self._headers = headers

    def get(self, path: str, *, api: Api = "platform") -> Object:
        return self._object("GET", path, None, api)

    def post(self, path: str, body: object | None = None, *, api: Api = "platform") -> Object:
        return self._object("POST", path, body, api)

    def put_list(self, path: str, body: object) -> list[Object]:
        return _objects(self._exchange("PUT", path, body))

    def patch(self, path: str, body: object) -> Object:
        return self._object("PATCH", path, body)

    def delete(self, path: str, *, api: Api = "platform") -> None:
        """Deletes; an answer without a body is a success too."""
        self._exchange("DELETE", path, None, api=api)

    def page(self, path: str, *, range_: str | None = None) -> list[Object]:
        """One page of a list."""
        return _objects(self._exchange("GET", path, None, {"Range": range_} if range_ else {}))

    def every(self, path: str, *, api: Api = "platform") -> list[Object]:
        """A list, page after page."""
        pages = self.client.pages(_safe(path), headers=self._headers, api=api)
        return [item for answer, rows in pages for item in _objects(answer, rows)]

    def config_vars(self, app: str, changes: Mapping[str, str | None] | None = None) -> dict[str, str]:
        """All config vars of an app, after `changes` (None removes) when there are any to make."""
        method, body = ("GET", None) if changes is None else ("PATCH", dict(changes))
        found = self._object(method, f"/apps/{app}/config-vars", body)
        return {name: found.text(name) for name in found.fields if found.has(name)}

    def _exchange(
        self,
        method: str,
        path: str,
        body: object | None,
        extra: Mapping[str, str] | None = None,
        *,
        api: Api = "platform",
    ) -> Answer:
        headers = {**self._headers, **(extra or {})}
        return self.client.exchange(method, _safe(path), body, headers=headers, api=api)

    def _object(self, method: str, path: str, body: object | None, api: Api = "platform") -> Object:
        answer = self._exchange(method, path, body, api=api)
        if not isinstance(answer.decoded, dict):
            found = type(answer.decoded).__name__
            raise UnexpectedAnswerError(answer.asked, f"unexpected answer: {found}, expected an object")
        return Object(answer.asked, answer.decoded)


def _safe(path: str) -> str:
    if not PATH.fullmatch(path):
        raise PathError(
            f"{path!r} is no path of Heroku's API: a name or id in it holds a character it cannot."
        )
    return path


def _objects(answer: Answer, rows: object = None) -> list[Object]:
    found = answer.decoded if rows is None else rows
    if not isinstance(found, list) or not all(isinstance(item, dict) for item in found):
        raise UnexpectedAnswerError(answer.asked, "unexpected answer: expected a list of objects")
    return [Object(answer.asked, item) for item in found]


def is_missing(error: NotFoundError) -> bool:
    """Whether Heroku says that the object is not there: a 404 from anything else in between says nothing."""
    return error.said.id == "not_found"


def is_app_missing(error: NotFoundError) -> bool:
    """Whether the app itself is what Heroku cannot find."""
    return is_missing(error) and (
        error.said.resource == "app" or error.said.message == "Couldn't find that app."
    )


TAKEN = ("taken", "already", "exists", "in use")
"""Words by which Heroku says that an object of this name is there."""


def may_be_left_behind(error: RequestError) -> bool:
    """Whether a failed create leaves the question if the object is there: its answer was lost, now or before."""
    if isinstance(error, OutcomeUnknownError):
        return True
    return isinstance(error, InvalidError) and any(word in error.said.message.lower() for word in TAKEN)
