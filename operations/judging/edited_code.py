"""Which code a change edits beside its stack files: what it does on the real account, only its review can see."""

from __future__ import annotations

import filecmp
import os
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from operations.judging.stack_files_compared import shown

_JUDGES = (
    ".github",
    "operations",
    "policies",
    "runbook",
    "ops",
    "toolchain",
    "pyproject.toml",
    "requirements.txt",
    "drift-ignore.yaml",
    "CODEOWNERS",
)
_READ_AS_TEXT = ("docs", "tests", "bench", "LICENSE", "waivers.yaml")
"""Neither run by a stack nor by its judges; waivers are judged by themselves."""
_NOT_OF_GIT = frozenset({".git", ".local", ".venv", ".ruff_cache", ".pytest_cache", "node_modules"})
_MADE = frozenset({"__pycache__", ".mypy_cache"})
_MOST = 20_000
"""Files looked at; a checkout has some 600."""


def notes(ours: Path, theirs: Path) -> tuple[str, ...]:
    """One sentence, or nothing. Both folders are read as data; no link is followed."""
    found = Counter(name.partition(os.sep)[0] for name in _differing(ours, theirs))
    if not found:
        return ()
    judges = ", ".join(f"{shown(name)} ({count})" for name, count in sorted(found.items()) if name in _JUDGES)
    program = ", ".join(
        f"{shown(name)} ({count})" for name, count in sorted(found.items()) if name not in _JUDGES
    )
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
    for top in sorted(_tops(root)):
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


def _tops(root: Path) -> Iterator[str]:
    """All but text: the folder of the program is where Python looks first, so a file of any name may be run."""
    for place in root.iterdir():
        is_text = place.suffix == ".md" or place.name.startswith("Pulumi.") or place.name in _READ_AS_TEXT
        if not is_text and place.name not in _NOT_OF_GIT:
            yield place.name
    if (root / "docs" / "CODEOWNERS").exists():
        yield "docs/CODEOWNERS"
