"""Which code a change edits beside its stack files: what it does on the real account, only its review can see."""

from __future__ import annotations

import filecmp
import os
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

_JUDGES = (
    ".github",
    "operations",
    "policies",
    "runbook",
    "ops",
    "toolchain",
    "pyproject.toml",
    "requirements.txt",
)
_PROGRAM = ("__main__.py", "components", "providers", "heroku_api", "bootstrap")
_CODE = (*_JUDGES, *_PROGRAM)
_MADE = frozenset({"__pycache__", ".mypy_cache"})
_MOST = 20_000
"""Files looked at; a checkout has some 600."""


def notes(ours: Path, theirs: Path) -> tuple[str, ...]:
    """One sentence, or nothing. Both folders are read as data; no link is followed."""
    found = Counter(name.partition(os.sep)[0] for name in _differing(ours, theirs))
    if not found:
        return ()
    judges = ", ".join(f"{name} ({count})" for name, count in sorted(found.items()) if name in _JUDGES)
    program = ", ".join(f"{name} ({count})" for name, count in sorted(found.items()) if name in _PROGRAM)
    parts = [f"what judges changes: {judges}"] if judges else []
    parts += [f"what the stacks run: {program}"] if program else []
    return (
        f"Files of code that this change edits, which only a code owner's review judges: {'; '.join(parts)}.",
    )


def _differing(ours: Path, theirs: Path) -> Iterator[str]:
    for name in sorted({*_files(ours), *_files(theirs)}):
        first, second = ours / name, theirs / name
        if first.is_symlink() or second.is_symlink():
            if not (first.is_symlink() and second.is_symlink() and first.readlink() == second.readlink()):
                yield name
        elif not (first.is_file() and second.is_file() and filecmp.cmp(first, second, shallow=False)):
            yield name


def _files(root: Path) -> Iterator[str]:
    seen = 0
    for top in _CODE:
        place = root / top
        if not place.is_dir() or place.is_symlink():
            if place.is_symlink() or place.exists():
                yield top
            continue
        for folder, folders, names in os.walk(place):
            folders[:] = [name for name in folders if name not in _MADE]
            for name in (*names, *(one for one in folders if Path(folder, one).is_symlink())):
                seen += 1
                if seen > _MOST:
                    return
                yield str(Path(folder, name).relative_to(root))
