"""Everything that can go wrong between here and Heroku, as one tree.

    HerokuError
    ├── EndpointError               a URL in the environment cannot be used
    ├── CredentialsError            no API key, or one that cannot be sent
    └── RequestError                one request failed
        ├── UnreachableError        no connection: nothing was sent
        ├── CertificateError        TLS could not be trusted
        ├── AnswerLostError         a read's answer did not arrive
        ├── OutcomeUnknownError     a write's answer did not arrive: look up before trying again
        ├── UnexpectedAnswerError   an answer that is not the API's
        ├── CancelledError          the caller stopped waiting
        └── RefusedError            Heroku answered, and said no
            ├── UnauthorizedError       401
            ├── PaymentRequiredError    402
            ├── ForbiddenError          403
            ├── NotFoundError           404
            ├── ConflictError           409, 423
            ├── InvalidError            400, 406, 416, 422
            ├── RateLimitedError        429
            └── ServerError             5xx on a read

Each text is one line: what was asked, what Heroku said, the request id, the next step. It never holds the API key
nor a value of the request's body.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True)
class Asked:
    """What was asked: method, path without its query, and host (with port where one was given)."""

    method: str
    path: str
    host: str

    def __str__(self) -> str:
        return f"{self.method} {self.path} at {self.host}"


@dataclass(frozen=True)
class Said:
    """What Heroku said: HTTP status and the fields of its error body.

    `retry_after` is in seconds, None when the answer had no such header. Source: Platform API reference, "Errors".
    """

    status: int
    id: str = ""
    message: str = ""
    resource: str = ""
    url: str = ""
    request_id: str = ""
    retry_after: float | None = None


class HerokuError(Exception):
    """Anything this client raises on purpose."""


class EndpointError(HerokuError):
    """A URL of the Platform or Data API cannot be used. A retry cannot help: change the environment."""


class CredentialsError(HerokuError):
    """There is no API key, or it holds characters no header can carry. A retry cannot help: set the key."""


class RequestError(HerokuError):
    """One request failed; the subclasses say how."""

    next_step: ClassVar[str] = ""

    def __init__(self, asked: Asked, what: str, *, said: Said | None = None, next_step: str = "") -> None:
        self.asked = asked
        self.what = what
        self.said = said
        self.step = next_step or self.next_step
        self._effort = ""
        super().__init__(asked, what)

    def __str__(self) -> str:
        request_id = f" (request id {self.said.request_id})" if self.said and self.said.request_id else ""
        return f"{self.asked}: {self.what.rstrip('.')}{request_id}{self._effort}. {self.step}".rstrip()

    def tried(self, tries: int, seconds: float) -> None:
        """Makes the text tell how often and how long the request was tried, when it was more than once."""
        if tries > 1:
            self._effort = f", after {tries} tries in {seconds:.0f} s"

    @property
    def status(self) -> int | None:
        """The HTTP status, None when no answer came."""
        return self.said.status if self.said else None


class UnreachableError(RequestError):
    """Connection refused, name not found, or no connection in time: nothing was sent. A retry can help."""

    next_step = "Nothing was sent; check the network and HEROKU_API_URL / HEROKU_DATA_URL, then run again."


class CertificateError(RequestError):
    """The server's TLS certificate was not trusted, or it spoke no TLS. A retry cannot help; http is never tried."""

    next_step = "Nothing was sent; find out who answers there before you go on."


class AnswerLostError(RequestError):
    """A read's answer was cut off or took too long. A retry can help, and is made within the time budget."""

    next_step = "Run again; if it stays, see https://status.heroku.com."


class OutcomeUnknownError(RequestError):
    """A write was sent and its answer was lost, or was a 5xx: Heroku may have done it or not.

    Never repeated by the client. The caller looks up what is there first; then a new try is safe.
    """

    next_step = "Heroku may have done it; look up what is there before trying again."


class UnexpectedAnswerError(RequestError):
    """A success that is empty, not JSON, a redirect, or of the wrong shape. A retry seldom helps."""

    next_step = "Nothing was taken from it; check that this host is Heroku's API, then run again."


class CancelledError(RequestError):
    """The caller's cancel was set while waiting. `what` says if a write was under way. A retry helps."""

    next_step = "Run again to go on."


class RefusedError(RequestError):
    """Heroku answered with an error of its own; `said` holds its id and message. A retry cannot help."""

    said: Said
    next_step = "Read Heroku's message above."

    def __init__(self, asked: Asked, said: Said, *, next_step: str = "") -> None:
        what = said.message or f"HTTP status {said.status}"
        named = f" [{said.id}]" if said.id else ""
        asks = f", retry after {said.retry_after:.0f} s" if said.retry_after is not None else ""
        super().__init__(
            asked, f"{said.status} {what.rstrip('.')}{named}{asks}", said=said, next_step=next_step
        )


class UnauthorizedError(RefusedError):
    """401: the API key is wrong, expired or revoked. A retry cannot help."""

    next_step = "Set HEROKU_API_KEY to a valid key (heroku authorizations:create), then run again."


class PaymentRequiredError(RefusedError):
    """402: the account is unverified or unpaid. A retry cannot help."""

    next_step = "Settle this with the account's owner at https://dashboard.heroku.com/account/billing."


class ForbiddenError(RefusedError):
    """403: the key may not do this. A retry cannot help."""

    next_step = (
        "The key needs the scope read-protected for reads and write-protected for writes "
        "(heroku authorizations), and its account access to the app."
    )


class NotFoundError(RefusedError):
    """404: no such object, or one this key cannot see. A retry helps only right after the object was created."""

    next_step = "Check that it exists, and that HEROKU_API_KEY belongs to the account that has it."


class ConflictError(RefusedError):
    """409 or 423: something else is under way, or the action wants confirmation. A retry can help for a 409."""

    next_step = "See what else is changing this app (heroku releases), then run again."


class InvalidError(RefusedError):
    """400, 406, 416 or 422: Heroku does not take this request. A retry cannot help."""

    next_step = "Change the value Heroku names, then run again."


class RateLimitedError(RefusedError):
    """429 until the time budget ended. A retry helps later: the limit refills by about 75 requests a minute."""

    next_step = "Rate limited: wait a few minutes, then run again; nothing was done by this request."


class ServerError(RefusedError):
    """5xx on a read until the time budget ended. A retry can help."""

    next_step = "Heroku has a fault: see https://status.heroku.com, then run again."
