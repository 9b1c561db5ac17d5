"""One request to git's http-backend: a CGI program that is fed the body as it comes, and whose answer goes on as it comes.

Source: git-http-backend(1). It unpacks a gzipped body itself, and reads one without a length to its end.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from local_heroku.sending import Cut

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Coroutine, Mapping, MutableMapping

    from local_heroku.sending import Receive

LONGEST = 600.0  # seconds that one request to git may take
_PIECE = 64 * 1024
_HEAD_LIMIT = 16 * 1024
BAD_GATEWAY = 502
_STOPPED_READING = (ConnectionError, RuntimeError)
"""What a pipe says that the program has closed; uvloop says RuntimeError."""


class TooLargeError(Exception):
    """The body is larger than a push may be."""


@dataclass(frozen=True, slots=True)
class Head:
    status: int
    headers: dict[str, str]


class Backend:
    """`head` first, then `body`; `close` ends the program and all that it started, whatever it is at."""

    def __init__(self, process: asyncio.subprocess.Process, receive: Receive, limit: int) -> None:
        self._process = process
        self._deadline = asyncio.get_running_loop().time() + LONGEST
        self._receive = receive
        self._feeding = asyncio.create_task(self._feed(receive, limit))

    @classmethod
    async def start(cls, program: str, env: Mapping[str, str], receive: Receive, limit: int) -> Backend:
        process = await asyncio.create_subprocess_exec(
            program, env=dict(env), start_new_session=True,
            stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, limit=_HEAD_LIMIT,
        )  # fmt: skip
        return cls(process, receive, limit)

    async def head(self) -> Head:
        """Raises TooLargeError, Cut when the client has gone, TimeoutError."""
        status, headers = 200, {}
        while line := (await self._read_line()).strip():
            name, _, value = line.decode("latin-1").partition(":")
            if name.lower() == "status":
                status = int(value.split()[0])
            else:
                headers[name] = value.strip()
        return Head(status, headers) if headers else Head(BAD_GATEWAY, {})

    async def body(self) -> AsyncIterator[bytes]:
        while piece := await self._unless_fed_badly(self._output.read(_PIECE)):
            yield piece

    async def after_body(self) -> MutableMapping[str, Any]:
        """What comes of the client once the body is in: that it has gone. The answer may begin before that."""
        await asyncio.wait({self._feeding})
        return await self._receive()

    async def close(self) -> None:
        self._feeding.cancel()
        with contextlib.suppress(asyncio.CancelledError, Cut, TooLargeError):
            await self._feeding
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        await self._process.wait()

    @property
    def _output(self) -> asyncio.StreamReader:
        assert self._process.stdout is not None  # noqa: S101 - it was opened as a pipe
        return self._process.stdout

    async def _read_line(self) -> bytes:
        return await self._unless_fed_badly(self._output.readline())

    async def _unless_fed_badly(self, reading: Coroutine[Any, Any, bytes]) -> bytes:
        """What is read, or what went wrong with the body meanwhile."""
        read = asyncio.create_task(reading)
        try:
            async with asyncio.timeout_at(self._deadline):
                if not self._feeding.done():
                    await asyncio.wait({read, self._feeding}, return_when=asyncio.FIRST_COMPLETED)
                if self._feeding.done():
                    self._feeding.result()
                return await read
        finally:
            read.cancel()

    async def _feed(self, receive: Receive, limit: int) -> None:
        """The request's body into the program, which may have read enough before its end."""
        given = self._process.stdin
        assert given is not None  # noqa: S101 - it was opened as a pipe
        size, more = 0, True
        while more:
            message = await receive()
            if message["type"] == "http.disconnect":
                raise Cut
            piece = message.get("body", b"")
            more = message.get("more_body", False)
            size += len(piece)
            if size > limit:
                raise TooLargeError
            if piece and not given.is_closing():
                with contextlib.suppress(*_STOPPED_READING):
                    given.write(piece)
                    await given.drain()
        with contextlib.suppress(*_STOPPED_READING):
            given.close()
