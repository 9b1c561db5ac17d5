"""One exchange with a server: what urllib3 raises becomes one of `heroku_api.errors`.

The exchange runs on a thread of its own, so that neither a server that drips one byte a minute nor a slow name
look-up outlives the time limit or the caller's cancel.
"""

from __future__ import annotations

import re
import threading
from concurrent.futures import Future, wait
from dataclasses import dataclass

import urllib3
from urllib3.exceptions import (
    ConnectTimeoutError,
    HTTPError,
    NameResolutionError,
    NewConnectionError,
    ProtocolError,
    ProxyError,
    ReadTimeoutError,
    SSLError,
)

from heroku_api.answers import Answer, Request, answer_of
from heroku_api.endpoints import is_loopback
from heroku_api.errors import (
    AnswerLostError,
    CancelledError,
    CertificateError,
    OutcomeUnknownError,
    RequestError,
    UnexpectedAnswerError,
    UnreachableError,
)

CONNECTIONS = 64
"""Kept to one host: more than a plugin's steps at once."""
CANCEL_LATENCY = 0.05
"""Seconds between two looks at the caller's cancel while an exchange is under way."""


@dataclass(frozen=True)
class Timeouts:
    """Limits of one exchange, in seconds: to connect, between two pieces of the answer, and for all of it."""

    connect: float = 10.0
    read: float = 30.0
    total: float = 60.0


class Transport:
    """Connections that are kept and shared between threads. Redirects are never followed, certificates always checked."""

    def __init__(self, timeouts: Timeouts, cancelled: threading.Event) -> None:
        self.timeouts = timeouts
        self._cancelled = cancelled
        self._pools: dict[str, urllib3.PoolManager] = {}

    def exchange(self, request: Request, *, limit: float) -> Answer:
        """Sends once and waits at most `limit` seconds for the whole answer. Raises RequestError."""
        outcome: Future[urllib3.BaseHTTPResponse] = Future()
        if self._cancelled.is_set():
            raise CancelledError(request.asked, "not sent, because the run was cancelled")
        threading.Thread(target=self._send, args=(request, limit, outcome), daemon=True).start()
        try:
            response = self._await(request, limit, outcome)
        except (HTTPError, OSError, ValueError) as error:
            raise _failure(request, error) from None
        return answer_of(request, response.status, response.headers, response.data)

    def close(self) -> None:
        """Closes the connections that are idle."""
        for pool in self._pools.values():
            pool.clear()

    def _send(self, request: Request, limit: float, outcome: Future[urllib3.BaseHTTPResponse]) -> None:
        try:
            response = self._pool(request.url).request(
                request.asked.method,
                request.url,
                body=request.body,
                headers=dict(request.headers),
                timeout=urllib3.Timeout(
                    connect=min(self.timeouts.connect, limit), read=min(self.timeouts.read, limit)
                ),
                retries=False,
                redirect=False,
            )
        except BaseException as error:  # noqa: BLE001 - handed to the caller's thread
            outcome.set_exception(error)
        else:
            outcome.set_result(response)

    def _await(
        self, request: Request, limit: float, outcome: Future[urllib3.BaseHTTPResponse]
    ) -> urllib3.BaseHTTPResponse:
        looks = max(1, round(limit / CANCEL_LATENCY))
        for _ in range(looks):
            if wait([outcome], timeout=CANCEL_LATENCY).done:
                return outcome.result()
            if self._cancelled.is_set():
                done = "" if request.repeatable else "; it was sent, and Heroku may have done it"
                raise CancelledError(
                    request.asked, f"the run was cancelled while waiting for the answer{done}"
                )
        raise _lost(request, f"no whole answer within {limit:g} s")

    def _pool(self, url: str) -> urllib3.PoolManager:
        proxy = _proxy(url)
        if proxy not in self._pools:
            self._pools[proxy] = (
                urllib3.ProxyManager(proxy, maxsize=CONNECTIONS)
                if proxy
                else urllib3.PoolManager(maxsize=CONNECTIONS)
            )
        return self._pools[proxy]


def _proxy(url: str) -> str:
    """The proxy the environment names for this URL, "" for none; never one for loopback."""
    if is_loopback(url):
        return ""
    from urllib.request import getproxies, proxy_bypass  # noqa: PLC0415 - slow import, not needed for loopback

    host = urllib3.util.parse_url(url).host or ""
    return "" if proxy_bypass(host) else getproxies().get(url.partition(":")[0], "")


FAILURES: tuple[tuple[type[Exception], type[RequestError], str], ...] = (
    (ProxyError, UnreachableError, "the proxy did not connect"),
    (NameResolutionError, UnreachableError, "the host's name was not found (DNS)"),
    (NewConnectionError, UnreachableError, "no connection (refused, or no route to the host)"),
    (ConnectTimeoutError, UnreachableError, "no connection in time"),
    (ReadTimeoutError, AnswerLostError, "no answer in time"),
    (ProtocolError, AnswerLostError, "the connection broke before the whole answer had come"),
    (SSLError, AnswerLostError, "the connection broke before the whole answer had come"),
    (OSError, AnswerLostError, "the connection broke before the whole answer had come"),
)
"""What urllib3 raises, subclasses before their bases, and what it means for a read."""


def _failure(request: Request, error: Exception) -> RequestError:
    """What a failed exchange means. The texts of urllib3 are not quoted: they hold addresses of objects."""
    if isinstance(error, SSLError) and "EOF" not in str(error):
        return CertificateError(request.asked, f"TLS was refused: {_reason(error)}")
    for raised, kind, what in FAILURES:
        if isinstance(error, raised):
            return _lost(request, what) if kind is AnswerLostError else kind(request.asked, what)
    return UnexpectedAnswerError(request.asked, f"unexpected answer ({type(error).__name__})")


def _lost(request: Request, what: str) -> RequestError:
    return (AnswerLostError if request.repeatable else OutcomeUnknownError)(request.asked, what)


def _reason(error: SSLError) -> str:
    """OpenSSL's own words, such as "certificate verify failed: self-signed certificate"."""
    found = re.search(r"\] ([^()]+)", str(error))
    return found.group(1) if found else "handshake failed"
