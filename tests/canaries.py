"""Secrets that are planted, and looked for in whatever form an output may have carried them."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterable, Iterator
from urllib.parse import quote, quote_plus

SHORTEST = 8
"""Of a secret: a shorter text is found by chance."""


def leaks(output: str | bytes, secrets: Iterable[str]) -> list[tuple[str, str]]:
    """Each secret in the output, and the form it has there."""
    found = output.encode(errors="surrogateescape") if isinstance(output, str) else output
    return [(secret, name) for secret in secrets for name, form in forms(secret) if form in found]


def forms(secret: str) -> Iterator[tuple[str, bytes]]:
    assert len(secret) >= SHORTEST, secret
    plain = secret.encode()
    yield "plain", plain
    for offset in range(3):
        yield f"base64 at {offset}", _within_base64(plain, offset)
        yield f"URL-safe base64 at {offset}", _within_base64(plain, offset, b"-_")
    yield "hex", plain.hex().encode()
    yield "HEX", plain.hex().upper().encode()
    yield "URL", quote(secret, safe="").encode()
    yield "form", quote_plus(secret).encode()
    yield "JSON", json.dumps(secret)[1:-1].encode()
    yield "JSON in JSON", json.dumps(json.dumps(secret)[1:-1])[1:-1].encode()
    yield "UTF-16 little-endian", secret.encode("utf-16-le")
    yield "UTF-16 big-endian", secret.encode("utf-16-be")


def _within_base64(plain: bytes, offset: int, altchars: bytes = b"+/") -> bytes:
    """What is the same whatever stands before, `offset` bytes past a group of three, and behind."""
    encoded = base64.b64encode(b"\0" * offset + plain, altchars).rstrip(b"=")
    first = (offset * 8 + 5) // 6
    last = (offset + len(plain)) * 8 // 6
    return encoded[first:last]
