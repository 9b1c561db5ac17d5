"""The ASGI application: guards, route, faults, transaction, answer, request log."""

from __future__ import annotations

import asyncio
import re
import uuid
from typing import TYPE_CHECKING

from local_heroku import control, guards, web, web_log
from local_heroku.answers import Allowance, Response
from local_heroku.clock import elapsed
from local_heroku.exchange import Exchange
from local_heroku.git.repositories import Repositories
from local_heroku.git.smart_http import SmartHttp
from local_heroku.request_log import RequestLog
from local_heroku.routing import Route, Router
from local_heroku.sending import Cut, cut, send_response
from local_heroku.service import Service
from local_heroku.store import apps

if TYPE_CHECKING:
    from pathlib import Path

    from local_heroku.sending import Receive, Scope, Send
    from local_heroku.store.world import World

_REQUEST_ID = re.compile(r"[A-Za-z0-9_-]{20,128}")
"""What the router takes over from a client. Source: Dev Center, "HTTP Request IDs"."""


class Server(Service):
    """One local Heroku. `asked_at` is when it was last asked, for stopping by itself; `repositories`: where pushes go."""

    def __init__(
        self,
        world: World,
        routes: list[Route],
        *,
        token: str,
        base_url: str,
        download_url: str,
        attach_url: str = "",
        repositories: Path,
    ) -> None:
        super().__init__(
            world, token=token, base_url=base_url, download_url=download_url, attach_url=attach_url
        )
        self.requests = RequestLog()
        self.asked_at = elapsed()
        self.stopping = asyncio.Event()
        self.router = Router(
            [*routes, *control.routes_for(self.faults, self.requests, self.stopping, self.require_token)]
        )
        self._allowance = Allowance()
        self._git = SmartHttp(self, Repositories(repositories), api_url=base_url, token=token)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        self.asked_at = elapsed()
        try:
            await self._serve(scope, receive, send)
        except Cut:
            cut(send)
        finally:
            self.asked_at = elapsed()

    async def _serve(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
        self.play()
        host = guards.host_name(headers.get("host", ""))
        app = apps.of_host(self.world, host) if host not in guards.LOOPBACK_NAMES else None
        if app is not None:
            reply = await web.respond(self.world, app, _visit(scope, headers, host))
            await send_response(
                send, Response(reply.status, {"Content-Type": reply.media_type}, reply.content), receive
            )
            return
        if self._git.serves(scope["path"]):
            await self._serve_git(scope, headers, receive, send)
            return
        request = Exchange(self, scope, headers, receive)
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
            fault=", ".join(request.struck),
            body_keys=request.body_keys,
        )
        if request.cut:
            raise Cut
        await send_response(send, response, receive)

    async def _serve_git(self, scope: Scope, headers: dict[str, str], receive: Receive, send: Send) -> None:
        began, status, fault = elapsed(), 0, ""
        try:
            status, fault = await self._git.serve(scope, headers, receive, send)
        finally:
            self.requests.write(
                moment=self.world.now,
                method=scope["method"],
                path=scope["path"],
                route=None,
                status=status,
                milliseconds=(elapsed() - began) * 1000,
                fault=fault,
                body_keys=(),
            )


def _visit(scope: Scope, headers: dict[str, str], host: str) -> web_log.Visit:
    """A request to an app, with the id that Heroku's router gives it or takes from the client."""
    query = scope["query_string"].decode("latin-1")
    given = headers.get("x-request-id", "")
    return web_log.Visit(
        method=scope["method"],
        path=_printable(f"{scope['path']}?{query}" if query else scope["path"]),
        host=host,
        protocol=scope.get("scheme", "http"),
        request_id=given if _REQUEST_ID.fullmatch(given) else str(uuid.uuid4()),
        accept=headers.get("accept", "*/*"),
    )


def _printable(path: str) -> str:
    """What a client sends must not end its log line, nor look like another of the router's fields."""
    return "".join(letter if letter.isprintable() and letter != '"' else "?" for letter in path)
