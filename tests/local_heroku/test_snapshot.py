"""An account that is kept while the server runs, and put back whatever happened since."""

from __future__ import annotations

import socket
import stat
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from heroku_api.client import Client
from local_heroku import process, snapshot


@pytest.fixture
def account(tmp_path: Path) -> Iterator[Path]:
    folder = tmp_path / "heroku"
    process.start(folder)
    yield folder
    process.stop(folder)


def ask(running: process.Running, method: str, path: str, body: object = None) -> object:
    with Client.from_environment(process.environment(running)) as client:
        return client.request(method, path, body)


def apps(running: process.Running) -> list[str]:
    found = ask(running, "GET", "/apps")
    assert isinstance(found, list)
    return [entry["name"] for entry in found]


def test_what_was_there_is_back_and_what_came_since_is_gone(account: Path, tmp_path: Path) -> None:
    running = process.start(account)
    ask(running, "POST", "/apps", {"name": "before"})
    snapshot.keep(account, tmp_path / "kept")
    assert stat.S_IMODE((tmp_path / "kept").stat().st_mode) == 0o600
    ask(running, "POST", "/apps", {"name": "since"})
    ask(running, "DELETE", "/apps/before")
    ask(running, "POST", "/local/faults", {"kind": "error", "count": 0})
    back = snapshot.put_back(account, tmp_path / "kept", port=urlsplit(running.url).port)
    assert apps(back) == ["before"]
    assert (back.url, back.token) == (running.url, running.token)


def test_it_is_put_back_over_a_stopped_server_and_an_account_that_was_forgotten(
    account: Path, tmp_path: Path
) -> None:
    ask(process.start(account), "POST", "/apps", {"name": "before"})
    snapshot.keep(account, tmp_path / "kept")
    process.reset(account)
    assert apps(snapshot.put_back(account, tmp_path / "kept")) == ["before"]
    assert apps(snapshot.put_back(account, tmp_path / "kept")) == ["before"], "as often as wanted"


def test_a_port_that_is_taken_meanwhile_does_not_stop_it(account: Path, tmp_path: Path) -> None:
    snapshot.keep(account, tmp_path / "kept")
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        back = snapshot.put_back(account, tmp_path / "kept", port=port)
    assert urlsplit(back.url).port != port
    assert apps(back) == []
