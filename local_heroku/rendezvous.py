"""Where Heroku's CLI opens the terminal of a one-off dyno: TLS, the dyno's key as the first line, then a byte stream.

What the CLI does with it: it drops the first piece that it reads, then shows what comes; it closes when the stream ends.
Source: heroku/cli, src/lib/run/dyno.ts.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from typing import TYPE_CHECKING

from local_heroku.one_off import consoles, life, programs
from local_heroku.one_off.line import said_status
from local_heroku.one_off.terminal import HungUpError, Terminal

if TYPE_CHECKING:
    import socket
    import ssl

    from local_heroku.service import Service
    from local_heroku.store.one_offs import OneOff
    from local_heroku.store.world import World

SCHEME = "rendezvous"
_GREETING = b"rendezvous\r\n"
_KEY_LIMIT = 200  # bytes of the first line
_KEY_WITHIN = 10.0  # seconds
_APART = 0.05  # seconds between the greeting and what follows: the CLI drops all of its first read
_LOOK = 0.05  # seconds between looks whether the dyno is up
_log = logging.getLogger("local_heroku")


class Rendezvous:
    """One client a call; `serve` never raises."""

    def __init__(self, service: Service) -> None:
        self._service = service

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            one_off = await self._one_off(reader)
            if one_off is not None:
                await self._play(one_off, reader, writer)
        except Exception:  # noqa: BLE001 - one bad terminal must not take the server with it
            _log.exception("a terminal failed")
        finally:
            writer.close()
            with contextlib.suppress(OSError):
                await writer.wait_closed()

    async def _one_off(self, reader: asyncio.StreamReader) -> OneOff | None:
        """The dyno whose key is given and that nobody has opened yet."""
        with contextlib.suppress(TimeoutError, ValueError, OSError):
            line = await asyncio.wait_for(reader.readline(), _KEY_WITHIN)
            key = line[:_KEY_LIMIT].decode("latin-1").strip()
            one_off = self._service.world.one_offs.of_key(key)
            return None if one_off is None or one_off.attached else one_off
        return None

    async def _play(
        self, one_off: OneOff, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        world = self._service.world
        try:
            writer.write(_GREETING)
            await writer.drain()
            up = await self._up(one_off)
            await asyncio.sleep(_APART)
            terminal = Terminal(
                reader,
                writer,
                tty=up.tty,
                runs=lambda: world.one_offs.get(up.id) is not None,
                idle_limit=life.IDLE_LIMIT,
            )
            status = await self._command(up, terminal)
        except (HungUpError, ConnectionError):
            if present := world.one_offs.get(one_off.id):
                life.hang_up(world, present)
            return
        life.end(world, up, status)

    async def _up(self, one_off: OneOff) -> OneOff:
        """The dyno once it has booted. Raises HungUpError when it was stopped before."""
        world = self._service.world
        while True:
            self._service.play()
            present = world.one_offs.get(one_off.id)
            if present is None:
                raise HungUpError
            if present.state == "up":
                return life.attach(world, present)
            await asyncio.sleep(_LOOK)

    async def _command(self, one_off: OneOff, terminal: Terminal) -> int:
        world: World = self._service.world
        app = world.apps.get(one_off.app_id)
        words = programs.interactive(one_off.command)
        if app is None or words is None:
            output, status = life.run(world, one_off)
            await terminal.write(output)
        else:
            status = await consoles.run(world, app, words, terminal)
            if programs.says_status(one_off.command):
                await terminal.write(said_status(status))
        return status


async def listen(service: Service, listener: socket.socket, secure: ssl.SSLContext) -> asyncio.Server:
    """Serve terminals on a bound socket."""
    return await asyncio.start_server(Rendezvous(service).serve, sock=listener, ssl=secure)
