"""What an app's health endpoint answers, in every way it can fail to, and in one time limit."""

from __future__ import annotations

import time

import pytest

from operations.accounts import health
from operations.accounts.health import ask_health
from operations.forms.facts import health_words
from runbook.live import Health
from runbook.unknown import Unknown
from tests.unit.heroku_api.scripted_server import HEADERS_ONLY, Cut, Drip, Reply, ScriptedServer, Stall, Step

APP = "https://sc-mvp-staging-0a1b2c3d4e5f.herokuapp.com"


@pytest.mark.parametrize(
    ("step", "words"),
    [
        (Reply(200, {"status": "ok", "timestamp": "2026-08-04T12:00:00Z"}), "200 ok"),
        (Reply(200, {"status": "canary"}), "200 not ok"),
        (Reply(200, {"timestamp": 1}), "200 without a health report"),
        (Reply(200, content=b"<html>canary"), "200 without a health report"),
        (Reply(200, content=b""), "200 without a health report"),
        (Reply(500, content=b"canary"), "500 without a health report"),
        (Reply(503, {"status": "canary"}), "503 not ok"),
        (Reply(302, {}, {"Location": "http://127.0.0.1:9/"}), "302 without a health report"),
    ],
    ids=["ok", "not ok", "no status", "a page", "empty", "an error", "the database", "a redirect"],
)
def test_an_answer_in_words_that_are_ours(step: Step, words: str) -> None:
    with ScriptedServer([step]) as server:
        assert health_words(ask_health(APP, server.url)) == words
    (asked,) = server.received
    assert (asked.path, asked.headers["host"]) == ("/healthz", APP.removeprefix("https://"))
    assert "authorization" not in asked.headers


@pytest.mark.parametrize(
    "step", [Stall(), Drip(), Cut(), Cut(HEADERS_ONLY)], ids=["stall", "drip", "reset", "reset after headers"]
)
def test_no_whole_answer_within_the_limit_is_none(step: Step, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health, "TIMEOUT_SECONDS", 0.3)
    with ScriptedServer([step]) as server:
        started = time.monotonic()
        found = ask_health(APP, server.url)
        assert time.monotonic() - started < 2
    assert isinstance(found, Health)
    assert found.status is None
    assert health_words(found).startswith("no answer after 0.")


def test_no_connection_is_no_word_on_the_app() -> None:
    with ScriptedServer([], refusing=True) as server:
        found = ask_health(APP, server.url)
    assert found == Unknown("no connection to sc-mvp-staging-0a1b2c3d4e5f.herokuapp.com")
    assert health_words(found) == "no connection to sc-mvp-staging-0a1b2c3d4e5f.herokuapp.com"
