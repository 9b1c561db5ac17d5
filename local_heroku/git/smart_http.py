"""Requests of git clients: who asks, for which app; then git's http-backend answers.

What goes wrong is said as plain text: git shows that behind `remote:`.
"""

from __future__ import annotations

import logging
import re
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, unquote

from local_heroku import faults, guards
from local_heroku.answers import Response
from local_heroku.errors import HerokuError
from local_heroku.git.backend import Backend, TooLargeError
from local_heroku.git.repositories import LARGEST_PUSH, GitMissingError
from local_heroku.sending import Cut, send_response

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

    from local_heroku.git.repositories import Repositories
    from local_heroku.sending import Receive, Scope, Send
    from local_heroku.service import Service
    from local_heroku.store.records import App

_PATH = re.compile(r"/([^/]+)\.git/(info/refs|git-upload-pack|git-receive-pack)")
_SERVICES = ("git-upload-pack", "git-receive-pack")
_BUSY = "Another push to this app is in progress; push again when it has ended."
LARGEST_BODY = LARGEST_PUSH + 2**20
"""Above what git itself refuses with a reason."""
_log = logging.getLogger("local_heroku")


class SmartHttp:
    """Fetches and pushes of every app. One push of an app at a time."""

    def __init__(self, service: Service, repositories: Repositories, *, api_url: str, token: str) -> None:
        self._service = service
        self._repositories = repositories
        self._api_url = api_url
        self._token = token
        self._pushing: dict[str, object] = {}

    def serves(self, path: str) -> bool:
        return ".git/" in path and _PATH.fullmatch(path) is not None

    async def serve(
        self, scope: Scope, headers: dict[str, str], receive: Receive, send: Send
    ) -> tuple[int, str]:
        """Answers; returns the status, and the kind of the fault that struck or "". Raises Cut."""
        try:
            if struck := self._struck(scope):
                return await self._fail(struck, receive, send), struck.kind
            app, program, env = self._admitted(scope, headers)
        except HerokuError as error:
            await send_response(send, _said(error), receive)
            return error.status, ""
        pushes = scope["path"].endswith("/git-receive-pack")
        turn = object()
        if pushes and self._pushing.setdefault(app.id, turn) is not turn:
            env["PUSH_IN_PROGRESS"] = _BUSY
        try:
            return await self._answer(program, env, receive, send, lambda: self._end(app.id, turn)), ""
        except (OSError, RuntimeError, ValueError):  # a bug of ours, or a machine without room
            _log.exception("%s %s failed", scope["method"], scope["path"])
            raise Cut from None
        finally:
            self._end(app.id, turn)

    def _end(self, app_id: str, turn: object) -> None:
        if self._pushing.get(app_id) is turn:
            del self._pushing[app_id]

    async def _answer(
        self, program: str, env: dict[str, str], receive: Receive, send: Send, ended: Callable[[], None]
    ) -> int:
        backend = await Backend.start(program, env, receive, LARGEST_BODY)
        try:
            head = await backend.head()
            if not head.headers:
                _log.warning("git http-backend ended without an answer")
            answer = Response(head.status, head.headers, stream=_then(backend.body(), ended))
            await send_response(send, answer, backend.after_body)
        except (TooLargeError, TimeoutError):
            raise Cut from None
        finally:
            await backend.close()
        return head.status

    def _struck(self, scope: Scope) -> faults.Fault | None:
        service = self._service
        due = service.faults.due(scope["method"], scope["path"], service.world.now) if service.faults else []
        return faults.first_struck(due, "before")

    async def _fail(self, fault: faults.Fault, receive: Receive, send: Send) -> int:
        if fault.kind == "reset-before":
            raise Cut
        error = faults.refusal(fault) or HerokuError(fault.status or 503, "unavailable", "Application Error")
        await send_response(send, _said(error), receive)
        return error.status

    def _admitted(self, scope: Scope, headers: dict[str, str]) -> tuple[App, str, dict[str, str]]:
        """The app, the program to ask and its environment. Raises HerokuError."""
        guards.refuse_foreign_host(guards.host_name(headers.get("host", "")))
        guards.refuse_foreign_origin(headers.get("origin"))
        self._authenticate(headers.get("authorization", ""))
        match = _PATH.fullmatch(scope["path"])
        name, what = (unquote(match[1]), match[2]) if match else ("", "")
        query = scope["query_string"].decode("latin-1")
        asked = parse_qs(query).get("service", [""])[0] if what == "info/refs" else what
        if asked not in _SERVICES:
            raise HerokuError(
                403, "forbidden", "Heroku speaks git's smart HTTP protocol only; use a newer git."
            )
        if int(headers.get("content-length", "0") or "0") > LARGEST_BODY:
            raise HerokuError(413, "too_large", f"A push may have {LARGEST_PUSH // 2**20} MiB at most.")
        app = self._service.world.apps.find(name)
        if app is None:
            raise HerokuError(404, "not_found", f"No such app as {name[:60]}.")
        try:
            place, program = self._repositories.ready(app.id), self._repositories.backend
        except GitMissingError as error:
            raise HerokuError(501, "not_implemented", str(error)) from None
        return app, program, {
            **self._repositories.environment,
            "GIT_PROJECT_ROOT": str(place.parent),
            "GIT_HTTP_EXPORT_ALL": "1",
            "PATH_INFO": f"/{place.name}/{what}",
            "QUERY_STRING": query,
            "REQUEST_METHOD": scope["method"],
            "REMOTE_USER": "heroku",
            "REMOTE_ADDR": "127.0.0.1",
            "CONTENT_TYPE": headers.get("content-type", ""),
            **_sent(headers),
            "PUSHED_APP": app.name,
            "PUSHED_TO": self._api_url,
            "PUSHED_BY": self._token,
        }  # fmt: skip

    def _authenticate(self, authorization: str) -> None:
        try:
            self._service.require_token(authorization)
        except HerokuError:
            raise HerokuError(
                401,
                "unauthorized",
                "WARNING:\nDo not authenticate with username and password using git.\n"
                "Run `heroku login` to update your credentials, then retry the git command.",
                headers={"WWW-Authenticate": 'Basic realm="Git"'},
            ) from None


async def _then(body: AsyncIterator[bytes], ended: Callable[[], None]) -> AsyncIterator[bytes]:
    """Calls `ended` before the client can know of the end: git asks once, and pushes as soon as that is answered."""
    async for piece in body:
        yield piece
    ended()


def _sent(headers: dict[str, str]) -> dict[str, str]:
    """What of the request's headers CGI hands on, where they were sent."""
    named = {
        "CONTENT_LENGTH": "content-length",
        "HTTP_CONTENT_ENCODING": "content-encoding",
        "HTTP_GIT_PROTOCOL": "git-protocol",
    }
    return {variable: headers[name] for variable, name in named.items() if name in headers}


def _said(error: HerokuError) -> Response:
    text = "".join(f"!\t{line}\n" for line in str(error).splitlines())
    return Response(error.status, {"Content-Type": "text/plain", **error.headers}, text.encode())
