"""An installed Pulumi: found on PATH, and fit or not for this project."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

LOWEST = "3.220.0"
"""Any newer one is fit too, with the language host it came with. Older ones were never tried: the lowest is the oldest
version whose event streams are kept as evidence (tests/evidence)."""

_LANGUAGE_HOST = "pulumi-language-python"
_SMALLEST_BINARY = 1_000_000  # bytes; Pulumi's has about 80 million


@dataclass(frozen=True)
class Found:
    executable: Path
    version: str


@dataclass(frozen=True)
class Search:
    found: Found | None
    refused: tuple[str, ...]
    """One sentence for each `pulumi` on PATH that is not used, and why."""


def search(folders: Sequence[str], env: Mapping[str, str], memory: Path, hosts: Sequence[str] = ()) -> Search:
    """The first fit `pulumi` in `folders`. `hosts`: where else its language host may be.

    `memory`: a file that keeps each answer of `pulumi version` (0.1 s) for as long as that file stays the same.
    """
    refused: list[str] = []
    for executable in _named("pulumi", folders):
        version = _version(executable, env, memory)
        reason = _unfit(executable, version, [*folders, *hosts])
        if not reason:
            return Search(Found(executable, version), tuple(refused))
        refused.append(f"{executable} is not used: {reason}")
    return Search(None, tuple(refused))


def _unfit(executable: Path, version: str, folders: Sequence[str]) -> str:
    if not version:
        return "`pulumi version` gives no version"
    if _order(version) < _order(LOWEST):
        return f"it is version {version}; {LOWEST} or newer is needed"
    beside = {executable.parent, executable.resolve().parent}
    if not any(_named(_LANGUAGE_HOST, [*map(str, beside), *folders])):
        return f"its language host {_LANGUAGE_HOST} is neither beside it nor on PATH"
    return ""


def _order(version: str) -> tuple[int, int, int, bool]:
    """Comparable; a pre-release comes before its release."""
    numbers, mark, _ = version.partition("+")[0].partition("-")
    major, minor, patch = (int(part) for part in numbers.split("."))
    return major, minor, patch, not mark


def _version(executable: Path, env: Mapping[str, str], memory: Path) -> str:
    status = executable.stat()
    marks = [status.st_size, status.st_mtime_ns, status.st_ctime_ns]
    known = _remembered(memory)
    match known.get(str(executable)):
        case [list(before), str(version)] if before == marks:
            return version
    version = _ask(executable, env)
    # A small file is a wrapper, which may start another version tomorrow.
    if version and status.st_size > _SMALLEST_BINARY:
        _remember(memory, known | {str(executable): [marks, version]})
    return version


def _ask(executable: Path, env: Mapping[str, str]) -> str:
    try:
        done = subprocess.run(
            [executable, "version"],
            env=dict(env) | {"PULUMI_SKIP_UPDATE_CHECK": "true"},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=True,
            timeout=30,
        )
    except (OSError, subprocess.SubprocessError):
        return ""
    answer = re.fullmatch(r"v?(\d+\.\d+\.\d+([-+]\S+)?)", done.stdout.strip())
    return answer[1] if answer else ""


def _remembered(memory: Path) -> dict[str, object]:
    try:
        known = json.loads(memory.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return known if isinstance(known, dict) else {}


def _remember(memory: Path, known: dict[str, object]) -> None:
    """Left undone where it cannot be written: it only saves time."""
    try:
        memory.parent.mkdir(parents=True, exist_ok=True)
        draft = memory.with_suffix(f".{os.getpid()}")
        draft.write_text(json.dumps(known), encoding="utf-8")
        draft.replace(memory)
    except OSError:
        return


def _named(name: str, folders: Sequence[str]) -> Iterator[Path]:
    for folder in folders:
        if found := shutil.which(name, path=folder):
            yield Path(found).absolute()
