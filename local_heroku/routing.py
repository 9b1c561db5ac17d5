"""Which route serves a path; and of each route, how it was checked. A tree of segments: its cost does not grow with the table."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

    from local_heroku.call import Call


Endpoint = TypeVar("Endpoint", bound="Callable[[Call], Any]")


@dataclass(frozen=True, slots=True)
class Checked:
    """How a route was checked.

    schema: definition of Heroku's published schema that its answers are validated against; `many` for a list of it.
    cli: commands of Heroku's CLI that the tests run through it. recorded: called in the official plugin's recordings.
    note: what else is known, or that it was not validated.
    """

    schema: str = ""
    many: bool = False
    cli: tuple[str, ...] = ()
    recorded: bool = False
    note: str = ""


@dataclass(frozen=True, slots=True)
class Route:
    method: str
    path: str
    endpoint: Callable[[Call], Any]
    checked: Checked
    raw: bool = False
    public: bool = False

    @property
    def local(self) -> bool:
        """A route that Heroku does not have."""
        return self.path == "/" or self.path.startswith("/local/")


class Routes:
    """Routes of one module, collected by decorator."""

    def __init__(self) -> None:
        self.all: list[Route] = []

    def add(
        self,
        method: str,
        path: str,
        *,
        schema: str = "",
        many: bool = False,
        cli: str = "",
        recorded: bool = False,
        note: str = "",
        raw: bool = False,
        public: bool = False,
    ) -> Callable[[Endpoint], Endpoint]:
        """`cli` is a list of commands with spaces between. `raw`: the body is not JSON. `public`: needs no token,
        because a key in the address stands for it.
        """
        checked = Checked(schema, many, tuple(cli.split()), recorded, note)

        def register(endpoint: Endpoint) -> Endpoint:
            self.all.append(Route(method, path, endpoint, checked, raw, public))
            return endpoint

        return register


@dataclass(slots=True)
class _Node:
    literal: dict[str, _Node] = field(default_factory=dict)
    wildcard: _Node | None = None
    name: str = ""
    methods: dict[str, Route] = field(default_factory=dict)


class Router:
    def __init__(self, routes: list[Route]) -> None:
        self._root = _Node()
        self.routes = routes
        for route in routes:
            self._place(route)

    def _place(self, route: Route) -> None:
        node = self._root
        for segment in route.path.strip("/").split("/"):
            if segment.startswith("{"):
                node.wildcard = node.wildcard or _Node()
                node = node.wildcard
            else:
                node = node.literal.setdefault(segment, _Node())
        if route.method in node.methods:
            raise ValueError(f"{route.method} {route.path} is registered twice")
        node.methods[route.method] = route

    def find(self, segments: list[str]) -> tuple[dict[str, Route], list[str]]:
        """(routes by method, wildcard values) for a path; no routes when nobody serves it. Literals win."""
        found = _search(self._root, segments, 0)
        return found or ({}, [])


def parameters(route: Route, values: list[str]) -> dict[str, str]:
    names = [segment[1:-1] for segment in route.path.split("/") if segment.startswith("{")]
    return dict(zip(names, values, strict=True))


def _search(node: _Node, segments: list[str], place: int) -> tuple[dict[str, Route], list[str]] | None:
    if place == len(segments):
        return (node.methods, []) if node.methods else None
    segment = segments[place]
    if (literal := node.literal.get(segment)) and (found := _search(literal, segments, place + 1)):
        return found
    if segment and node.wildcard and (found := _search(node.wildcard, segments, place + 1)):
        return found[0], [segment, *found[1]]
    return None
