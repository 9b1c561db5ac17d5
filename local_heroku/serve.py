"""Run a server on loopback until it is told to stop, or nobody has asked it anything for long enough."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import secrets
import signal
import socket
import ssl
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import filelock
import orjson
import uvicorn
import uvloop

from local_heroku import rendezvous, tls
from local_heroku.clock import Clock, elapsed, rfc3339
from local_heroku.process import DATABASE, LOCK, REPOSITORIES
from local_heroku.refused_requests import HerokuProtocol
from local_heroku.routes import all_routes
from local_heroku.server import Server
from local_heroku.store import addons
from local_heroku.store.journal import Journal
from local_heroku.store.world import World

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import timedelta

LOOPBACK = "127.0.0.1"
RUNNING = "server.json"
TOKEN = "token"  # noqa: S105 - a file's name
KEEP_ALIVE = 120  # seconds; longer than a client keeps a connection it means to use again
_LOOK = 0.2  # seconds between looks at the clock while nobody asks
_log = logging.getLogger("local_heroku")


class InUseError(Exception):
    """The folder already has a running server, or the port is taken."""


def serve(folder: Path, *, port: int | None, idle: timedelta, postgres: Path | None = None) -> None:
    """Serve until stopped. Writes server.json when it is ready to answer, removes it at the end.

    `postgres`: the folder of PostgreSQL's programs, from which on the account's databases hold data.
    """
    signal.signal(signal.SIGTERM, _leave)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    with _only_one(folder), contextlib.ExitStack() as held:
        ears = _ears(held, folder, port)
        url = _address("http", ears.plain)
        world = World(held.enter_context(contextlib.closing(Journal(folder / DATABASE))), Clock())
        programs = _hold_data(held, folder, world, postgres)
        token, secure_url = _token(folder), _address("https", ears.secure)
        server = Server(
            world,
            all_routes(),
            token=token,
            base_url=url,
            download_url=secure_url or url,
            attach_url=_address(rendezvous.SCHEME, ears.terminals),
            repositories=folder / REPOSITORIES,
        )
        running = {
            "url": url,
            "secure_url": secure_url,
            "token": token,
            "pid": os.getpid(),
            "postgres": programs,
        }
        _write_private(folder / RUNNING, orjson.dumps({**running, "started": rfc3339(Clock().now())}))
        try:
            uvloop.run(_until_stopped(server, ears, idle))
        finally:
            (folder / RUNNING).unlink(missing_ok=True)


def _hold_data(held: contextlib.ExitStack, folder: Path, world: World, given: Path | None) -> str:
    """Where PostgreSQL's programs are, once its server runs; "" without. An account that began to hold data goes on so."""
    kept = folder / "postgres" / "programs"
    programs = given or (Path(kept.read_text()) if kept.exists() else None)
    if programs is None:
        return ""
    from local_heroku.postgres.cluster import Cluster  # noqa: PLC0415 - most accounts hold no data
    from local_heroku.postgres.databases import Databases  # noqa: PLC0415

    cluster = Cluster(programs, folder / "postgres")
    held.callback(cluster.stop)
    cluster.start()
    kept.write_text(str(programs))
    world.postgres = Databases(cluster)
    with world.transaction():
        addons.move_into_postgres(world)
    return str(programs)


@dataclass(frozen=True)
class _Ears:
    """Where it listens; over TLS only where a certificate could be made."""

    plain: socket.socket
    context: ssl.SSLContext | None = None
    secure: socket.socket | None = None
    terminals: socket.socket | None = None


def _ears(held: contextlib.ExitStack, folder: Path, port: int | None) -> _Ears:
    plain, context = held.enter_context(_listen(port)), tls.context(folder)
    if context is None:
        return _Ears(plain)
    return _Ears(plain, context, held.enter_context(_listen(None)), held.enter_context(_listen(None)))


def _address(scheme: str, listener: socket.socket | None) -> str:
    return f"{scheme}://{LOOPBACK}:{listener.getsockname()[1]}" if listener else ""


async def _until_stopped(server: Server, ears: _Ears, idle: timedelta) -> None:
    config = uvicorn.Config(
        server,
        http=HerokuProtocol,
        lifespan="off",
        access_log=False,
        log_config=None,
        server_header=False,
        date_header=True,
        timeout_keep_alive=KEEP_ALIVE,
        timeout_graceful_shutdown=2,
    )
    runner = uvicorn.Server(config)
    config.load()
    if ears.context and ears.secure and ears.terminals:
        await asyncio.get_running_loop().create_server(
            lambda: HerokuProtocol(config, runner.server_state, {}), sock=ears.secure, ssl=ears.context
        )
        await rendezvous.listen(server, ears.terminals, ears.context)
    watch = asyncio.create_task(_watch(server, runner, idle))
    _log.info("listening on %s", server.base_url)
    try:
        await runner.serve(sockets=[ears.plain])
    finally:
        watch.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await watch


async def _watch(server: Server, runner: uvicorn.Server, idle: timedelta) -> None:
    """Plays what is due while nobody asks; ends the server when it is told to, or idle for too long."""
    while not runner.should_exit:
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(server.stopping.wait(), _LOOK)
        server.play()
        if server.stopping.is_set():
            _log.info("told to stop")
            runner.should_exit = True
        elif elapsed() - server.asked_at > idle.total_seconds():
            _log.info("not asked for %s; stopping", idle)
            runner.should_exit = True


def _leave(number: int, frame: object) -> None:
    """SIGTERM ends the process by way of its `finally` blocks; uvicorn first finishes what it is answering."""
    del frame
    raise SystemExit(128 + number)


@contextlib.contextmanager
def _only_one(folder: Path) -> Iterator[None]:
    """Hold the folder's lock; the system lets go of it when the process ends in any way."""
    lock = filelock.FileLock(folder / LOCK, timeout=0)
    try:
        lock.acquire()
    except filelock.Timeout:
        raise InUseError(
            f"{folder}: another local Heroku is running here; `./ops local status` shows it"
        ) from None
    try:
        yield
    finally:
        lock.release()


def _listen(port: int | None) -> socket.socket:
    """A listening socket on loopback; never anywhere else."""
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((LOOPBACK, port or 0))
    except OSError as error:
        listener.close()
        raise InUseError(
            f"Port {port} on {LOOPBACK} is taken ({error.strerror}); leave --port out to get a free one"
        ) from None
    listener.listen(1024)
    listener.set_inheritable(False)
    return listener


def _token(folder: Path) -> str:
    """The folder's token: made once, kept over restarts, so that what was configured with it goes on working."""
    path = folder / TOKEN
    with contextlib.suppress(FileNotFoundError):
        token = path.read_text().strip()
        if token:
            return token
    token = f"local-{secrets.token_hex(20)}"
    _write_private(path, token.encode())
    return token


def _write_private(path: Path, content: bytes) -> None:
    """Readable by the owner only, there as a whole or not at all."""
    partial = path.with_name(f".{path.name}.{os.getpid()}")
    descriptor = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
    partial.replace(path)
