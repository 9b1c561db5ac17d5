"""The ASGI application: guards, route, faults, transaction, answer, request log."""

from __future__ import annotations

import asyncio
import logging
import uuid
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, unquote

from local_heroku import answers, control, faults, guards, web
from local_heroku.answers import Allowance, Response
from local_heroku.call import Answer, Call, json_object
from local_heroku.clock import elapsed
from local_heroku.errors import (
    HerokuError,
    method_not_allowed,
    no_such_endpoint,
    not_emulated,
    too_large,
)
from local_heroku.request_log import RequestLog
from local_heroku.routing import Route, Router, parameters
from local_heroku.store import apps
from local_heroku.store.timeline import Timeline

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, MutableMapping

    from local_heroku.store.world import World

    # ASGI's own words.
    Scope = MutableMapping[str, Any]
    Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
    Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]

BODY_LIMIT = 1024 * 1024  # bytes of a JSON body
ARCHIVE_LIMIT = 200 * 1024 * 1024  # bytes of an uploaded source or slug
DRAIN_LIMIT = 64 * 1024 * 1024  # bytes of a refused body that are read
_log = logging.getLogger("local_heroku")


class Cut(Exception):  # noqa: N818 - no error: the connection is to be cut
    """A fault asks for the connection to be cut."""


class Server:
    """One local Heroku. `asked_at` is when it was last asked, for stopping by itself."""

    def __init__(
        self, world: World, routes: list[Route], *, token: str, base_url: str, download_url: str
    ) -> None:
        self.world = world
        self.timeline = Timeline(world)
        self.faults = faults.Faults()
        self.requests = RequestLog()
        self.asked_at = elapsed()
        self.stopping = asyncio.Event()
        self.router = Router(
            [*routes, *control.routes_for(self.faults, self.requests, self.stopping.set, self._require_token)]
        )
        self._token = token
        self.base_url = base_url
        self._download_url = download_url
        self._allowance = Allowance()
        self._earlier: dict[str, Response] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        self.asked_at = elapsed()
        try:
            await self._serve(scope, receive, send)
        except Cut:
            _cut(send)
        finally:
            self.asked_at = elapsed()

    async def _serve(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
        self.play()
        host = guards.host_name(headers.get("host", ""))
        app = apps.of_host(self.world, host) if host not in guards.LOOPBACK_NAMES else None
        if app is not None:
            reply = await web.respond(self.world, app, scope["path"])
            await _send(send, Response(reply.status, {"Content-Type": reply.media_type}, reply.content))
            return
        request = _Request(self, scope, headers, receive)
        response = await request.answer(host)
        response.headers["RateLimit-Remaining"] = str(self._allowance.take(self.asked_at))
        response.headers["Request-Id"] = headers.get("request-id", "")[:200] or str(uuid.uuid4())
        self.requests.write(
            moment=self.world.now,
            method=request.method,
            path=request.path,
            route=request.route,
            status=response.status,
            milliseconds=(elapsed() - self.asked_at) * 1000,
            fault=request.fault.kind if request.fault else "",
            body_keys=request.body_keys,
        )
        if request.cut:
            raise Cut
        await _send(send, response)

    def play(self) -> None:
        """What is due happens; what fails of it is undone, said in the log, and tried again the next time."""
        try:
            self.timeline.play()
        except Exception:  # noqa: BLE001 - one bad event must not take the server with it
            _log.exception("an event that was due failed")

    def find(self, method: str, raw_path: str) -> tuple[Route, dict[str, str]]:
        """The route and its parameters. Raises 404 for an empty segment, 405, or 501 naming what is not emulated."""
        segments = [unquote(segment) for segment in raw_path.strip("/").split("/")]
        routes, values = self.router.find(segments)
        route = routes.get(method) or (routes.get("GET") if method == "HEAD" else None)
        if route is not None and (raw_path == "/" or not raw_path.endswith("/")):
            return route, parameters(route, values)
        if "" in segments or raw_path.endswith("/"):
            raise no_such_endpoint()
        if routes:
            raise method_not_allowed(method, unquote(raw_path)[:200], sorted(routes))
        raise not_emulated(method, unquote(raw_path)[:200])

    def run(self, route: Route, call: Call, effects: frozenset[str]) -> Any:
        """The route's result; a route that changes things is one transaction."""
        if route.method == "GET":
            return route.endpoint(call)
        self.world.effects = effects
        try:
            with self.world.transaction():
                result = route.endpoint(call)
        finally:
            self.world.effects = frozenset()
        self.timeline.reconsider()
        return result

    def refuse_strangers(self, route: Route | None, host: str, headers: dict[str, str]) -> None:
        guards.refuse_foreign_host(host)
        guards.refuse_foreign_origin(headers.get("origin"))
        if route is None or not route.public:
            self._require_token(headers.get("authorization", ""))
        guards.refuse_unknown_version(headers.get("accept", ""))

    def _require_token(self, authorization: str) -> None:
        guards.require_token(authorization, self._token)

    def call(
        self, params: dict[str, str], scope: Scope, headers: dict[str, str], raw: bytes, body: dict[str, Any]
    ) -> Call:
        query = dict(parse_qsl(scope["query_string"].decode("latin-1"), keep_blank_values=True))
        return Call(self.world, params, query, body, raw, headers, self.base_url, self._download_url)

    def remember(self, path: str, response: Response) -> Response | None:
        """Keep what was answered to a GET, for stale reads; returns what was answered before."""
        before = self._earlier.get(path)
        if len(self._earlier) > 1000:  # noqa: PLR2004 - enough paths for an exercise
            self._earlier.clear()
        self._earlier[path] = response
        return before


class _Request:
    """One request on its way through."""

    def __init__(self, server: Server, scope: Scope, headers: dict[str, str], receive: Receive) -> None:
        self._server = server
        self._scope = scope
        self._headers = headers
        self._receive = receive
        self.method: str = scope["method"]
        raw: bytes = scope.get("raw_path") or scope["path"].encode()
        self.path = raw.decode("latin-1").partition("?")[0]
        self.route: Route | None = None
        self.fault: faults.Fault | None = None
        self.body_keys: tuple[str, ...] = ()
        self.cut = False

    async def answer(self, host: str) -> Response:
        try:
            return await self._answer(host)
        except HerokuError as error:
            return answers.of_error(error)
        except Exception:  # noqa: BLE001 - a bug of ours becomes an answer, and a line in the log
            _log.exception("%s %s failed", self.method, self.route.path if self.route else "")
            return answers.of_error(
                HerokuError(500, "internal_server_error", "Local Heroku failed; see server.log.")
            )

    async def _answer(self, host: str) -> Response:
        server = self._server
        found: tuple[Route, dict[str, str]] | HerokuError
        try:
            found = server.find(self.method, self.path)
            self.route = found[0]
        except HerokuError as error:
            found = error
        server.refuse_strangers(self.route, host, self._headers)
        if isinstance(found, HerokuError):
            raise found
        route, params = found
        raw = await self._body(ARCHIVE_LIMIT if route.raw else BODY_LIMIT)
        body = {} if route.raw else json_object(raw)
        self.body_keys = tuple(body)[:40]
        call = server.call(params, self._scope, self._headers, raw, body)
        if server.faults and not route.local:
            return await self._with_faults(route, call)
        return self._plainly(route, call, frozenset())

    def _plainly(self, route: Route, call: Call, effects: frozenset[str]) -> Response:
        result = self._server.run(route, call, effects)
        return answers.of_result(result, self._headers)

    async def _with_faults(self, route: Route, call: Call) -> Response:
        fault = self.fault = self._server.faults.striking(self.method, self.path, self._server.world.now)
        if fault is None:
            response = self._plainly(route, call, frozenset())
        elif fault.phase == "before":
            return self._struck_before(fault)
        else:
            effects = frozenset({fault.kind}) if fault.phase == "during" else frozenset()
            response = self._plainly(route, call, effects)
        before = self._server.remember(self.path, response) if self.method == "GET" else None
        if fault is None or fault.phase != "after":
            return response
        return await self._struck_after(fault, response, before)

    def _struck_before(self, fault: faults.Fault) -> Response:
        self.cut = fault.kind == "reset-before"
        error = faults.refusal(fault)
        return answers.of_error(error) if error else answers.html(fault.status or 503, "maintenance")

    async def _struck_after(  # noqa: PLR0911 - one return per kind of fault
        self, fault: faults.Fault, response: Response, before: Response | None
    ) -> Response:
        """Done, and the answer is spoilt."""
        match fault.kind:
            case "lost-answer":
                return answers.html(fault.status or 502, "Bad Gateway")
            case "reset-after":
                self.cut = True
            case "reset-halfway":
                response.halfway = True
            case "stall":
                await asyncio.sleep(fault.seconds)
            case "empty":
                return Response(200, {"Content-Type": answers.JSON_TYPE})
            case "empty-list":
                return answers.of_result(Answer([]), {})
            case "wrong-shape":
                return answers.of_result(Answer({"unexpected": ["shape"]}), {})
            case "html-success":
                return answers.html(200, "Welcome")
            case "stale" if before is not None:
                return Response(before.status, dict(before.headers), before.content)
        return response

    async def _body(self, limit: int) -> bytes:
        """The whole body. One over the limit is read to its end, so that the client gets to the answer, and dropped."""
        declared = self._headers.get("content-length", "0")
        if declared.isdigit() and int(declared) > max(limit, DRAIN_LIMIT):
            raise too_large(limit)
        parts: list[bytes] = []
        size = 0
        more = True
        while more and size <= max(limit, DRAIN_LIMIT):
            message = await self._receive()
            if message["type"] == "http.disconnect":
                raise Cut
            part = message.get("body", b"")
            more = message.get("more_body", False)
            size += len(part)
            if size > limit:
                parts.clear()
            elif part:
                parts.append(part)
        if size > limit:
            raise too_large(limit)
        return parts[0] if len(parts) == 1 else b"".join(parts)


async def _send(send: Send, response: Response) -> None:
    headers = [
        (name.encode("latin-1"), value.encode("latin-1", "replace"))
        for name, value in response.headers.items()
    ]
    if response.stream is None:
        headers.append((b"Content-Length", str(len(response.content)).encode()))
        if response.status == 413:  # noqa: PLR2004 - the rest of the body is not read
            headers.append((b"Connection", b"close"))
    await send({"type": "http.response.start", "status": response.status, "headers": headers})
    if response.halfway:
        half = response.content[: len(response.content) // 2]
        await send({"type": "http.response.body", "body": half, "more_body": True})
        raise Cut
    if response.stream is None:
        await send({"type": "http.response.body", "body": response.content})
        return
    async for chunk in response.stream:
        await send({"type": "http.response.body", "body": chunk, "more_body": True})
    await send({"type": "http.response.body", "body": b""})


def _cut(send: Send) -> None:
    """Close the connection without an answer. ASGI has no word for that; uvicorn's `send` belongs to its connection."""
    connection = getattr(send, "__self__", None)
    transport = getattr(connection, "transport", None)
    if transport is not None:
        transport.abort()
