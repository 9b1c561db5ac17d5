"""Heroku's CLI as the tests run it: in a home of its own, pointed at local Heroku and nowhere else."""

from __future__ import annotations

import os
import subprocess
from dataclasses import dataclass
from typing import TYPE_CHECKING

from local_heroku import process
from tests.local_heroku.conftest import Caller

if TYPE_CHECKING:
    from pathlib import Path

    from local_heroku.process import Running

PRODUCTION = "sc-mvp-production"
COMMAND_LIMIT = 90.0  # seconds; a command takes about one
USED: dict[str, set[tuple[str, str]]] = {}  # command -> routes it asked, over all tests of this process


@dataclass(frozen=True)
class Said:
    code: int
    out: str
    err: str


@dataclass(frozen=True)
class Cli:
    """Heroku's CLI in a home of its own, pointed at the running server and nowhere else."""

    program: str
    running: Running
    home: Path
    path: str = ""
    """PATH, where it isn't the caller's."""

    def __call__(self, *arguments: str, app: str | None = PRODUCTION, given: str = "") -> Said:
        """`given` is what is typed, as from a pipe."""
        caller = Caller(self.running)
        before = caller.ok("GET", "/local/requests?after=999999999")["count"]
        said = self._run(*arguments, app=app, given=given)
        asked = caller.ok("GET", f"/local/requests?after={before}")["requests"]
        USED.setdefault(arguments[0], set()).update((entry["method"], entry["route"]) for entry in asked)
        return said

    def _run(self, *arguments: str, app: str | None, given: str = "") -> Said:
        where = ["-a", app] if app else []
        command = [self.program, arguments[0], *where, *arguments[1:]]
        shield = {
            "PATH": self.path or os.environ["PATH"],
            "HOME": str(self.home),
            "XDG_CONFIG_HOME": str(self.home / "config"),
            "XDG_DATA_HOME": str(self.home / "data"),
            "XDG_CACHE_HOME": str(self.home / "cache"),
            "GIT_CONFIG_GLOBAL": str(self.home / "gitconfig"),
            "TZ": "UTC",
        }
        done = subprocess.run(
            command,
            input=given,
            cwd=self.home,
            env={**process.environment(self.running), **shield},
            capture_output=True,
            text=True,
            check=False,
            timeout=COMMAND_LIMIT,
        )
        return Said(done.returncode, done.stdout, done.stderr)

    def ok(self, *arguments: str, app: str | None = PRODUCTION) -> str:
        said = self(*arguments, app=app)
        assert said.code == 0, said
        return said.out
