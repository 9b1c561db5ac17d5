"""The terminal of a one-off dyno over TLS, byte by byte as Heroku's CLI sees it: one key, one client, one end."""

from __future__ import annotations

import socket
import ssl
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest

from tests.local_heroku.conftest import Caller, deploy

if TYPE_CHECKING:
    from collections.abc import Iterator

    from local_heroku.process import Running

APP = "sc-mvp-production"
PATIENCE = 20.0  # seconds; an answer takes milliseconds


@pytest.fixture
def account(heroku: Caller) -> Caller:
    heroku.ok("PATCH", "/local/settings", {"provisioning": 0.0, "boot": 0.0})
    heroku.ok("POST", "/apps", {"name": APP})
    heroku.ok("POST", f"/apps/{APP}/addons", {"plan": "heroku-postgresql:standard-0", "name": "sc-db"})
    deploy(heroku, APP, {"Procfile": "web: ruby web.rb\n", "public/index.html": "<html>\n"})
    return heroku


def attached(account: Caller, command: str, **more: Any) -> str:
    made = account.ok("POST", f"/apps/{APP}/dynos", {"command": command, "attach": True, **more})
    return str(made["attach_url"])


@contextmanager
def opened(running: Running, url: str, key: str | None = None) -> Iterator[ssl.SSLSocket]:
    """The stream after the greeting. The certificate is checked, as the CLI checks it."""
    parts = urlsplit(url)
    trust = ssl.create_default_context(cafile=str(running.folder / "certificate.pem"))
    with (
        socket.create_connection((parts.hostname, parts.port), timeout=PATIENCE) as bare,
        trust.wrap_socket(bare, server_hostname=parts.hostname) as stream,
    ):
        stream.sendall((parts.path[1:] if key is None else key).encode() + b"\r\n")
        yield stream


def rest(stream: ssl.SSLSocket) -> str:
    found = b""
    while data := stream.recv(4096):
        found += data
    return found.decode()


def until(stream: ssl.SSLSocket, ending: str) -> str:
    found = b""
    while not found.decode().endswith(ending):
        data = stream.recv(1)
        assert data, found
        found += data
    return found.decode()


def gone(account: Caller) -> bool:
    """Whether the app's one-off dynos end within the limit."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        if [one["name"] for one in account.ok("GET", f"/apps/{APP}/dynos")] == ["web.1"]:
            return True
        time.sleep(0.05)
    return False


def test_a_command_greets_answers_and_closes(account: Caller) -> None:
    with opened(account.running, attached(account, "cat public/index.html")) as stream:
        assert stream.recv(4096) == b"rendezvous\r\n", (
            "the CLI drops its first read: it must hold nothing else"
        )
        assert rest(stream) == "<html>\r\n"
    assert gone(account)


def test_without_a_tty_lines_end_as_they_are(account: Caller) -> None:
    url = attached(account, "cat public/index.html", force_no_tty=True)
    with opened(account.running, url) as stream:
        assert rest(stream) == "rendezvous\r\n<html>\n"


@pytest.mark.parametrize("key", ["", "x", "0" * 32, "GET / HTTP/1.1", "\x00" * 5000])
def test_a_wrong_key_opens_nothing(account: Caller, key: str) -> None:
    url = attached(account, "bash")
    with opened(account.running, url, key) as stream:
        assert rest(stream) == ""
    with opened(account.running, url) as stream:
        assert until(stream, "~ $ ") == "rendezvous\r\n~ $ "


def test_a_terminal_is_opened_once(account: Caller) -> None:
    url = attached(account, "bash")
    with opened(account.running, url) as first, opened(account.running, url) as second:
        assert until(first, "~ $ ")
        assert rest(second) in ("", "rendezvous\r\n")


def test_a_console_echoes_keys_takes_them_back_and_answers(account: Caller) -> None:
    with opened(account.running, attached(account, "rails console")) as stream:
        until(stream, "irb(main):001> ")
        stream.sendall(b"Worker.countt\x7f\r")
        assert until(stream, "irb(main):002> ") == "Worker.countt\b \b\r\n=> 42\r\nirb(main):002> "
        stream.sendall(b"Worker.delete_all\x03exit\r")
        assert rest(stream) == "Worker.delete_all^C\r\nirb(main):002> exit\r\n"
    assert gone(account)


def test_the_end_of_input_leaves_a_shell(account: Caller) -> None:
    with opened(account.running, attached(account, "bash", force_no_tty=True)) as stream:
        until(stream, "~ $ ")
        stream.sendall(b"pwd\nnothing\nexit\n")
        said = rest(stream)
    assert said.startswith("/app\n~ $ Local Heroku runs no code of the app, and does not simulate: nothing\n")
    lines = account.ok("POST", f"/apps/{APP}/log-sessions", {"lines": 100})
    shown = account.ask("GET", urlsplit(lines["logplex_url"]).path).content.decode()
    assert "Process exited with status 127" in shown


def test_a_client_that_leaves_ends_its_dyno(account: Caller) -> None:
    with opened(account.running, attached(account, "bash")) as stream:
        until(stream, "~ $ ")
    assert gone(account)


def test_a_dyno_that_is_stopped_closes_its_terminal(account: Caller) -> None:
    with opened(account.running, attached(account, "bash")) as stream:
        until(stream, "~ $ ")
        [name] = [one["name"] for one in account.ok("GET", f"/apps/{APP}/dynos") if one["type"] == "run"]
        account.ok("POST", f"/apps/{APP}/dynos/{name}/actions/stop")
        assert rest(stream) == ""
    assert gone(account)
