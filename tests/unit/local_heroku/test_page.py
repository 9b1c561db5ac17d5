"""The page at `/`: for people with the token, escaped, without a secret."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import re
from typing import TYPE_CHECKING

from local_heroku.page_stream import changes
from tests.unit.local_heroku.conftest import TOKEN

if TYPE_CHECKING:
    from tests.unit.local_heroku.conftest import LocalHeroku


def test_the_page_asks_the_browser_for_the_token(heroku: LocalHeroku) -> None:
    reply = heroku.ask("GET", "/", token=None)
    assert (reply.status, reply.headers["www-authenticate"].startswith("Basic")) == (401, True)
    assert heroku.ask("GET", "/", token=None, cookie="local-heroku=wrong").status == 401


def test_a_token_in_the_address_becomes_a_cookie_and_leaves_the_address(heroku: LocalHeroku) -> None:
    reply = heroku.ask("GET", f"/?token={TOKEN}", token=None)
    assert (reply.status, reply.headers["location"]) == (303, "/")
    cookie = reply.headers["set-cookie"].partition(";")[0]
    assert "HttpOnly; SameSite=Strict" in reply.headers["set-cookie"]
    assert heroku.ask("GET", "/", token=None, cookie=cookie).status == 200
    assert heroku.ask("GET", "/?token=wrong", token=None).status == 401


def test_the_cookie_opens_the_page_only(heroku: LocalHeroku) -> None:
    assert heroku.ask("GET", "/apps", token=None, cookie=f"local-heroku={TOKEN}").status == 401


def test_the_page_shows_the_account_and_no_secret(heroku: LocalHeroku) -> None:
    heroku.app()
    addon = heroku.database("sc-mvp-staging")
    heroku.deploy("sc-mvp-staging")
    heroku.patch("/apps/sc-mvp-staging/config-vars", {"SECRET": "canary"})
    path = f"/client/v11/databases/{addon['id']}"
    wish = {"hour": "2", "timezone": "America/Los_Angeles", "schedule_name": "DATABASE_URL"}
    heroku.post(f"{path}/transfer-schedules", wish)
    reply = heroku.ask("GET", "/")
    text = reply.content.decode()
    for expected in (
        '<td role="cell" data-head="App">sc-mvp-staging</td>',
        "web.1 Basic starting",
        "v5 Set SECRET config vars",
        '<td role="cell" data-head="Plan">standard-0</td><td role="cell" data-head="Status">Available</td>',
        "02:00 America/Los_Angeles, next 2026-01-01 02:00 PST",
    ):
        assert expected in text
    assert ("canary" in text, TOKEN in text, "postgres://" in text) == (False, False, False)
    assert reply.headers["content-security-policy"].startswith("default-src 'none'")


def test_markup_in_a_path_is_escaped(heroku: LocalHeroku) -> None:
    heroku.ask("GET", "/apps/%3Cscript%3Ealert(1)%3C/script%3E")
    heroku.ask("GET", "/apps/<b>bold</b>")
    assert "<b>bold" not in heroku.ask("GET", "/").content.decode()


def test_what_is_wrong_stands_on_top(heroku: LocalHeroku) -> None:
    heroku.app()
    heroku.database("sc-mvp-staging")
    heroku.patch("/apps/sc-mvp-staging", {"maintenance": True})
    text = heroku.ask("GET", "/").content.decode()
    wrong = "maintenance mode is on: every request is answered with 503</li><li>sc-mvp-staging: "
    assert text.index(f"<li>sc-mvp-staging: {wrong}") < text.index(">Apps</h2>")
    assert "has no backup schedule</li>" in text
    heroku.delete("/apps/sc-mvp-staging")
    assert "Nothing needs attention." in heroku.ask("GET", "/").content.decode()


def test_only_the_script_that_stands_in_the_page_runs_in_it(heroku: LocalHeroku) -> None:
    reply = heroku.ask("GET", "/")
    (script,) = re.findall("<script>(.*?)</script>", reply.content.decode(), re.DOTALL)
    known = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    assert f"script-src 'sha256-{known}'; connect-src 'self';" in reply.headers["content-security-policy"]


def test_what_the_page_follows_needs_the_token_too(heroku: LocalHeroku) -> None:
    assert heroku.ask("GET", "/local/page", token=None).status == 401
    assert heroku.ask("GET", "/local/page", token=None, cookie="local-heroku=wrong").status == 401


def test_the_stream_says_what_changed_and_ends_with_the_server() -> None:
    pages = iter(["first\nline", "first\nline", "second"])

    async def sent() -> list[bytes]:
        stopping = asyncio.Event()

        def now() -> str:
            found = next(pages)
            if found == "second":
                stopping.set()
            return found

        return [event async for event in changes(now, stopping)]

    assert asyncio.run(sent()) == [b"data: first\ndata: line\n\n", b"data: second\n\n"]


def test_recent_requests_have_names_for_ids_and_not_the_page_itself(heroku: LocalHeroku) -> None:
    app = heroku.app()
    heroku.ask("GET", f"/apps/{app['id']}/dynos")
    heroku.ask("GET", "/")
    text = heroku.ask("GET", "/").content.decode()
    assert ">GET /apps/sc-mvp-staging/dynos<" in text
    assert (app["id"] in text, ">GET /<" in text) == (False, False)
