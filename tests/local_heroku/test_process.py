"""The process: one per folder, on loopback, private, quick to answer, gone when told or left alone."""

from __future__ import annotations

import http.client
import json
import os
import signal
import socket
import stat
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest

from local_heroku import process
from tests.local_heroku.conftest import Caller

if TYPE_CHECKING:
    from local_heroku.process import Running

REPO = Path(__file__).resolve().parents[2]
FIRST_ANSWER = 0.5  # seconds from the start of the process; tripled here for a busy machine


def test_start_is_quick_and_finds_the_server_that_runs_already(tmp_path: Path) -> None:
    began = time.monotonic()
    first = process.start(tmp_path)
    took = time.monotonic() - began
    second = process.start(tmp_path)
    assert (first, process.status(tmp_path)) == (second, first)
    assert process.stop(tmp_path) is True
    assert (process.status(tmp_path), process.stop(tmp_path)) == (None, False)
    assert took < 3 * FIRST_ANSWER


def test_the_state_and_the_token_survive_a_stop(tmp_path: Path) -> None:
    first = process.start(tmp_path)
    Caller(first).ok("POST", "/apps", {"name": "sc-mvp-staging"})
    process.stop(tmp_path)
    second = process.start(tmp_path)
    assert second.token == first.token
    assert [app["name"] for app in Caller(second).ok("GET", "/apps")] == ["sc-mvp-staging"]
    process.reset(tmp_path)
    assert process.status(tmp_path) is None
    assert not (tmp_path / "heroku.sqlite").exists()


def test_files_with_secrets_are_the_owner_s_alone_and_the_token_is_in_no_log(
    running: Running, heroku: Caller
) -> None:
    heroku.ask("GET", "/nope")
    for name in ("heroku.sqlite", "server.json", "token", "certificate.key"):
        path = running.folder / name
        if path.exists():
            assert (name, stat.S_IMODE(path.stat().st_mode)) == (name, 0o600)
    assert running.token not in (running.folder / "server.log").read_text()
    assert running.token not in repr(running)


@pytest.mark.fault("B67")
def test_it_listens_on_loopback_only(running: Running) -> None:
    host, port = urlsplit(running.url).hostname, urlsplit(running.url).port
    assert host == "127.0.0.1"
    for address in {info[4][0] for info in socket.getaddrinfo(socket.gethostname(), port, socket.AF_INET)}:
        if not str(address).startswith("127."):
            with pytest.raises(OSError, match="refused"):
                socket.create_connection((str(address), port), timeout=2)


@pytest.mark.fault("F69")
def test_a_taken_port_is_said_in_one_sentence(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(
            process.LocalHerokuError, match=rf"Port {port} on 127\.0\.0\.1 is taken .*leave --port out"
        ):
            process.start(tmp_path, port=port)


def test_a_second_server_in_a_folder_is_refused(running: Running) -> None:
    command = [sys.executable, "-m", "local_heroku", "serve", "--folder", str(running.folder)]
    second = subprocess.run(command, cwd=REPO, capture_output=True, text=True, check=False, timeout=30)
    assert (second.returncode, "another local Heroku is running here" in second.stderr) == (1, True)


def test_it_stops_by_itself_when_nobody_asks(tmp_path: Path) -> None:
    command = [
        sys.executable,
        "-m",
        "local_heroku",
        "serve",
        "--folder",
        str(tmp_path),
        "--idle-minutes",
        "0.01",
    ]
    done = subprocess.run(command, cwd=REPO, capture_output=True, text=True, check=False, timeout=30)
    assert (done.returncode, "not asked for 0:00:00.600000; stopping" in done.stderr) == (0, True)
    assert not (tmp_path / "server.json").exists()


def test_a_termination_signal_ends_it_tidily(tmp_path: Path) -> None:
    running = process.start(tmp_path)
    os.kill(running.pid, signal.SIGTERM)
    while process.status(tmp_path) is not None or (tmp_path / "server.json").exists():
        time.sleep(0.02)
    assert "Traceback" not in (tmp_path / "server.log").read_text()


def test_a_stop_does_not_wait_for_somebody_to_reap_it(tmp_path: Path) -> None:
    """In a container without an init, the pid of a process that has ended may stay for ever."""
    start = (
        "import sys, time; from pathlib import Path; from local_heroku import process; "
        "process.start(Path(sys.argv[1])); print(flush=True); time.sleep(60)"
    )
    with subprocess.Popen([sys.executable, "-c", start, str(tmp_path)], stdout=subprocess.PIPE) as parent:
        assert parent.stdout is not None
        parent.stdout.readline()
        running = process.status(tmp_path)
        assert running is not None
        began = time.monotonic()
        assert process.stop(tmp_path) is True
        assert time.monotonic() - began < process.STOP_LIMIT / 2
        os.kill(running.pid, 0)
        assert process.start(tmp_path).pid != running.pid
        process.stop(tmp_path)
        parent.kill()


def test_a_stale_server_json_is_no_running_server(tmp_path: Path) -> None:
    saved = {"url": "http://127.0.0.1:9", "token": "x", "pid": os.getpid()}
    (tmp_path / "server.json").write_text(json.dumps(saved))
    assert process.status(tmp_path) is None
    (tmp_path / "server.json").write_text("{cut")
    assert process.status(tmp_path) is None


def test_the_environment_points_every_client_at_the_server_and_nowhere_else(running: Running) -> None:
    found = process.environment(running)
    assert {
        key: found[key]
        for key in ("HEROKU_API_URL", "HEROKU_DATA_URL", "HEROKU_HOST", "HEROKU_PARTICLEBOARD_URL")
    } == {
        "HEROKU_API_URL": running.url,
        "HEROKU_DATA_URL": running.url,
        "HEROKU_HOST": running.url,
        "HEROKU_PARTICLEBOARD_URL": running.url,
    }
    assert (found["HEROKU_DATA_HOST"], found["HEROKU_API_KEY"]) == ("127.0.0.1", running.token)
    assert (found["DISABLE_TELEMETRY"], found["HEROKU_DISABLE_AUTOUPDATE"]) == ("true", "1")


def test_ten_megabytes_and_foreign_hosts_are_refused_on_the_wire(heroku: Caller) -> None:
    assert heroku.ask("POST", "/apps", b"x" * 10_000_000).status == 413
    assert heroku.ask("GET", "/account", Host="evil.example").status == 403
    assert heroku.ask("GET", "/account", Origin="https://evil.example").status == 403
    assert heroku.ask("GET", "/account", Authorization="Bearer no").status == 401
    assert heroku.ask("GET", "/account").status == 200


def test_a_web_process_answers_under_its_host_name(heroku: Caller) -> None:
    app = heroku.ok("POST", "/apps", {"name": "sc-mvp-staging"})
    host = app["web_url"].removeprefix("https://").rstrip("/")
    assert heroku.ask("GET", "/healthz", Host=host).status == 503  # nothing is deployed yet


@pytest.mark.parametrize(("kind", "done"), [("reset-before", 0), ("reset-after", 1)])
def test_a_reset_really_cuts_the_connection(heroku: Caller, kind: str, done: int) -> None:
    heroku.ok("POST", "/local/faults", {"kind": kind, "method": "POST", "path": "/apps"})
    with pytest.raises((ConnectionError, OSError), match=r"closed connection|reset|Remote end"):
        heroku.ask("POST", "/apps", {"name": "abc"})
    assert len(heroku.ok("GET", "/apps")) == done


def test_an_answer_cut_in_the_middle_is_of_a_write_that_is_done(heroku: Caller) -> None:
    heroku.ok("POST", "/local/faults", {"kind": "reset-halfway", "method": "POST", "path": "/apps"})
    with pytest.raises((http.client.IncompleteRead, ConnectionError)):
        heroku.ask("POST", "/apps", {"name": "abc"})
    assert len(heroku.ok("GET", "/apps")) == 1


def test_a_log_tail_shows_new_lines_as_they_come(heroku: Caller) -> None:
    heroku.ok("POST", "/apps", {"name": "abc"})
    session = heroku.ok("POST", "/apps/abc/log-sessions", {"lines": 1, "tail": True})
    parts = urlsplit(session["logplex_url"])
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=10)
    connection.request("GET", parts.path)
    stream = connection.getresponse()
    assert b"id: " in stream.readline()
    assert b"Release v2" in stream.readline()
    stream.readline()
    heroku.ok("PATCH", "/apps/abc/config-vars", {"A": "1"})
    stream.readline()
    assert b"Release v3" in stream.readline()
    connection.close()


def test_two_starts_at_once_give_one_server(tmp_path: Path) -> None:
    with ThreadPoolExecutor(2) as pool:
        first, second = pool.map(process.start, [tmp_path, tmp_path])
    assert first == second
    process.stop(tmp_path)


@pytest.mark.parametrize("line", ["FOO /apps HTTP/1.1", "get /apps HTTP/1.1", "GET apps HTTP/1.1"])
def test_what_is_no_request_is_refused_in_heroku_s_shape(running: Running, line: str) -> None:
    where = urlsplit(running.url)
    with socket.create_connection((where.hostname or "", where.port or 0), timeout=5) as connection:
        connection.sendall(f"{line}\r\nHost: 127.0.0.1\r\n\r\n".encode())
        said = b"".join(iter(lambda: connection.recv(65536), b"")).decode()
    head, _, body = said.partition("\r\n\r\n")
    assert head.splitlines()[:2] == ["HTTP/1.1 400 Bad Request", "content-type: application/json"]
    assert json.loads(body)["id"] == "bad_request"
