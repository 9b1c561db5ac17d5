"""Routes that steer the server itself: faults, request log, stop. They need the server's parts, not the account's."""

from __future__ import annotations

from typing import TYPE_CHECKING

from local_heroku import page, page_stream
from local_heroku.call import Answer, Call, created
from local_heroku.errors import HerokuError
from local_heroku.faults import KINDS, Faults
from local_heroku.routing import Route, Routes

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Callable

    from local_heroku.request_log import RequestLog


COOKIE = "local-heroku"


def routes_for(
    faults: Faults, requests: RequestLog, stopping: asyncio.Event, require_token: Callable[[str], None]
) -> list[Route]:
    """The page, the levers for faults, the request log, the stop."""
    routes = Routes()
    _add_page(routes, faults, requests, require_token)
    _add_page_stream(routes, faults, requests, require_token, stopping)
    _add_faults(routes, faults)
    _add_requests(routes, requests)

    @routes.add("POST", "/local/stop")
    def ask_to_stop(call: Call) -> Answer:
        del call
        stopping.set()
        return Answer({"status": "stopping"}, 202)

    return routes.all


def _add_page(
    routes: Routes, faults: Faults, requests: RequestLog, require_token: Callable[[str], None]
) -> None:
    @routes.add("GET", "/", public=True)
    def show_page(call: Call) -> Answer:
        """The account at a glance; `?token=` once, then by a cookie, or by the browser's own password prompt."""
        if "token" in call.query:
            require_token(f"Bearer {call.query['token']}")
            cookie = f"{COOKIE}={call.query['token']}; HttpOnly; SameSite=Strict; Path=/"
            return Answer({}, 303, {"Location": "/", "Set-Cookie": cookie})
        _let_in(call, require_token)
        content = page.render(call.world, requests=requests.newest(page.REQUESTS_SHOWN), faults=faults.all())
        return Answer(content=content, media_type="text/html; charset=utf-8", headers=dict(page.SECURITY))


def _add_page_stream(
    routes: Routes,
    faults: Faults,
    requests: RequestLog,
    require_token: Callable[[str], None],
    stopping: asyncio.Event,
) -> None:
    @routes.add("GET", "/local/page", public=True)
    def follow_page(call: Call) -> Answer:
        """The page's sections as server-sent events: now, and whenever they have changed."""
        _let_in(call, require_token)

        def now() -> str:
            return page.sections(
                call.world, requests=requests.newest(page.REQUESTS_SHOWN), faults=faults.all()
            )

        headers = {"Cache-Control": "no-store"}
        return Answer(
            stream=page_stream.changes(now, stopping), media_type="text/event-stream", headers=headers
        )


def _let_in(call: Call, require_token: Callable[[str], None]) -> None:
    try:
        require_token(call.headers.get("authorization") or f"Bearer {_cookie(call)}")
    except HerokuError as error:
        error.headers["WWW-Authenticate"] = 'Basic realm="Local Heroku: the token is the password"'
        raise


def _add_faults(routes: Routes, faults: Faults) -> None:
    @routes.add("GET", "/local/faults")
    def index_faults(call: Call) -> Answer:
        del call
        return Answer({"faults": faults.all(), "kinds": {kind: text for kind, (_, text) in KINDS.items()}})

    @routes.add("POST", "/local/faults")
    def order_fault(call: Call) -> Answer:
        fault = faults.order(call.body, call.world.now)
        return created(next(item for item in faults.all() if item["id"] == fault.id))

    @routes.add("DELETE", "/local/faults")
    def clear_faults(call: Call) -> Answer:
        del call
        faults.clear()
        return Answer({})

    @routes.add("DELETE", "/local/faults/{fault}")
    def remove_fault(call: Call) -> Answer:
        faults.remove(call.params["fault"])
        return Answer({})


def _add_requests(routes: Routes, requests: RequestLog) -> None:
    @routes.add("GET", "/local/requests")
    def index_requests(call: Call) -> Answer:
        """`?after=N`: requests after number N; oldest first."""
        after = call.query.get("after", "0")
        return Answer(
            {"count": requests.count, "requests": requests.after(int(after) if after.isdigit() else 0)}
        )

    @routes.add("DELETE", "/local/requests")
    def clear_requests(call: Call) -> Answer:
        del call
        requests.clear()
        return Answer({})


def _cookie(call: Call) -> str:
    pairs = (item.strip().partition("=") for item in call.headers.get("cookie", "").split(";"))
    return next((value for name, _, value in pairs if name == COOKIE), "")
