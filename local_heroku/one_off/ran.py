"""What a program said, and its exit status."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Ran:
    output: str = ""
    status: int = 0
