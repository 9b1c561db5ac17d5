"""An uploaded source archive, read where Heroku would unpack it."""

from __future__ import annotations

import io
import tarfile
from dataclasses import dataclass
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


@dataclass(frozen=True, slots=True)
class Entry:
    """A file or folder of the source. `moment` is when it was changed, in seconds; `mode` its permissions."""

    path: str
    is_folder: bool
    size: int
    mode: int
    moment: float


def entries(archive: bytes) -> list[Entry]:
    """What is under the source's root, folders that only their files name too; sorted. Raises BadArchiveError."""
    try:
        with tarfile.open(fileobj=io.BytesIO(archive), mode="r:*") as tar:
            members = [(_parts(member.name), member) for member in tar]
    except (tarfile.TarError, EOFError, OSError, ValueError) as error:
        raise BadArchiveError("The source is not a gzip-compressed tar archive.") from error
    root = _root(members)
    found: dict[str, Entry] = {}
    for parts, member in members:
        below = parts[len(root) :]
        if parts[: len(root)] != root or not below:
            continue
        for depth in range(1, len(below)):
            path = "/".join(below[:depth])
            found.setdefault(path, Entry(path, is_folder=True, size=4096, mode=0o755, moment=member.mtime))
        path = "/".join(below)
        found[path] = Entry(path, member.isdir(), member.size, member.mode & 0o777, member.mtime)
    return sorted(found.values(), key=lambda entry: entry.path)


def file_at(archive: bytes, path: str) -> bytes | None:
    """The content of a file under the source's root, at most MEMBER_LIMIT bytes of it. Raises BadArchiveError."""
    try:
        with tarfile.open(fileobj=io.BytesIO(archive), mode="r:*") as tar:
            members = [(_parts(member.name), member) for member in tar]
            root = _root(members)
            wanted = (*root, *PurePosixPath(path).parts)
            member = next(
                (one for parts, one in reversed(members) if parts == wanted and not one.isdir()), None
            )
            return _content(tar, member) if member and (member.isfile() or member.islnk()) else None
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
