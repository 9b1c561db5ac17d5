"""What an answer means: a 2xx is an Answer, every other status one of `heroku_api.errors`. No network here."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from functools import cached_property
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from heroku_api.errors import (
    Asked,
    ConflictError,
    ForbiddenError,
    InvalidError,
    NotFoundError,
    OutcomeUnknownError,
    PaymentRequiredError,
    RateLimitedError,
    RefusedError,
    Said,
    ServerError,
    UnauthorizedError,
    UnexpectedAnswerError,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

MESSAGE_LIMIT = 300
"""Characters of Heroku's message that an error quotes."""

REFUSALS: dict[int, type[RefusedError]] = {
    400: InvalidError,
    401: UnauthorizedError,
    402: PaymentRequiredError,
    403: ForbiddenError,
    404: NotFoundError,
    406: InvalidError,
    409: ConflictError,
    416: InvalidError,
    422: InvalidError,
    423: ConflictError,
    429: RateLimitedError,
}


@dataclass(frozen=True)
class Request:
    """One request, ready to send. `repeatable`: a lost answer does no harm, as with a GET."""

    asked: Asked
    url: str
    headers: Mapping[str, str] = field(repr=False)
    body: bytes | None = field(repr=False)
    repeatable: bool
    hide: Callable[[str], str] = field(repr=False)
    """Takes what is secret out of a text that came from the server."""


@dataclass(frozen=True)
class Answer:
    """A success (2xx) as it came. The headers are read case-insensitively."""

    asked: Asked
    status: int
    headers: Mapping[str, str] = field(repr=False)
    content: bytes = field(repr=False)

    @cached_property
    def decoded(self) -> Any:
        """The decoded JSON. Raises UnexpectedAnswerError when it is empty or no JSON."""
        if not self.content.strip():
            raise UnexpectedAnswerError(self.asked, f"unexpected answer: {self.status} with an empty body")
        try:
            return json.loads(self.content)
        except (ValueError, RecursionError):
            kind = self.headers.get("content-type", "no content type").partition(";")[0]
            raise UnexpectedAnswerError(
                self.asked,
                f"unexpected answer: {self.status} with {kind}, {len(self.content)} bytes, no JSON",
            ) from None


def answer_of(request: Request, status: int, headers: Mapping[str, str], content: bytes) -> Answer:
    """The answer of a 2xx. Raises the error that any other status stands for."""
    if HTTPStatus.OK <= status < HTTPStatus.MULTIPLE_CHOICES:
        return Answer(request.asked, status, headers, content)
    if status < HTTPStatus.BAD_REQUEST:
        what = f"unexpected answer: {status}, a redirect, which is never followed"
        raise UnexpectedAnswerError(request.asked, what)
    said = _said(request, status, headers, content)
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        if request.repeatable:
            raise ServerError(request.asked, said)
        raise OutcomeUnknownError(request.asked, f"{said.status} {said.message}", said=said)
    raise REFUSALS.get(status, RefusedError)(request.asked, said)


def _said(request: Request, status: int, headers: Mapping[str, str], content: bytes) -> Said:
    """The error body's fields, in printable text without secrets; the standard phrase when there is no message."""
    try:
        body = json.loads(content)
    except (ValueError, RecursionError):
        body = None
    fields = body if isinstance(body, dict) else {}

    def text(*names: str) -> str:
        found = next((fields[name] for name in names if isinstance(fields.get(name), str)), "")
        return _plain(request.hide(found))

    phrase = HTTPStatus(status).phrase if status in list(HTTPStatus) else "no message"
    return Said(
        status=status,
        id=text("id"),
        message=text("message", "error") or phrase,
        resource=text("resource"),
        url=text("url"),
        request_id=_plain(headers.get("request-id", "")),
        retry_after=_seconds(headers.get("retry-after")),
    )


def _plain(text: str) -> str:
    """One line of printable characters, cut at MESSAGE_LIMIT."""
    line = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    return line if len(line) <= MESSAGE_LIMIT else f"{line[:MESSAGE_LIMIT]}…"


def _seconds(retry_after: str | None) -> float | None:
    """Retry-After in seconds, from a number or an HTTP date; None when absent or unreadable. Source: RFC 9110 §10.2.3."""
    if retry_after is None:
        return None
    if re.fullmatch(r"\d+(\.\d+)?", retry_after.strip()):
        return float(retry_after)
    from datetime import UTC, datetime  # noqa: PLC0415 - dates are rare here
    from email.utils import parsedate_to_datetime  # noqa: PLC0415 - slow import

    try:
        moment: datetime = parsedate_to_datetime(retry_after)
    except ValueError:
        return None
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return max(0.0, (moment - datetime.now(UTC)).total_seconds())
