"""The one way that tests wait for another process or thread."""

from __future__ import annotations

import time
from collections.abc import Callable


def wait_until(holds: Callable[[], object], *, why: str, seconds: float = 30.0) -> None:
    """Returns as soon as it holds; fails with `why` when it does not within `seconds`."""
    until = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < until, f"not within {seconds:g} s: {why}"
        time.sleep(0.02)
