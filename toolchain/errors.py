"""What set-up says when it stops."""

from __future__ import annotations

import errno
import re
import shutil
import tempfile
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

_NO_ROOM = frozenset({errno.ENOSPC, errno.EDQUOT})
NO_ROOM_TEXT = re.compile(r"no space left on device|disk quota exceeded|errno 28\b", re.IGNORECASE)


class SetupError(Exception):
    """Set-up cannot go on. Its text is for people: what is wrong, and the next step."""


def no_room(root: Path, *, needs: str) -> SetupError:
    """`needs` is the room the step takes, with its unit."""
    places = sorted({str(root), tempfile.gettempdir()})
    free = ", ".join(f"{shutil.disk_usage(place).free / 1e9:.1f} GB free at {place}" for place in places)
    return SetupError(
        f"the disk is full: {free}; this step needs about {needs}. Free some, then run the same command again."
    )


def from_os(error: OSError, root: Path, *, needs: str) -> SetupError:
    if error.errno in _NO_ROOM:
        return no_room(root, needs=needs)
    where = error.filename or root
    return SetupError(
        f"{where}: {error.strerror or error}. Set-up writes to .venv and .local in {root}: make both writable, then run again."
    )


def without_credentials(text: str) -> str:
    """`text` with the user and password of every address taken out."""
    return re.sub(r"(://)[^/\s@]+@", r"\1…@", text)


def tail(output: str, *, lines: int = 12) -> str:
    """The last lines of a tool's output, indented, safe to show."""
    kept = [line.rstrip() for line in output.splitlines() if line.strip()][-lines:]
    return without_credentials("\n".join(f"    {line}" for line in kept))
