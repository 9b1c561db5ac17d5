"""A build's local source: its checksum, the same as the official plugin's, and the archive to upload."""

from __future__ import annotations

import hashlib
import io
import tarfile
from typing import TYPE_CHECKING

from providers.resources.calls import StoppedError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

CHUNK = 1 << 20
"""Bytes read at a time."""


def checksum(path: Path) -> str:
    """`SHA256:` and hex digits: of a file's bytes, or of a folder's names and contents. Raises StoppedError.

    A folder's is over its own name and each path in it, each followed by a line end and then the file's bytes, in
    the order of a walk sorted by name; dates and modes do not count. Source: terraform-provider-heroku 5.2,
    heroku_build; the recorded plugin.
    """
    _require_no_link(path)
    digest = hashlib.sha256()
    try:
        if path.is_dir():
            for item, name in _walk(path, path.name):
                digest.update(f"{name}\n".encode())
                if item.is_file() and not item.is_symlink():
                    _feed(digest, item)
        else:
            _feed(digest, path)
    except OSError as error:
        raise StoppedError(
            f"source.path {path}: {error.strerror}. It must be a folder or an archive."
        ) from None
    return f"SHA256:{digest.hexdigest()}"


def archive(path: Path) -> bytes:
    """A file as it is, or a folder as a gzipped tar with the folder as its only top-level entry. Raises StoppedError.

    Heroku builds what is in that folder. Source: what the official plugin packs.
    """
    try:
        return _packed(path) if path.is_dir() else path.read_bytes()
    except OSError as error:
        raise StoppedError(
            f"source.path {path}: {error.strerror}. It must be a folder or an archive."
        ) from None


def _require_no_link(path: Path) -> None:
    """The official plugin packs such a link alone, and Heroku finds nothing to build."""
    if path.is_symlink() and path.is_dir():
        raise StoppedError(
            f"source.path {path} is a link to a folder, and a link is packed without what it leads to. "
            f"Set it to the folder: {path.resolve()}."
        )


def _walk(path: Path, name: str) -> Iterator[tuple[Path, str]]:
    """The folder and all in it, each folder before its contents, sorted by name; links are not followed."""
    yield path, name
    if path.is_dir() and not path.is_symlink():
        for item in sorted(path.iterdir(), key=lambda item: item.name):
            yield from _walk(item, f"{name}/{item.name}")
    elif path.is_dir():
        return


def _feed(digest: hashlib._Hash, path: Path) -> None:
    with path.open("rb") as file:
        while chunk := file.read(CHUNK):
            digest.update(chunk)


def _packed(path: Path) -> bytes:
    """Without dates and owners, so that one folder makes the same archive everywhere."""
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w:gz", compresslevel=6) as tar:
        for item, name in _walk(path, _own_name(path)):
            info = tar.gettarinfo(item, arcname=name)
            info.mtime, info.uid, info.gid, info.uname, info.gname = 0, 0, 0, "", ""
            if item.is_file() and not item.is_symlink():
                # A second hard link to a file is a file of its own for who unpacks.
                info.type, info.linkname, info.size = tarfile.REGTYPE, "", item.stat().st_size
                with item.open("rb") as content:
                    tar.addfile(info, content)
            else:
                tar.addfile(info)
    return packed.getvalue()


def _own_name(path: Path) -> str:
    """The folder's name; of `.` and `..` that of the folder meant."""
    return path.name if path.name not in ("", "..") else path.resolve().name
