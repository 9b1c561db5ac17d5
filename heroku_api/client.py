"""Requests to the Platform and Data API, repeated inside a time budget.

    client = Client.from_environment(os.environ)
    client.request("GET", "/apps/sc-mvp-staging")                     # decoded JSON
    client.list_all("/apps/sc-mvp-staging/addons")                         # every page
    client.request("GET", f"/client/v11/databases/{addon}", api="data")

What is repeated: a GET or an upload after a lost connection, a timeout, 429 and 5xx; any other method only when
nothing was sent, and after 429. Retry-After is obeyed, else the waits grow with jitter.
"""

from __future__ import annotations

import json
import threading
import time
from datetime import timedelta
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Literal, Self
from urllib.parse import urlsplit
from uuid import uuid4

from heroku_api.credentials import Credentials
from heroku_api.endpoints import Endpoints, is_loopback
from heroku_api.errors import Asked, CancelledError, EndpointError, RequestError, UnexpectedAnswerError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from types import TracebackType

    from heroku_api.answers import Answer, Request
    from heroku_api.transport import Timeouts, Transport

Api = Literal["platform", "data"]

ACCEPT = "application/vnd.heroku+json; version=3"
USER_AGENT = "social-catering-infrastructure/0.1.0"
BUDGET = timedelta(seconds=120)
"""How long one request may be tried again when HEROKU_API_TIME_BUDGET is not set."""
PAGES = 1000
"""A list that goes on longer is an error of the server."""
CONFIDENTIAL = {"config", "env", "secret", "authorization"}
"""Keys of a request's body whose values may be secrets."""


class Client:
    """Speaks to both APIs with one key. Safe to share between threads.

    `budget`: how long one request may be tried again; zero tries once. `cancelled`: when set, waits end within
    CANCEL_LATENCY with CancelledError. `notice` is told of each wait, in one line. `clock` is for tests.
    """

    def __init__(
        self,
        endpoints: Endpoints,
        credentials: Credentials | str,
        *,
        budget: timedelta = BUDGET,
        timeouts: Timeouts | None = None,
        cancelled: threading.Event | None = None,
        notice: Callable[[str], None] | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.endpoints = endpoints
        self.credentials = Credentials(credentials) if isinstance(credentials, str) else credentials
        self.budget = budget
        self.cancelled = cancelled or threading.Event()
        self._timeouts = timeouts
        self._notice = notice or (lambda _: None)
        self._clock = clock
        self._opened: Transport | None = None
        self._opening = threading.Lock()

    @classmethod
    def from_environment(
        cls,
        env: Mapping[str, str],
        *,
        cancelled: threading.Event | None = None,
        notice: Callable[[str], None] | None = None,
    ) -> Client:
        """From HEROKU_API_KEY, HEROKU_API_URL, HEROKU_DATA_URL and HEROKU_API_TIME_BUDGET (seconds)."""
        return cls(
            Endpoints.from_environment(env),
            Credentials.from_environment(env),
            budget=budget_from_environment(env),
            cancelled=cancelled,
            notice=notice,
        )

    def __repr__(self) -> str:
        return f"Client({self.endpoints!r})"

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Closes idle connections."""
        if self._opened:
            self._opened.close()

    def request(
        self,
        method: str,
        path: str,
        body: object | None = None,
        *,
        headers: Mapping[str, str] | None = None,
        api: Api = "platform",
    ) -> Any:
        """The decoded JSON of a success; None for a DELETE answered without a body. Raises RequestError."""
        answer = self.exchange(method, path, body, headers=headers, api=api)
        if method == "DELETE" and not answer.content.strip():
            return None
        return answer.decoded

    def exchange(
        self,
        method: str,
        path: str,
        body: object | None = None,
        *,
        headers: Mapping[str, str] | None = None,
        api: Api = "platform",
    ) -> Answer:
        """As `request`, but with status, headers and undecoded content. `headers` win over the client's own."""
        base = self.endpoints.data if api == "data" else self.endpoints.platform
        content = None if body is None else json.dumps(body, separators=(",", ":")).encode()
        sent = {"Accept": ACCEPT, "Authorization": self.credentials.header, "User-Agent": USER_AGENT}
        if content is not None:
            sent["Content-Type"] = "application/json"
        return self._repeat(method, f"{base}{path}", content, {**sent, **(headers or {})}, body)

    def pages(
        self, path: str, *, headers: Mapping[str, str] | None = None, api: Api = "platform"
    ) -> Iterator[tuple[Answer, list[Any]]]:
        """Each page of a list with the answer it came in. Source: Platform API reference, "Ranges".

        A list that breaks off is an error, as what is missing in it would look like something that is gone. A row that
        comes twice, as when the list changes meanwhile, is given once.
        """
        following, given = dict(headers or {}), set[str]()
        for _ in range(PAGES):
            answer = self.exchange("GET", path, headers=following, api=api)
            page = answer.decoded
            if not isinstance(page, list):
                found = type(page).__name__
                raise UnexpectedAnswerError(
                    answer.asked, f"unexpected answer: expected a list, found {found}"
                )
            yield answer, [row for row in page if _is_new(row, given)]
            next_range = answer.headers.get("next-range")
            if not next_range and answer.status != HTTPStatus.PARTIAL_CONTENT:
                return
            if not next_range or next_range == following.get("Range"):
                raise UnexpectedAnswerError(
                    answer.asked, "unexpected answer: a part of a list (206) that doesn't say how it goes on"
                )
            following["Range"] = next_range
        raise UnexpectedAnswerError(answer.asked, f"unexpected answer: a list of more than {PAGES} pages")

    def list_all(
        self, path: str, *, headers: Mapping[str, str] | None = None, api: Api = "platform"
    ) -> list[Any]:
        """All items of a list, decoded."""
        return [item for _, page in self.pages(path, headers=headers, api=api) for item in page]

    def upload(self, url: str, content: bytes, *, headers: Mapping[str, str] | None = None) -> None:
        """PUTs bytes to an absolute URL that Heroku handed out, without the API key.

        Raises EndpointError when the URL is not https, or lies on the other side of loopback than the APIs.
        """
        self._require_safe("an upload to", url)
        self._repeat("PUT", url, content, {"User-Agent": USER_AGENT, **(headers or {})}, None)

    def download(self, url: str) -> bytes:
        """GETs an absolute URL that Heroku handed out, without the API key. Raises EndpointError as `upload`."""
        self._require_safe("a download from", url)
        return self._repeat("GET", url, None, {"User-Agent": USER_AGENT}, None).content

    def _require_safe(self, what: str, url: str) -> None:
        parts = urlsplit(url)
        here = self.endpoints.is_loopback
        if parts.scheme != "https" and not (here and parts.scheme == "http"):
            raise EndpointError(f"{what} {parts.scheme}://{parts.hostname} was refused: expected https.")
        if is_loopback(url) != here:
            where = "on this machine, as the APIs are" if here else "away from this machine, as the APIs are"
            raise EndpointError(f"{what} {parts.hostname} was refused: expected a host {where}.")

    def _repeat(
        self, method: str, url: str, content: bytes | None, headers: Mapping[str, str], body: object
    ) -> Answer:
        """One request with its retries. An upload (PUT) may be repeated like a GET: it replaces the same bytes."""
        from heroku_api.answers import Request  # noqa: PLC0415 - only for a run that sends something

        parts = urlsplit(url)
        request = Request(
            asked=Asked(method, parts.path, parts.netloc),
            url=url,
            headers={"Request-Id": str(uuid4()), **headers},
            body=content,
            repeatable=method == "GET" or "Authorization" not in headers,
            hide=lambda text: _hide(self.credentials.hide(text), parts.path, body),
        )
        return self._within_budget(request)

    def _within_budget(self, request: Request) -> Answer:
        transport = self._transport()
        budget = self.budget.total_seconds()
        started = self._clock()
        limit = transport.timeouts.total
        if budget <= 0:
            return transport.exchange(request, limit=limit)
        from heroku_api.waiting import retrying  # noqa: PLC0415 - tenacity takes 20 ms to import

        tries = 0

        def attempt() -> Answer:
            nonlocal tries
            tries += 1
            left = budget - (self._clock() - started)
            return transport.exchange(request, limit=limit if tries == 1 else min(limit, max(left, 1.0)))

        def elapsed() -> float:
            return self._clock() - started

        def wait(seconds: float) -> None:
            if self.cancelled.wait(seconds):
                raise CancelledError(request.asked, "the run was cancelled while waiting to try again")

        try:
            return retrying(elapsed=elapsed, budget=budget, sleep=wait, notice=self._notice)(attempt)
        except RequestError as error:
            error.tried(tries, elapsed())
            raise

    def _transport(self) -> Transport:
        from heroku_api.transport import Timeouts, Transport  # noqa: PLC0415 - urllib3 takes 50 ms to import

        with self._opening:
            if self._opened is None:
                self._opened = Transport(self._timeouts or Timeouts(), self.cancelled)
        return self._opened


def budget_from_environment(env: Mapping[str, str]) -> timedelta:
    """HEROKU_API_TIME_BUDGET in seconds, BUDGET when not set. Raises EndpointError when it is no such number."""
    text = env.get("HEROKU_API_TIME_BUDGET", "").strip()
    if not text:
        return BUDGET
    try:
        budget = timedelta(seconds=float(text))
    except (ValueError, OverflowError):
        budget = timedelta(seconds=-1)
    if budget < timedelta():
        raise EndpointError(
            f"HEROKU_API_TIME_BUDGET is {text!r}; expected seconds, 0 or more (0 tries every request once)."
        )
    return budget


def _is_new(row: object, given: set[str]) -> bool:
    """Whether no row like it was given before; by its id, where it has one."""
    named = row.get("id") or row.get("uuid") if isinstance(row, dict) else None
    key = str(named or json.dumps(row, sort_keys=True))
    before = len(given)
    given.add(key)
    return len(given) > before


def _hide(text: str, path: str, body: object) -> str:
    """The text without the body's confidential values: a config var's above all, should Heroku quote one."""
    whole = path.endswith("/config-vars")
    parts = body if isinstance(body, dict) else {}
    secrets = _texts({key: value for key, value in parts.items() if whole or key in CONFIDENTIAL})
    for secret in sorted(secrets, key=len, reverse=True):
        text = text.replace(secret, "[value]")
    return text


def _texts(value: object) -> set[str]:
    """All strings in a JSON value that are long enough to be a secret."""
    match value:
        case str() if len(value) > 3:  # noqa: PLR2004 - shorter ones would tear words apart
            return {value}
        case dict():
            return {text for inner in value.values() for text in _texts(inner)}
        case list():
            return {text for inner in value for text in _texts(inner)}
        case _:
            return set()
