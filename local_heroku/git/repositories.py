"""The bare repository of each app, named by the app's id: a renamed app keeps it, one made anew under a name has another."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import sys
from functools import cached_property
from pathlib import Path

LARGEST_PUSH = 200 * 1024 * 1024  # bytes that one push may bring, as of an uploaded source
_HOOK = Path(__file__).with_name("pre_receive.py")
_SETTINGS = {
    "receive.maxInputSize": str(LARGEST_PUSH),
    "receive.autogc": "false",  # it would outlive the request
    "http.getanyfile": "false",
    "core.hooksPath": "hooks",
}


class GitMissingError(Exception):
    """No git here, or one without http-backend; the text says what to install."""


class Repositories:
    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def ready(self, app_id: str) -> Path:
        """The app's repository; an empty one where nothing was pushed yet. Raises GitMissingError."""
        place = self.folder / f"{app_id}.git"
        if (place / "hooks" / "pre-receive").exists():
            return place
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        shutil.rmtree(place, ignore_errors=True)
        git = [self.git, "-c", "init.defaultBranch=main"]
        subprocess.run(
            [*git, "init", "--quiet", "--bare", "--template=", str(place)], check=True, env=self.environment
        )
        for key, value in _SETTINGS.items():
            subprocess.run([*git, "-C", str(place), "config", key, value], check=True, env=self.environment)
        hook = place / "hooks" / "pre-receive"
        hook.parent.mkdir(exist_ok=True)
        hook.write_text(f"#!/bin/sh\nexec {shlex.quote(sys.executable)} -I {shlex.quote(str(_HOOK))}\n")
        hook.chmod(0o700)
        return place

    @cached_property
    def git(self) -> str:
        found = shutil.which("git")
        if found is None:
            raise GitMissingError("install git: local Heroku takes pushes with git's own http-backend")
        return found

    @cached_property
    def backend(self) -> str:
        """Git's CGI program. Raises GitMissingError."""
        asked = subprocess.run(
            [self.git, "--exec-path"], capture_output=True, text=True, check=True, env=self.environment
        )
        program = Path(asked.stdout.strip()) / "git-http-backend"
        if not program.exists():
            raise GitMissingError(
                "this git has no http-backend: install the package that has it (git-daemon on Alpine)"
            )
        return str(program)

    @property
    def environment(self) -> dict[str, str]:
        """For git's own programs: neither the operator's configuration of git nor what a shell has set for it."""
        return {
            "PATH": os.environ.get("PATH", os.defpath),
            "HOME": str(self.folder),
            "LC_ALL": "C",
            "GIT_CONFIG_NOSYSTEM": "1",
            "GIT_CONFIG_GLOBAL": os.devnull,
        }
