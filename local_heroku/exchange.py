"""One request on its way through: guards, route, faults, the transaction, the answer."""

from __future__ import annotations

import asyncio
import logging
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

import orjson

from local_heroku import answers, faults
from local_heroku.answers import Response
from local_heroku.call import Answer, json_object
from local_heroku.errors import HerokuError, too_large
from local_heroku.sending import Cut

if TYPE_CHECKING:
    from local_heroku.call import Call
    from local_heroku.routing import Route
    from local_heroku.sending import Receive, Scope
    from local_heroku.service import Service

BODY_LIMIT = 1024 * 1024  # bytes of a JSON body
ARCHIVE_LIMIT = 200 * 1024 * 1024  # bytes of an uploaded source or slug
DRAIN_LIMIT = 64 * 1024 * 1024  # bytes of a refused body that are read
_log = logging.getLogger("local_heroku")


class Exchange:
    """One request on its way through."""

    def __init__(self, service: Service, scope: Scope, headers: dict[str, str], receive: Receive) -> None:
        self._service = service
        self._scope = scope
        self._headers = headers
        self._receive = receive
        self.method: str = scope["method"]
        raw: bytes = scope.get("raw_path") or scope["path"].encode()
        self.path = raw.decode("latin-1").partition("?")[0]
        self.route: Route | None = None
        self.struck: list[str] = []
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
        service = self._service
        found: tuple[Route, dict[str, str]] | HerokuError
        try:
            found = service.find(self.method, self.path)
            self.route = found[0]
        except HerokuError as error:
            found = error
        service.refuse_strangers(self.route, host, self._headers)
        if isinstance(found, HerokuError):
            raise found
        route, params = found
        raw = await self._body(ARCHIVE_LIMIT if route.raw else BODY_LIMIT)
        body = {} if route.raw else json_object(raw)
        self.body_keys = tuple(body)[:40]
        call = service.call(params, self._scope, self._headers, raw, body)
        if not service.faults or route.local:
            return self._plainly(route, call, faults.Effects(()))
        return await self._with_faults(route, call)

    def _plainly(self, route: Route, call: Call, effects: faults.Effects) -> Response:
        result = self._service.run(route, call, effects)
        self.struck += effects.kinds
        return answers.of_result(result, self._headers)

    async def _with_faults(self, route: Route, call: Call) -> Response:
        """At most one fault strikes before; else those that turn what is done, and one that spoils the answer."""
        due = self._service.faults.due(self.method, self.path, self._service.world.now)
        if refusing := faults.first_struck(due, "before"):
            return self._struck_before(refusing)
        response = self._plainly(route, call, faults.Effects(due))
        before = self._service.remember(self.path, response) if self.method == "GET" else None
        spoiling = faults.first_struck(due, "after", lambda fault: _can_spoil(fault, response, before))
        return response if spoiling is None else await self._struck_after(spoiling, response, before)

    def _struck_before(self, fault: faults.Fault) -> Response:
        self.struck.append(fault.kind)
        self.cut = fault.kind == "reset-before"
        error = faults.refusal(fault)
        return answers.of_error(error) if error else answers.html(fault.status or 503, "maintenance")

    async def _struck_after(  # noqa: PLR0911 - one return per kind of fault
        self, fault: faults.Fault, response: Response, before: Response | None
    ) -> Response:
        """Done, and the answer is spoilt."""
        self.struck.append(fault.kind)
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
            case "empty-list" | "cut-list" | "short-list" | "doubled-list":
                return answers.of_result(_spoilt(fault.kind, orjson.loads(response.content)), {})
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


def _spoilt(kind: str, rows: list[Any]) -> Answer:
    match kind:
        case "empty-list":
            return Answer([])
        case "doubled-list":
            return Answer([row for row in rows for _ in range(2)])
    return Answer(rows[: len(rows) // 2], HTTPStatus.PARTIAL_CONTENT if kind == "cut-list" else HTTPStatus.OK)


def _can_spoil(fault: faults.Fault, response: Response, before: Response | None) -> bool:
    """Whether the fault would change this answer: only a list can be emptied, only what was asked before is stale."""
    match fault.kind:
        case "stale":
            return before is not None
        case kind if kind in faults.LISTS:
            return response.content.startswith(b"[") and response.content != b"[]"
    return True
