"""Values of config vars as keyed digests: equal values can be told from different ones, and nothing can be read back."""

from __future__ import annotations

import hmac
from dataclasses import dataclass, field
from typing import NewType

Digest = NewType("Digest", str)
"""`RUN:VALUE`, both hexadecimal. RUN is the same for every digest made with one key."""

KEY_BYTES = 32


@dataclass(frozen=True, slots=True)
class Digests:
    """HMAC-SHA-256 with a random key that the caller makes for one run and then forgets.

    Digests of one run compare across stacks and with the digest of an expected value; outside the run they mean
    nothing, not even to somebody who can guess values. Raises ValueError for a key of fewer than 32 bytes.
    """

    key: bytes = field(repr=False)

    def __post_init__(self) -> None:
        if len(self.key) < KEY_BYTES:
            raise ValueError(f"expected a key of {KEY_BYTES} random bytes, found {len(self.key)}")

    def of(self, value: str) -> Digest:
        return Digest(f"{self._hex('run')[:8]}:{self._hex('value:' + value)}")

    def _hex(self, text: str) -> str:
        return hmac.new(self.key, text.encode(), "sha256").hexdigest()


def of_one_run(first: Digest, second: Digest) -> bool:
    """Whether the two were made with one key; two of different keys say nothing about their values."""
    return first.partition(":")[0] == second.partition(":")[0]
