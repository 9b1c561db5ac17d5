"""From decoded JSON to a model: a wrong shape is an UnexpectedAnswerError that quotes no value."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar
from urllib.parse import quote

from pydantic import BaseModel, ValidationError

from heroku_api.errors import UnexpectedAnswerError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from heroku_api.answers import Answer
    from heroku_api.client import Api, Client

Model = TypeVar("Model", bound=BaseModel)
NAMED_FIELDS = 3
"""How many wrong fields an error names."""


def segment(text: object) -> str:
    """A value as one segment of a path."""
    return quote(str(text), safe="")


def one(
    client: Client, model: type[Model], method: str, path: str, body: object = None, *, api: Api = "platform"
) -> Model:
    """One object. Raises RequestError."""
    answer = client.exchange(method, path, body, api=api)
    return _parsed(answer, model, answer.decoded, "")


def every(
    client: Client,
    model: type[Model],
    path: str,
    *,
    headers: Mapping[str, str] | None = None,
    api: Api = "platform",
) -> list[Model]:
    """All objects of a list, page after page. Raises RequestError."""
    return [
        _parsed(answer, model, item, f"{index}.")
        for answer, items in client.pages(path, headers=headers, api=api)
        for index, item in enumerate(items)
    ]


def first_page(client: Client, model: type[Model], path: str, *, headers: Mapping[str, str]) -> list[Model]:
    """The objects of a list's first page. Raises RequestError."""
    answer, items = next(client.pages(path, headers=headers))
    return [_parsed(answer, model, item, f"{index}.") for index, item in enumerate(items)]


def _parsed(answer: Answer, model: type[Model], value: object, where: str) -> Model:
    try:
        return model.model_validate(value)
    except ValidationError as error:
        problems = error.errors(include_url=False, include_input=False, include_context=False)
        told = ", ".join(
            f"{where}{'.'.join(map(str, problem['loc'])) or 'body'}: {problem['type'].replace('_', ' ')}"
            for problem in problems[:NAMED_FIELDS]
        )
        raise UnexpectedAnswerError(
            answer.asked, f"unexpected answer, no {model.__name__} ({told})"
        ) from None
