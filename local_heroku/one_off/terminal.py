"""The terminal of a one-off dyno: lines from a stream of keys, echoed as a pty does where one is asked for."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

_LOOK = 0.5  # seconds between looks whether the dyno still runs
_END_OF_INPUT = "\x04"
_INTERRUPT = "\x03"
_ERASE = ("\x7f", "\b")
_LONGEST_LINE = 64 * 1024


class HungUpError(Exception):
    """The client has gone, or was idle for too long, or the dyno was stopped."""


class Terminal:
    """`runs` says whether the dyno still does; `idle_limit` is in seconds."""

    def __init__(
        self,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        *,
        tty: bool,
        runs: Callable[[], bool],
        idle_limit: float,
    ) -> None:
        self._reader = reader
        self._writer = writer
        self._tty = tty
        self._runs = runs
        self._idle_limit = idle_limit
        self._keys: list[str] = []
        self._after_return = False

    async def write(self, text: str) -> None:
        """Raises HungUpError."""
        self._writer.write((text.replace("\n", "\r\n") if self._tty else text).encode())
        try:
            await self._writer.drain()
        except ConnectionError:
            raise HungUpError from None

    async def line(self, prompt: str) -> str | None:
        """What was typed; None at the end of input. Raises HungUpError."""
        await self.write(prompt)
        typed: list[str] = []
        while True:
            key = await self._key()
            if key == "\n" and self._after_return:
                self._after_return = False
                continue
            self._after_return = key == "\r"
            if key in "\r\n":
                await self._echo("\n")
                return "".join(typed)
            if key == _END_OF_INPUT:
                if typed:
                    self._keys.insert(0, key)
                    return "".join(typed)
                return None
            if key == _INTERRUPT:
                await self._echo("^C\n")
                typed.clear()
                await self.write(prompt)
            elif key in _ERASE:
                if typed:
                    typed.pop()
                    await self._echo("\b \b")
            elif len(typed) < _LONGEST_LINE and key.isprintable():
                typed.append(key)
                await self._echo(key)

    async def _echo(self, text: str) -> None:
        if self._tty:
            await self.write(text)

    async def _key(self) -> str:
        if not self._keys:
            self._keys.extend((await self._more()).decode("utf-8", "replace"))
        return self._keys.pop(0)

    async def _more(self) -> bytes:
        loop = asyncio.get_running_loop()
        until = loop.time() + self._idle_limit
        while loop.time() < until and self._runs():
            try:
                data = await asyncio.wait_for(self._reader.read(4096), _LOOK)
            except TimeoutError:
                continue
            except ConnectionError:
                raise HungUpError from None
            if not data:
                raise HungUpError
            return data
        raise HungUpError
