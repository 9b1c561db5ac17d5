"""Recordings, packed in this folder: unpacked once a process, and gone with it."""

from __future__ import annotations

import atexit
import shutil
import tarfile
import tempfile
from functools import cache
from pathlib import Path

HERE = Path(__file__).parent


@cache
def unpacked(name: str) -> Path:
    """The folder with the files of `NAME.tar.xz`. An archive that isn't there is an error: evidence is never optional."""
    folder = Path(tempfile.mkdtemp(prefix=f"{name}-"))
    atexit.register(shutil.rmtree, folder)
    with tarfile.open(HERE / f"{name}.tar.xz", "r:xz") as archive:
        if hasattr(tarfile, "data_filter"):
            archive.extractall(folder, filter="data")
        else:  # Python before 3.11.4, as in Debian 12
            archive.extractall(folder)  # noqa: S202 - an archive of this repository
    return folder
