"""A checkout of main beside the change's: looked at before the change's code runs, and again before it is believed.

The change's program runs as the same user, and could edit what judges it. Names, sizes and times of all its files are
compared, and of the Python packages that it runs with; the time of the last change of a file's entry can't be set.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

_LEFT_OUT = frozenset({".local", "objects", ".pytest_cache", ".mypy_cache", ".ruff_cache"})
"""Folders that nothing of a judgement is read from; `objects` are git's, named by their content."""

Mark = tuple[int, int, int, int]


@dataclass(frozen=True)
class MainCheckout:
    folder: Path
    python: str
    _before: dict[str, Mark] = field(repr=False)

    @classmethod
    def of(cls, folder: Path) -> MainCheckout:
        """As it is now."""
        own = folder.resolve() / ".venv" / "bin" / "python"
        python = str(own) if own.exists() else sys.executable
        return cls(folder, python, _marks(folder.resolve(), python))

    def touched(self) -> str | None:
        """The first file that is another one now, or None."""
        now = _marks(self.folder.resolve(), self.python)
        return min(
            (name for name in self._before.keys() | now.keys() if self._before.get(name) != now.get(name)),
            default=None,
        )


def _marks(folder: Path, python: str) -> dict[str, Mark]:
    packages = Path(python).parent.parent / "lib"
    roots = [folder, *([] if packages.is_relative_to(folder) else [packages])]
    return {entry.path: _mark(entry) for root in roots for entry in _files(root)}


def _mark(entry: os.DirEntry[str]) -> Mark:
    found = entry.stat(follow_symlinks=False)
    return found.st_size, found.st_ino, found.st_mode, found.st_ctime_ns


def _files(folder: Path) -> Iterator[os.DirEntry[str]]:
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.is_dir(follow_symlinks=False):
                if entry.name not in _LEFT_OUT and not _is_written_by_a_start(entry):
                    yield from _files(Path(entry.path))
            else:
                yield entry


def _is_written_by_a_start(entry: os.DirEntry[str]) -> bool:
    """Compiled modules: judging runs without those of the checkout (`-X pycache_prefix`)."""
    return entry.name == "__pycache__"
