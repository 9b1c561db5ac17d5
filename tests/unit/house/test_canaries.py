"""The search for planted secrets finds them in each form."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Callable
from urllib.parse import quote

import pytest

from tests.canaries import leaks

SECRET = 'canary "quoted" & spaced/ümlaut+plus='
ENCODED: dict[str, Callable[[str], str | bytes]] = {
    "plain": lambda text: text,
    "base64 at 0": lambda text: base64.b64encode(text.encode()),
    "base64 at 1": lambda text: base64.b64encode(b"x" + text.encode() + b"behind"),
    "base64 at 2": lambda text: base64.b64encode(b"xy" + text.encode() + b"b"),
    "URL-safe base64 at 1": lambda text: base64.urlsafe_b64encode(b"user" + text.encode() + b"b"),
    "hex": lambda text: binascii.hexlify(text.encode()),
    "HEX": lambda text: text.encode().hex().upper(),
    "URL": lambda text: quote(text, safe=""),
    "JSON": lambda text: json.dumps({"key": text}),
    "JSON in JSON": lambda text: json.dumps({"key": json.dumps([text])}),
    "UTF-16 little-endian": lambda text: text.encode("utf-16-le"),
    "UTF-16 big-endian": lambda text: text.encode("utf-16-be"),
}


@pytest.mark.parametrize("form", ENCODED)
def test_a_secret_is_found_in_each_form(form: str) -> None:
    encoded = ENCODED[form](SECRET)
    around = b"before %s behind" if isinstance(encoded, bytes) else "before %s behind"
    assert (SECRET, form) in leaks(around % encoded, ["another-secret", SECRET])


def test_a_digest_or_a_part_of_it_is_no_leak() -> None:
    assert leaks(f"{hash(SECRET)} canary quoted", [SECRET]) == []
