"""Heroku's own command line: one that is named or installed, else the pinned npm package in `.local/heroku-cli`."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

from toolchain import progress
from toolchain.errors import SetupError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from toolchain.progress import Say

LOCK = Path(__file__).resolve().with_name("heroku_cli_lock")
"""package.json and package-lock.json: version and hash of every package."""


def find(root: Path, env: Mapping[str, str]) -> Path | None:
    """HEROKU_CLI, `heroku` on PATH, or what `ensure` has installed; never the shell's own that stands before it."""
    folders = env.get("PATH", "").split(os.pathsep)
    own = os.pathsep.join(folder for folder in folders if Path(folder) != root / ".local" / "shell" / "bin")
    named = env.get("HEROKU_CLI") or shutil.which("heroku", path=own)
    if named:
        return Path(named)
    folder = _folder(root)
    return _program(folder) if _is_current(folder) else None


def ensure(root: Path, say: Say) -> Path:
    """The program. Installs it with npm where there is none; one install at a time. Raises SetupError."""
    found = find(root, os.environ)
    return found or _install(root, say)


def _install(root: Path, say: Say) -> Path:
    from filelock import FileLock  # noqa: PLC0415 - only an install needs it

    npm = shutil.which("npm")
    if npm is None:
        raise SetupError(
            "Heroku's CLI is an npm package: install Node.js 20 or newer, or name a CLI with HEROKU_CLI"
        )
    folder = _folder(root)
    folder.parent.mkdir(parents=True, exist_ok=True)
    with FileLock(folder.with_name("heroku-cli.lock")):
        if _is_current(folder):
            return _program(folder)
        draft = folder.with_name("heroku-cli.new")
        shutil.rmtree(draft, ignore_errors=True)
        shutil.copytree(LOCK, draft)
        done = progress.run(
            [npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund"],
            doing="Installing Heroku's CLI",
            say=say,
            cwd=draft,
        )
        if done.status:
            raise SetupError(
                f"npm could not install Heroku's CLI; run the same command again. It said: {done.output[-500:]}"
            )
        shutil.rmtree(folder, ignore_errors=True)
        draft.rename(folder)
    return _program(folder)


def _is_current(folder: Path) -> bool:
    """Whether the install was finished, and of the lock as it is now."""
    lock = folder / "package-lock.json"
    return (
        _program(folder).exists() and lock.exists() and lock.read_bytes() == (LOCK / lock.name).read_bytes()
    )


def _folder(root: Path) -> Path:
    return root / ".local" / "heroku-cli"


def _program(folder: Path) -> Path:
    return folder / "node_modules" / ".bin" / "heroku"
