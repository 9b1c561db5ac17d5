"""The account as it was at a moment, kept beside the running server, and put back later."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

from local_heroku import process
from local_heroku.process import DATABASE, REPOSITORIES


def keep(folder: Path, kept: Path) -> None:
    """Copies the account of `folder` into the file `kept`, whole or not at all; a running server goes on.

    What was pushed to its apps goes into a folder beside it.
    """
    draft = kept.with_name(f"{kept.name}.new")
    draft.unlink(missing_ok=True)
    draft.touch(mode=0o600)
    with (
        closing(sqlite3.connect(f"{(folder / DATABASE).resolve().as_uri()}?mode=ro", uri=True)) as source,
        closing(sqlite3.connect(draft)) as target,
    ):
        source.backup(target)
    _copy(folder / REPOSITORIES, _pushed(kept))
    draft.replace(kept)


def put_back(folder: Path, kept: Path, *, port: int | None = None) -> process.Running:
    """The server of `folder` with the account as it was kept; faults, logs and the request log are forgotten.

    On `port` again if it is free, so that shells that point there go on working. Cut off, it can be done again.
    Raises LocalHerokuError.
    """
    process.stop(folder)
    for name in (f"{DATABASE}-wal", f"{DATABASE}-shm"):
        (folder / name).unlink(missing_ok=True)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = folder / f"{DATABASE}.new"
    shutil.copyfile(kept, draft)
    draft.chmod(0o600)
    draft.replace(folder / DATABASE)
    _copy(_pushed(kept), folder / REPOSITORIES)
    try:
        return process.start(folder, port=port)
    except process.LocalHerokuError:
        if port is None:
            raise
        return process.start(folder)


def _pushed(kept: Path) -> Path:
    return kept.with_name(f"{kept.name}.git")


def _copy(source: Path, target: Path) -> None:
    """In the place of what is there; nothing where there is no source."""
    shutil.rmtree(target, ignore_errors=True)
    if source.exists():
        shutil.copytree(source, target)
