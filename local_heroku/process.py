"""Local Heroku as a process in the background: start, stop, look, forget; and the environment that points clients at it."""

from __future__ import annotations

import contextlib
import http.client
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

LOCK = "server.lock"
DATABASE = "heroku.sqlite"
REPOSITORIES = "git"
"""A folder with what was pushed to each app."""
READY_LIMIT = 20.0  # seconds; a start takes about 0.4
MADE_LIMIT = 120.0  # seconds; making PostgreSQL's files takes about 3
STOP_LIMIT = 10.0
_POLL = 0.02
_STATE = (
    DATABASE,
    f"{DATABASE}-wal",
    f"{DATABASE}-shm",
    "server.json",
    "server.log",
    "token",
    "certificate.pem",
    "certificate.key",
    "certificate.names",
)


_children: dict[int, subprocess.Popen[bytes]] = {}  # servers that this process started and outlives, or not


class LocalHerokuError(Exception):
    """Local Heroku does not start, stop or answer; the text says what to look at."""


@dataclass(frozen=True, slots=True)
class Running:
    """A server that answered. The token opens this server only; it is never shown."""

    url: str
    token: str = field(repr=False)
    pid: int
    folder: Path
    secure_url: str = ""
    """The same over https; "" where no certificate could be made."""
    postgres: str = ""
    """Where PostgreSQL's programs are, while the databases hold data."""


def start(folder: Path, *, port: int | None = None, postgres: Path | None = None) -> Running:
    """The running server of this folder; started first when there is none. Raises LocalHerokuError.

    `postgres`: PostgreSQL's programs, from which on the databases of a server that this starts hold data.
    """
    present = status(folder)
    if present is not None:
        return present
    import filelock  # noqa: PLC0415 - only a start needs it

    folder = folder.resolve()
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    with filelock.FileLock(folder / "start.lock", timeout=READY_LIMIT):
        return status(folder) or _launched(folder, port, postgres)


def _launched(folder: Path, port: int | None, postgres: Path | None) -> Running:
    command = [sys.executable, "-m", "local_heroku", "serve", "--folder", str(folder)]
    command += ["--port", str(port)] if port else []
    command += ["--postgres", str(postgres)] if postgres else []
    with (folder / "server.log").open("ab") as log:
        child = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            cwd=Path(__file__).resolve().parent.parent,
            start_new_session=True,
        )
    _children[child.pid] = child
    return _await_ready(folder, child, MADE_LIMIT if _holds_data(folder, postgres) else READY_LIMIT)


def _holds_data(folder: Path, postgres: Path | None) -> bool:
    return postgres is not None or (folder / "postgres").exists()


def stop(folder: Path) -> bool:
    """Stop this folder's server and wait until it is gone; False when none was running."""
    running = status(folder)
    if running is None:
        return False
    with contextlib.suppress(OSError, http.client.HTTPException):
        _ask(running.url, running.token, "POST", "/local/stop")
    if not _gone(folder, running.pid):
        os.kill(running.pid, signal.SIGTERM)
        if not _gone(folder, running.pid):
            raise LocalHerokuError(
                f"Local Heroku (pid {running.pid}) does not stop; see {folder / 'server.log'}"
            )
    return True


def status(folder: Path) -> Running | None:
    """The server of this folder if it answers as itself; None when none runs."""
    try:
        saved = json.loads((folder / "server.json").read_text())
        running = Running(
            saved["url"],
            saved["token"],
            int(saved["pid"]),
            folder.resolve(),
            saved.get("secure_url", ""),
            saved.get("postgres", ""),
        )
    except (OSError, ValueError, KeyError, TypeError):
        return None
    try:
        health = _ask(running.url, running.token, "GET", "/local/health")
    except (OSError, http.client.HTTPException, ValueError):
        return None
    return running if health.get("pid") == running.pid else None


def reset(folder: Path) -> None:
    """Stop the server and forget the account: an empty one at the next start. Other files in the folder stay."""
    stop(folder)
    for name in _STATE:
        (folder / name).unlink(missing_ok=True)
    shutil.rmtree(folder / "postgres", ignore_errors=True)
    shutil.rmtree(folder / REPOSITORIES, ignore_errors=True)


def environment(running: Running) -> dict[str, str]:
    """Variables that point Heroku's CLI, the `heroku` plugin and this project's client at the server, and nothing else.

    Sources: docs/heroku-api.md §1. The CLI takes the Data API's port from HEROKU_HOST.
    """
    certificate = running.folder / "certificate.pem"
    host = urlsplit(running.url).hostname or "127.0.0.1"
    quiet = f"{host},localhost"
    return {
        "HEROKU_API_URL": running.url,
        "HEROKU_DATA_URL": running.url,
        "HEROKU_HOST": running.url,
        "HEROKU_DATA_HOST": host,
        "HEROKU_PARTICLEBOARD_URL": running.url,
        "HEROKU_API_KEY": running.token,
        "HEROKU_GIT_HOST": git_host(running),
        "HEROKU_STATUS_HOST": running.url,
        "HEROKU_BUILDPACK_REGISTRY_URL": running.url,
        "HEROKU_EXEC_URL": running.url,
        "HEROKU_LOGIN_HOST": running.url,
        "HEROKU_ANALYTICS_URL": f"{running.url}/analytics",
        "HEROKU_CI_WEBSOCKET_URL": f"{running.url.replace('http', 'ws', 1)}/socket",
        "PGDIAGNOSE_URL": running.url,
        "DISABLE_TELEMETRY": "true",
        "HEROKU_SKIP_NEW_VERSION_CHECK": "1",
        # Else the CLI leaves a process behind for an hour, that looks for a newer one. Source: oclif's plugin-update.
        "HEROKU_DISABLE_AUTOUPDATE": "1",
        "NO_PROXY": quiet,
        "no_proxy": quiet,
        **({"NODE_EXTRA_CA_CERTS": str(certificate)} if certificate.exists() else {}),
    }


def git_host(running: Running) -> str:
    """Where the CLI says that repositories are; it writes `https://` before it."""
    return urlsplit(running.secure_url or running.url).netloc


def _await_ready(folder: Path, child: subprocess.Popen[bytes], limit: float) -> Running:
    deadline = time.monotonic() + limit
    while time.monotonic() < deadline:
        running = status(folder)
        if running is not None:
            return running
        if child.poll() is not None:
            raise LocalHerokuError(f"Local Heroku did not start: {_last_line(folder)}")
        time.sleep(_POLL)
    child.terminate()
    raise LocalHerokuError(f"Local Heroku gave no answer within {limit:.0f} s; see {folder / 'server.log'}")


def _last_line(folder: Path) -> str:
    lines = (folder / "server.log").read_text(errors="replace").strip().splitlines()
    return lines[-1] if lines else "it said nothing"


def _ask(url: str, token: str, method: str, path: str) -> dict[str, object]:
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=5)
    try:
        connection.request(method, path, headers={"Authorization": f"Bearer {token}"})
        answer = json.loads(connection.getresponse().read())
    finally:
        connection.close()
    return answer if isinstance(answer, dict) else {}


def _gone(folder: Path, pid: int) -> bool:
    """Whether the server ended within the limit; reaps it when it is a child of ours.

    The system lets go of its lock at its end. Its pid may stay longer, where nobody reaps it, as in a container without an init.
    """
    import filelock  # noqa: PLC0415 - only a stop needs it

    deadline = time.monotonic() + STOP_LIMIT
    while time.monotonic() < deadline:
        if pid in _children and _children[pid].poll() is not None:
            del _children[pid]
            return True
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return True
        if pid not in _children:
            with contextlib.suppress(filelock.Timeout), filelock.FileLock(folder / LOCK, timeout=0):
                return True
        time.sleep(_POLL)
    return False
