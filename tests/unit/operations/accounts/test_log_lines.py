"""An app's log is read within its limit, or is not told; its address is in no reason."""

from __future__ import annotations

import time

import pytest

from heroku_api.client import Client
from heroku_api.endpoints import Endpoints
from operations.accounts import log_lines
from runbook.unknown import Unknown
from tests.unit.heroku_api.scripted_server import Cut, Drip, Received, Reply, ScriptedServer, Stall, Step

LINE = "2026-08-04T14:53:15.000000+00:00 app[web.1]: canary text"


def read(step: Step) -> object:
    def answer(request: Received) -> Step:
        return session if request.method == "POST" else step

    with ScriptedServer(answer) as server:
        session = Reply(201, {"logplex_url": f"{server.url}/logs/canary-key"})
        return log_lines.log_lines(Client(Endpoints(server.url, server.url), "key"), "sc-mvp-staging")


def test_lines_are_read_and_an_empty_log_is_one() -> None:
    found = read(Reply(200, content=f"id: 1\ndata: {LINE}\n\n".encode()))
    assert isinstance(found, list)
    assert [text for _, text in found] == ["app[web.1]: canary text"]
    assert read(Reply(200, content=b"")) == []


@pytest.mark.parametrize(
    "step", [Stall(), Drip(), Cut(), Reply(503, {})], ids=["stall", "drip", "reset", "503"]
)
def test_a_log_that_does_not_come_whole_is_not_told(step: Step, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(log_lines, "TIMEOUT_SECONDS", 0.3)
    started = time.monotonic()
    found = read(step)
    assert time.monotonic() - started < 2
    assert isinstance(found, Unknown)
    assert "canary" not in found.why
