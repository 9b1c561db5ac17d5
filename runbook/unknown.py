"""What a reader could not know, as a type of its own: never None, never "", never equal to a value."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias, TypeVar

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Unknown:
    """`why` says in words who knows it, or when it will be known; it holds no value."""

    why: str


Known: TypeAlias = T | Unknown
"""A field that a reader may not be able to tell."""


def all_known(found: Known[tuple[T, ...]]) -> tuple[T, ...]:
    """The rows of a list, none of one that is unknown: for where another reader says that it is."""
    return () if isinstance(found, Unknown) else found
