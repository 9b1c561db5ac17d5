"""A folder as the source archive that a build takes."""

from __future__ import annotations

import io
import tarfile
from pathlib import Path


def packed(folder: Path) -> bytes:
    """Without git's own folder, which no push sends."""
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w:gz") as archive:
        archive.add(folder, arcname=".", filter=_without_git)
    return packed.getvalue()


def _without_git(member: tarfile.TarInfo) -> tarfile.TarInfo | None:
    return None if member.name == "./.git" or member.name.startswith("./.git/") else member
