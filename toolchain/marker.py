"""How far the set-up of `.venv` came, told by two files in it. Read at every start of `./ops`: few imports.

`set-up-begun` is there from the first step to the last; `set-up-complete` is written last and holds the Python
version and one fingerprint per kind of set-up that was finished.
"""

from __future__ import annotations

import hashlib
import sys
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from pathlib import Path

    Kind = Literal["runtime", "dev"]

# `dev` holds all of `runtime` (a test compares the locks), so it stands for both.
LOCKS: dict[Kind, tuple[str, ...]] = {
    "runtime": ("build.txt", "runtime.txt"),
    "dev": ("build.txt", "runtime.txt", "dev.txt"),
}


def fingerprint(root: Path, kind: Kind) -> str:
    """SHA-256 over the lock files of `kind`, names included."""
    digest = hashlib.sha256()
    for name in LOCKS[kind]:
        digest.update(f"{name}\n".encode())
        digest.update((root / "toolchain" / "locks" / name).read_bytes())
    return digest.hexdigest()


def own_version() -> str:
    """Like "cpython-3.11": what the place of installed packages depends on."""
    return f"{sys.implementation.name}-{sys.version_info.major}.{sys.version_info.minor}"


def is_complete(root: Path, kind: Kind, version: str) -> bool:
    """Whether set-up of `kind` was finished, by this version of Python, from the locks as they are now."""
    done = finished(root)
    return version in done and fingerprint(root, kind) in done


def finished(root: Path) -> list[str]:
    try:
        return _complete(root).read_text(encoding="ascii").split()
    except (OSError, UnicodeDecodeError):
        return []


def was_begun(root: Path) -> bool:
    return _begun(root).exists()


def begin(root: Path) -> None:
    _begun(root).touch()
    _complete(root).unlink(missing_ok=True)


def finish(root: Path, kind: Kind, version: str) -> None:
    kinds: tuple[Kind, ...] = ("runtime", "dev") if kind == "dev" else (kind,)
    draft = _complete(root).with_suffix(".new")
    draft.write_text(
        "\n".join([version, *(fingerprint(root, each) for each in kinds)]) + "\n", encoding="ascii"
    )
    draft.replace(_complete(root))
    _begun(root).unlink()


def _begun(root: Path) -> Path:
    return root / ".venv" / "set-up-begun"


def _complete(root: Path) -> Path:
    return root / ".venv" / "set-up-complete"
