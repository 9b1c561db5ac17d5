"""What a request is answered with, as ASGI sends it; and how a connection is cut."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, MutableMapping

    from local_heroku.answers import Response

    # ASGI's own words.
    Scope = MutableMapping[str, Any]
    Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
    Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]


class Cut(Exception):  # noqa: N818 - no error: the connection is to be cut
    """A fault asks for the connection to be cut."""


async def send_response(send: Send, response: Response, receive: Receive) -> None:
    headers = [
        (name.encode("latin-1"), value.encode("latin-1", "replace"))
        for name, value in response.headers.items()
    ]
    if response.stream is None:
        headers.append((b"Content-Length", str(len(response.content)).encode()))
        if response.status == 413:  # noqa: PLR2004 - the rest of the body is not read
            headers.append((b"Connection", b"close"))
    await send({"type": "http.response.start", "status": response.status, "headers": headers})
    if response.halfway:
        half = response.content[: len(response.content) // 2]
        await send({"type": "http.response.body", "body": half, "more_body": True})
        raise Cut
    if response.stream is None:
        await send({"type": "http.response.body", "body": response.content})
        return
    await _send_stream(send, response.stream, receive)


async def _send_stream(send: Send, stream: AsyncIterator[bytes], receive: Receive) -> None:
    """Ends with what is sent next after the client has gone: `send` itself says nothing of that."""
    gone = asyncio.create_task(_disconnected(receive))
    try:
        async for chunk in stream:
            if gone.done():
                return
            await send({"type": "http.response.body", "body": chunk, "more_body": True})
        await send({"type": "http.response.body", "body": b""})
    finally:
        gone.cancel()


async def _disconnected(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


def cut(send: Send) -> None:
    """Close the connection without an answer. ASGI has no word for that; uvicorn's `send` belongs to its connection."""
    connection = getattr(send, "__self__", None)
    transport = getattr(connection, "transport", None)
    if transport is not None:
        transport.abort()
