"""What a request may use of a local Heroku: the account, the routes, the faults in force; who may ask for what."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, unquote

from local_heroku import faults, guards
from local_heroku.call import Call
from local_heroku.errors import method_not_allowed, no_such_endpoint, not_emulated
from local_heroku.one_off import life, programs
from local_heroku.routing import Route, Router, parameters
from local_heroku.store.timeline import Timeline

if TYPE_CHECKING:
    from local_heroku.answers import Response
    from local_heroku.sending import Scope
    from local_heroku.store.world import World

HEROKUS_METHODS = ("GET", "POST", "PATCH", "PUT", "DELETE")
_log = logging.getLogger("local_heroku")


class Service:
    """The account and what serves it. `download_url` is `base_url` over https where there is a certificate; `attach_url` is
    where terminals of one-off dynos are opened, "" without one.
    """

    def __init__(
        self, world: World, *, token: str, base_url: str, download_url: str, attach_url: str = ""
    ) -> None:
        self.world = world
        self.timeline = Timeline(world)
        self.faults = faults.Faults()
        world.struck_by = self.faults.of_event(lambda: world.now)
        world.run_released = lambda app, command: programs.of_release(world, app, command)
        world.base_url = base_url
        self.router = Router([])
        self._token = token
        self.base_url = base_url
        self._download_url = download_url
        self._attach_url = attach_url
        self._earlier: dict[str, Response] = {}

    def play(self) -> None:
        """What is due happens; what fails of it is undone, said in the log, and tried again the next time."""
        try:
            self.timeline.play()
            life.play(self.world)
        except Exception:  # noqa: BLE001 - one bad event must not take the server with it
            _log.exception("an event that was due failed")

    def find(self, method: str, raw_path: str) -> tuple[Route, dict[str, str]]:
        """The route and its parameters.

        Raises 404 for an empty segment, 501 naming what is not emulated, 405 for a method that Heroku has nowhere.
        """
        segments = [unquote(segment) for segment in raw_path.removeprefix("/").rstrip("/").split("/")]
        routes, values = self.router.find(segments)
        route = routes.get(method) or (routes.get("GET") if method == "HEAD" else None)
        if route is not None and (raw_path == "/" or not raw_path.endswith("/")):
            return route, parameters(route, values)
        if "" in segments or (routes and raw_path.endswith("/")):
            raise no_such_endpoint()
        if routes and method not in HEROKUS_METHODS:
            raise method_not_allowed(method, unquote(raw_path)[:200], sorted(routes))
        raise not_emulated(method, unquote(raw_path)[:200])

    def run(self, route: Route, call: Call, effects: faults.Effects) -> Any:
        """The route's result; a route that changes things is one transaction."""
        if route.method == "GET":
            return route.endpoint(call)
        outside, self.world.struck_by = self.world.struck_by, effects
        try:
            with self.world.transaction():
                result = route.endpoint(call)
        except BaseException:
            effects.take_back()
            raise
        finally:
            self.world.struck_by = outside
        self.timeline.reconsider()
        return result

    def refuse_strangers(self, route: Route | None, host: str, headers: dict[str, str]) -> None:
        guards.refuse_foreign_host(host)
        guards.refuse_foreign_origin(headers.get("origin"))
        if route is None or not route.public:
            self.require_token(headers.get("authorization", ""))
        guards.refuse_unknown_version(headers.get("accept", ""))

    def require_token(self, authorization: str) -> None:
        guards.require_token(authorization, self._token)

    def call(
        self, params: dict[str, str], scope: Scope, headers: dict[str, str], raw: bytes, body: dict[str, Any]
    ) -> Call:
        query = dict(parse_qsl(scope["query_string"].decode("latin-1"), keep_blank_values=True))
        return Call(
            self.world, params, query, body, raw, headers, self.base_url, self._download_url, self._attach_url
        )

    def remember(self, path: str, response: Response) -> Response | None:
        """Keep what was answered to a GET, for stale reads; returns what was answered before."""
        before = self._earlier.get(path)
        if len(self._earlier) > 1000:  # noqa: PLR2004 - enough paths for an exercise
            self._earlier.clear()
        self._earlier[path] = response
        return before
