"""Automatic names: `NAME-` and seven hex digits, the same ones for one resource in preview and up."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

DIGITS = 7
"""How many hex digits the official plugin adds."""


class Mode(IntEnum):
    """What the project's settings say about automatic names; the protocol's numbers."""

    PROPOSE = 0
    ENFORCE = 1
    DISABLE = 2


@dataclass(frozen=True)
class Naming:
    """What a name is made of: the resource's name, the engine's seed, and the project's settings if any."""

    resource_name: str
    seed: bytes = b""
    proposed: str = ""
    mode: Mode = Mode.PROPOSE


def automatic_name(naming: Naming) -> str | None:
    """The name, or None when the project has switched automatic names off."""
    if naming.mode is Mode.DISABLE:
        return None
    if naming.proposed:
        return naming.proposed
    return f"{naming.resource_name}-{_digits(naming)}"


def _digits(naming: Naming) -> str:
    """Hex digits that depend on the seed alone, so that two plugins of one run agree with themselves."""
    if not naming.seed:
        import secrets  # noqa: PLC0415 - only for an engine that sends no seed

        return secrets.token_hex(DIGITS)[:DIGITS]
    import hashlib  # noqa: PLC0415

    return hashlib.sha256(naming.seed + naming.resource_name.encode()).hexdigest()[:DIGITS]
