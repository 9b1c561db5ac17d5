"""What a page shows, as server-sent events: at once, and whenever it is another."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import TYPE_CHECKING

from local_heroku.clock import elapsed

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

LOOK = 0.5  # seconds between looks for a change
HEARTBEAT = 15.0  # seconds without a change until a comment shows that the stream is alive


async def changes(now: Callable[[], str], stopping: asyncio.Event) -> AsyncIterator[bytes]:
    """Ends with the server, so that a page that is open holds up no stop."""
    sent, spoken = "", elapsed()
    while not stopping.is_set():
        if (found := now()) != sent:
            sent, spoken = found, elapsed()
            yield event(found)
        elif elapsed() - spoken > HEARTBEAT:
            spoken = elapsed()
            yield b": still here\n\n"
        with suppress(TimeoutError):
            await asyncio.wait_for(stopping.wait(), LOOK)


def event(text: str) -> bytes:
    """Each line of it is a field of its own; the browser puts them together again."""
    lines = "".join(f"data: {line}\n" for line in text.splitlines())
    return f"{lines}\n".encode()
