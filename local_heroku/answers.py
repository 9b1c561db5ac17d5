"""From a route's answer to bytes: JSON, pages of lists, ETag, the headers that Heroku sends on every response."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import orjson

from local_heroku import ranges
from local_heroku.call import Answer, Listing

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from local_heroku.errors import HerokuError

JSON_TYPE = "application/json"
ALLOWANCE = 4500  # requests an account may make; refilled at REFILL a second (docs/heroku-api.md §2)
REFILL = 75 / 60


class Allowance:
    """The account's rate limit as it would stand; shown, never enforced: faults do that."""

    def __init__(self) -> None:
        self._left = float(ALLOWANCE)
        self._seen = 0.0

    def take(self, moment: float) -> int:
        self._left = min(float(ALLOWANCE), self._left + max(0.0, moment - self._seen) * REFILL)
        self._seen = moment
        self._left = max(0.0, self._left - 1)
        return int(self._left)


@dataclass(slots=True)
class Response:
    """What is sent: either `content` or `stream`; `halfway`: the connection is cut in the middle of `content`."""

    status: int
    headers: dict[str, str]
    content: bytes = b""
    stream: AsyncIterator[bytes] | None = None
    halfway: bool = False


def of_result(result: Answer | Listing[Any], headers: dict[str, str]) -> Response:
    """A 2xx, or 304 when the client has the same ETag. `headers` are the request's, names in lower case."""
    answer = _page(result, headers.get("range", "")) if isinstance(result, Listing) else result
    if answer.stream is not None:
        return Response(
            answer.status, {"Content-Type": answer.media_type, **answer.headers}, stream=answer.stream
        )
    if answer.content is not None:
        return Response(answer.status, {"Content-Type": answer.media_type, **answer.headers}, answer.content)
    content = orjson.dumps(answer.body)
    etag = f'"{hashlib.md5(content, usedforsecurity=False).hexdigest()}"'
    sent = {"Content-Type": JSON_TYPE, "ETag": etag, **answer.headers}
    wanted = headers.get("if-none-match")
    if wanted and answer.status in (200, 206) and etag in wanted:
        return Response(304, sent)
    return Response(answer.status, sent, content)


def of_error(error: HerokuError) -> Response:
    return Response(error.status, {"Content-Type": JSON_TYPE, **error.headers}, orjson.dumps(error.body))


def html(status: int, text: str) -> Response:
    return Response(status, {"Content-Type": "text/html; charset=utf-8"}, f"<html>{text}</html>".encode())


def _page(listing: Listing[Any], header: str) -> Answer:
    page = ranges.cut(listing.rows, header, listing.sorts)
    body = [listing.render(row) for row in page.rows]
    return Answer(body, 200 if page.complete else 206, page.headers)
