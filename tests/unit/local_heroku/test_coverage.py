"""docs/local-heroku.md says what the routes say, and the routes claim no check that no test makes."""

from __future__ import annotations

import re
from pathlib import Path

from local_heroku.coverage import every_route, is_current

REPO = Path(__file__).resolve().parents[3]


def test_the_page_is_what_the_marks_make() -> None:
    page = REPO / "docs" / "local-heroku.md"
    assert is_current(page), "run: python -m local_heroku coverage --write docs/local-heroku.md"


def test_every_command_in_the_marks_is_run_by_the_tests_with_heroku_s_cli() -> None:
    run = set(re.findall(r'"([a-z]+(?::[a-z]+)*)"', (REPO / "tests/local_heroku/test_cli.py").read_text()))
    claimed = {command for route in every_route() for command in route.checked.cli}
    assert sorted(claimed - run) == []


def test_every_route_of_heroku_is_checked_or_says_that_it_is_not() -> None:
    silent = [
        f"{route.method} {route.path}"
        for route in every_route()
        if not route.local and not (route.checked.schema or route.checked.cli or route.checked.note)
    ]
    assert silent == []


def test_no_route_is_registered_twice() -> None:
    found = [(route.method, route.path) for route in every_route()]
    assert len(found) == len(set(found))
