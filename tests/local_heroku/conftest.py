"""Local Heroku as a process on loopback; Heroku's CLI and published schema where this machine can have them."""

from __future__ import annotations

import http.client
import io
import json
import os
import shutil
import subprocess
import tarfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest

from local_heroku import process
from toolchain import heroku_cli as toolchain_heroku_cli

if TYPE_CHECKING:
    from collections.abc import Iterator

    from local_heroku.process import Running

REPO = Path(__file__).resolve().parents[2]
SCHEMA_MODULE = "github.com/heroku/heroku-go/v5@v5.4.1"


@dataclass(frozen=True)
class Reply:
    status: int
    headers: dict[str, str]
    content: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.content)


@dataclass(frozen=True)
class Caller:
    """Asks the running server over one connection a request."""

    running: Running

    def ask(self, method: str, path: str, body: Any = None, **headers: str) -> Reply:
        parts = urlsplit(self.running.url)
        connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=20)
        sent = {
            "Authorization": f"Bearer {self.running.token}",
            "Accept": "application/vnd.heroku+json; version=3",
        }
        sent |= {name.replace("_", "-"): value for name, value in headers.items()}
        content = body if isinstance(body, bytes) else None if body is None else json.dumps(body).encode()
        try:
            connection.request(method, path, content, sent)
            answer = connection.getresponse()
            return Reply(
                answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read()
            )
        finally:
            connection.close()

    def ok(self, method: str, path: str, body: Any = None) -> Any:
        reply = self.ask(method, path, body)
        assert 200 <= reply.status < 300, (reply.status, reply.content)
        return reply.json


@pytest.fixture
def running(tmp_path: Path) -> Iterator[Running]:
    folder = tmp_path / "heroku"
    yield process.start(folder)
    process.stop(folder)


@pytest.fixture
def heroku(running: Running) -> Caller:
    return Caller(running)


@pytest.fixture(scope="session")
def schema() -> dict[str, Any]:
    """Heroku's published schema, from the Go module cache or a Go module proxy."""
    go = shutil.which("go")
    if go is None:
        pytest.skip(
            "NOT CHECKED against Heroku's published schema: it comes in a Go module and there is no `go`"
        )
    found = subprocess.run(
        [go, "mod", "download", "-json", SCHEMA_MODULE],
        capture_output=True,
        text=True,
        check=False,
        cwd="/",
        env={**os.environ, "GOFLAGS": "-mod=mod", "GOTOOLCHAIN": "local"},
    )
    folder = json.loads(found.stdout or "{}").get("Dir")
    if found.returncode or not folder:
        pytest.fail(
            f"Heroku's published schema can't be had: {(found.stderr or found.stdout).strip()[-300:]}"
        )
    loaded: dict[str, Any] = json.loads((Path(folder) / "schema.json").read_text())
    return loaded


@pytest.fixture(scope="session")
def heroku_cli() -> str:
    """Heroku's own CLI: HEROKU_CLI, else `heroku` on PATH, else the pinned one, installed into `.local/`."""
    if toolchain_heroku_cli.find(REPO, os.environ) is None and shutil.which("npm") is None:
        pytest.skip(
            "NOT CHECKED with Heroku's CLI: there is no Node.js (npm) to install it with, and no HEROKU_CLI"
        )
    return str(toolchain_heroku_cli.ensure(REPO, print))


def deploy(caller: Caller, app: str, files: dict[str, str]) -> Any:
    """Upload a source archive and build it."""
    put = caller.ok("POST", "/sources")["source_blob"]["put_url"]
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w:gz") as tar:
        for name, text in files.items():
            member = tarfile.TarInfo(name)
            member.size = len(text.encode())
            tar.addfile(member, io.BytesIO(text.encode()))
    assert caller.ask("PUT", urlsplit(put).path, packed.getvalue()).status == 200
    return caller.ok("POST", f"/apps/{app}/builds", {"source_blob": {"url": put}})
