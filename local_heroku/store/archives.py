"""An uploaded source archive, read where Heroku would unpack it."""

from __future__ import annotations

import io
import tarfile
from pathlib import PurePosixPath

MEMBER_LIMIT = 1024 * 1024
"""Bytes read of one file."""


class BadArchiveError(Exception):
    """The uploaded source is no archive that a build can read."""


def root_files(archive: bytes, names: tuple[str, ...]) -> dict[str, bytes]:
    """The files of these names at the source's root; of two with one name, the later one. Raises BadArchiveError.

    The root is the archive's own, or its only top-level folder: archives that GitHub or the official plugin make have
    everything in one, and Heroku builds what is in it. A file or second folder beside it, hidden or not, keeps the
    archive's own root.
    """
    try:
        with tarfile.open(fileobj=io.BytesIO(archive), mode="r:*") as tar:
            members = [(_parts(member.name), member) for member in tar]
            root = _root(members)
            return {
                parts[-1]: _content(tar, member)
                for parts, member in members
                if parts[:-1] == root and parts[-1:] and parts[-1] in names and _is_read(member)
            }
    except (tarfile.TarError, EOFError, OSError, ValueError, KeyError) as error:
        raise BadArchiveError("The source is not a gzip-compressed tar archive.") from error


def _parts(name: str) -> tuple[str, ...]:
    """`./a//b/` is ("a", "b"); the root itself, and what would lie outside of it, is ()."""
    parts = PurePosixPath(name.lstrip("/")).parts
    return () if ".." in parts else parts


def _root(members: list[tuple[tuple[str, ...], tarfile.TarInfo]]) -> tuple[str, ...]:
    """The only top-level folder, or (): the archive's own root."""
    tops = {parts[:1] for parts, _ in members if parts}
    is_file = any(len(parts) == 1 and not member.isdir() for parts, member in members)
    return tops.pop() if len(tops) == 1 and not is_file else ()


def _is_read(member: tarfile.TarInfo) -> bool:
    """Files, and hard links to one earlier in the archive."""
    return (member.isfile() and member.size <= MEMBER_LIMIT) or member.islnk()


def _content(tar: tarfile.TarFile, member: tarfile.TarInfo) -> bytes:
    content = tar.extractfile(member)
    return content.read(MEMBER_LIMIT) if content else b""
