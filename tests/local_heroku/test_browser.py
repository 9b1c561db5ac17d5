"""The page at `/`, in a real browser: what is seen on a phone and at a desk, in light and dark; and that it follows the account."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest

from local_heroku import process
from tests.browser import EACH_LOOK, Browser
from tests.local_heroku.conftest import Caller, deploy

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from local_heroku.process import Running

APP = "sc-mvp-staging"
SEEN = [
    *("heading Local Heroku", "button Pause", "status Live: each change is shown as it comes."),
    "paragraph Nothing here is real, and nothing costs anything.",
    *("region Needs attention", "heading Needs attention"),
    f"listitem {APP}: maintenance mode is on: every request is answered with 503",
    f"listitem {APP}: {APP}-db has no backup schedule",
    *("region Apps", "heading Apps", "table Apps", "row"),
    *(f"columnheader {head}" for head in ("App", "Web", "Dynos", "Release", "Maintenance")),
    *("row", f"cell {APP}", "cell HOST", "cell web.1 Basic up", "cell v4 Deploy COMMIT", "cell on"),
    *("region Databases", "heading Databases", "table Databases", "row"),
    *(f"columnheader {head}" for head in ("App", "Database", "Plan", "Status", "Size", "Backup schedule", "Newest backup")),
    *("row", f"cell {APP}", f"cell {APP}-db", "cell standard-0", "cell Available"),
    *("cell 83.9 MB", "cell none", "cell none"),
    *("region Pipelines", "heading Pipelines", "paragraph None."),
    *("region Faults waiting", "heading Faults waiting", "paragraph None."),
    *("region Recent requests", "heading Recent requests"),
]  # fmt: skip
"""Worst first; up to the requests."""


@pytest.fixture
def account(heroku: Caller) -> Caller:
    """An app in maintenance, with a database that nobody backs up."""
    heroku.ok("PATCH", "/local/settings", {"provisioning": 0.0, "boot": 0.0})
    heroku.ok("POST", "/apps", {"name": APP})
    heroku.ok("POST", f"/apps/{APP}/addons", {"plan": "heroku-postgresql:standard-0", "name": f"{APP}-db"})
    deploy(heroku, APP, {"Procfile": "web: ruby placeholder.rb\n"})
    heroku.ok("PATCH", f"/apps/{APP}", {"maintenance": True})
    return heroku


@pytest.fixture
def page(browser: Browser, running: Running) -> Iterator[Browser]:
    browser.open(f"{running.url}/?token={running.token}")
    live_is(browser, "Live: each change is shown as it comes.")
    yield browser
    assert browser.complaints == [], "the browser found fault with the page"


def live_is(browser: Browser, state: str) -> None:
    browser.until(lambda: browser.run("document.querySelector('[role=status]').textContent") == state)


def told_apart(outline: list[str], app: dict[str, str], commit: str) -> list[str]:
    """Without what is another each time, and without the requests."""
    whole = outline[: outline.index("heading Recent requests") + 1]
    host = app["web_url"].removeprefix("https://").rstrip("/")
    return [line.replace(host, "HOST").replace(commit, "COMMIT") for line in whole]


def test_the_same_is_seen_on_a_phone_and_at_a_desk_in_light_and_dark(
    account: Caller, page: Browser, keep: Callable[[str], None]
) -> None:
    app = account.ok("GET", f"/apps/{APP}")
    commit = account.ok("GET", f"/apps/{APP}/releases")[-1]["description"].removeprefix("Deploy ")
    page.until(lambda: "cell web.1 Basic up" in page.outline())
    for width, scheme in EACH_LOOK:
        seen = page.look(width, scheme)
        keep(f"local-heroku-{width}-{scheme}")
        assert (told_apart(seen.outline, app, commit), seen.sideways, seen.faint) == (SEEN, 0, [])


def test_a_change_is_shown_without_a_load_and_a_pause_keeps_what_is_seen(
    heroku: Caller, page: Browser
) -> None:
    heroku.ok("POST", "/apps", {"name": "first"})
    page.until(lambda: "cell first" in page.outline())
    page.press("Pause")
    live_is(page, "Paused: what you see stays as it is.")
    before = page.outline()
    heroku.ok("POST", "/apps", {"name": "second"})
    time.sleep(1.5)  # three looks of the server: nothing may come
    assert page.outline() == before
    assert "button Resume" in before
    page.press("Resume")
    page.until(lambda: "cell second" in page.outline())
    assert [line for line in page.outline() if line in ("cell GET /", "cell GET /local/page")] == []


def test_the_page_says_when_local_heroku_is_gone(running: Running, page: Browser) -> None:
    started = time.monotonic()
    process.stop(running.folder)
    assert time.monotonic() - started < 2, "an open page held up the stop"
    live_is(page, "Local Heroku does not answer. What you see may be old.")
    page.press("Pause")
    page.complaints.clear()


def test_a_name_that_is_markup_is_shown_as_text(heroku: Caller, page: Browser) -> None:
    heroku.ask("GET", "/apps/%3Cscript%3Edocument.title='owned'%3C%2Fscript%3E")
    heroku.ask("GET", "/apps/%3Cimg%20src=x%20onerror=%22document.title='owned'%22%3E")
    page.until(lambda: any("<img src=x" in line or "%3Cimg" in line for line in page.outline()))
    assert page.run("[document.title, document.querySelectorAll('main img, main script').length]") == [
        "Local Heroku",
        0,
    ]


def test_without_the_token_nothing_is_shown(browser: Browser, running: Running, heroku: Caller) -> None:
    heroku.ok("POST", "/apps", {"name": APP})
    browser.open(running.url)
    assert APP not in browser.run("document.documentElement.outerHTML")
