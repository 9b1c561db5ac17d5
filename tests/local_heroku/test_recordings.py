"""The official plugin's recorded requests: each has a route here, and the marks say which routes were recorded."""

from __future__ import annotations

import json

import pytest

from local_heroku.routes import all_routes
from local_heroku.routing import Router
from tests.evidence.archive import unpacked

NO_TEAMS = "/teams/apps"  # one personal account: not emulated, refused by name


@pytest.fixture(scope="module")
def recorded() -> set[tuple[str, str]]:
    """(method, path) of every request the plugin sent to the Platform API, malformed ones left out."""
    found = set()
    for file in sorted(unpacked("official-plugin").glob("*.jsonl")):
        for line in file.read_text().splitlines():
            for exchange in json.loads(line).get("http") or []:
                found.add((exchange["method"], exchange["path"]))
    return {
        (method, path)
        for method, path in found
        if not path.startswith(("/blob/", NO_TEAMS)) and not path.endswith("/") and "//" not in path
    }


def test_every_recorded_request_has_a_route_and_the_marks_say_so(recorded: set[tuple[str, str]]) -> None:
    router = Router(all_routes())
    used = set()
    for method, path in recorded:
        routes, _ = router.find(path.strip("/").split("/"))
        assert method in routes, (method, path)
        used.add((method, routes[method].path))
    marked = {
        (route.method, route.path) for route in all_routes() if route.checked.recorded and not route.local
    }
    assert (sorted(marked - used), sorted(used - marked)) == ([], [])
