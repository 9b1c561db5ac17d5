"""What this Heroku lists otherwise than the catalogue, as a later Heroku does; a lever for exercises."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Listed:
    """`id` is the list's path and the name."""

    id: str
    path: str
    name: str
    is_listed: bool = True
    facts: dict[str, Any] = field(default_factory=dict)
    """Of the API's object."""
