"""A local Heroku in this process: the real application and store, no socket, and a clock that only tests move."""

from __future__ import annotations

import asyncio
import gzip
import io
import json
import tarfile
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest

from local_heroku.clock import Clock
from local_heroku.routes import all_routes
from local_heroku.server import Server
from local_heroku.store.journal import Journal
from local_heroku.store.world import World

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

TOKEN = "local-canary-token"
START = 1_767_225_600.0  # 2026-01-01T00:00:00Z, a Thursday
PROVISIONING = 1.0  # seconds until a Postgres add-on is ready
BOOT = 1.0  # seconds until a dyno is up


class StoppedClock(Clock):
    def now(self) -> float:
        return START + self.offset


@dataclass(frozen=True)
class Reply:
    status: int
    headers: dict[str, str]
    content: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.content)


class LocalHeroku:
    """Asks the application; time stands still until `pass_time`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._loop = asyncio.Runner()
        self.open()

    def open(self) -> None:
        self.world = World(Journal(self.folder / "heroku.sqlite"), StoppedClock())
        self.server = Server(
            self.world,
            all_routes(),
            token=TOKEN,
            base_url="http://127.0.0.1:1",
            download_url="https://127.0.0.1:2",
            attach_url="rendezvous://127.0.0.1:3",
            repositories=self.folder / "git",
        )

    def reopen(self) -> None:
        """As after a restart of the process."""
        self.world.close()
        self.open()

    def close(self) -> None:
        self.world.close()
        self._loop.close()

    def ask(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        raw: bytes | None = None,
        host: str = "127.0.0.1:1",
        token: str | None = TOKEN,
        **headers: str,
    ) -> Reply:
        """One request; `headers` with _ for -; a `token` of None sends none."""
        content = raw if raw is not None else b"" if body is None else json.dumps(body).encode()
        sent = {"host": host, "accept": "application/vnd.heroku+json; version=3"}
        if token is not None:
            sent["authorization"] = f"Bearer {token}"
        sent |= {name.replace("_", "-").lower(): value for name, value in headers.items()}
        return self._loop.run(self._ask(method, path, content, sent))

    async def _ask(self, method: str, path: str, content: bytes, headers: dict[str, str]) -> Reply:
        path, _, query = path.partition("?")
        scope = {
            "type": "http",
            "method": method,
            "path": path,
            "raw_path": path.encode(),
            "query_string": query.encode(),
            "headers": [(name.encode(), value.encode("latin-1")) for name, value in headers.items()],
        }
        sent: list[Any] = []
        coming = [{"type": "http.request", "body": content, "more_body": False}]

        async def receive() -> dict[str, Any]:
            if not coming:
                await asyncio.Event().wait()  # as a server does until the client goes
            return coming.pop()

        async def send(message: Any) -> None:
            sent.append(message)

        await self.server(scope, receive, send)
        if not sent:
            return Reply(0, {}, b"")
        received = {name.decode().lower(): value.decode("latin-1") for name, value in sent[0]["headers"]}
        return Reply(sent[0]["status"], received, b"".join(item.get("body", b"") for item in sent[1:]))

    def get(self, path: str, *, range: str = "") -> Any:  # noqa: A002 - the header's name
        return self._ok(self.ask("GET", path, range=range))

    def post(self, path: str, body: Any = None) -> Any:
        return self._ok(self.ask("POST", path, body))

    def patch(self, path: str, body: Any) -> Any:
        return self._ok(self.ask("PATCH", path, body))

    def delete(self, path: str) -> Any:
        return self._ok(self.ask("DELETE", path))

    def refusal(self, method: str, path: str, body: Any = None) -> tuple[int, str, str]:
        """(status, id, message) of an error answer."""
        reply = self.ask(method, path, body)
        assert reply.status >= 400, reply
        return reply.status, reply.json["id"], reply.json["message"]

    def pass_time(self, seconds: float) -> None:
        self.post("/local/clock", {"advance": seconds})
        self.get("/local/clock")

    def _ok(self, reply: Reply) -> Any:
        assert 200 <= reply.status < 300, (reply.status, reply.content)
        return reply.json

    def app(self, name: str = "sc-mvp-staging") -> dict[str, Any]:
        made: dict[str, Any] = self.post("/apps", {"name": name, "region": "us"})
        return made

    def database(self, app: str, name: str = "sc-db", plan: str = "standard-0") -> dict[str, Any]:
        """A provisioned Postgres add-on of the app."""
        self.post(f"/apps/{app}/addons", {"plan": f"heroku-postgresql:{plan}", "name": name})
        self.pass_time(PROVISIONING)
        made: dict[str, Any] = self.get(f"/addons/{name}")
        return made

    def upload(self, files: dict[str, str]) -> str:
        """Put a source archive; returns its address."""
        put: str = self.post("/sources")["source_blob"]["put_url"]
        reply = self.ask("PUT", put.removeprefix("http://127.0.0.1:1"), raw=archive(files), token=None)
        assert reply.status == 200
        return put

    def deploy(self, app: str, files: dict[str, str] | None = None) -> dict[str, Any]:
        """Build a source; its web process type gets one dyno, which is up after BOOT seconds."""
        source = self.upload(files or {"Procfile": "web: ruby placeholder.rb\n"})
        made: dict[str, Any] = self.post(f"/apps/{app}/builds", {"source_blob": {"url": source}})
        self.pass_time(BOOT)
        return made


def archive(files: dict[str, str]) -> bytes:
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w") as tar:
        for name, text in files.items():
            member = tarfile.TarInfo(name)
            member.size = len(text.encode())
            tar.addfile(member, io.BytesIO(text.encode()))
    return gzip.compress(packed.getvalue())


@pytest.fixture
def heroku(tmp_path: Path) -> Iterator[LocalHeroku]:
    local = LocalHeroku(tmp_path)
    yield local
    local.close()
