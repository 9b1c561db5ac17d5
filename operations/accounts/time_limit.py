"""A limit for all of an answer: one that drips in outlasts every limit between two of its bytes."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")


def within(seconds: float, ask: Callable[[], T]) -> T | None:
    """What `ask` answers, on a thread of its own; None where it has not answered in time, and nobody waits for it."""
    answered: list[T] = []
    asking = threading.Thread(target=lambda: answered.append(ask()), daemon=True)
    asking.start()
    asking.join(seconds)
    return answered[0] if answered else None
