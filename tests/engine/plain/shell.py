"""A fresh clone, and a shell in it that knows an installed Pulumi and a Python, and nothing of this checkout."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from local_heroku import process
from providers.heroku import install as heroku_plugin
from tests.engine.stacks.checkout import Checkout

COMMAND_SECONDS = 240
LOWEST = (3, 245, 0)
"""The engine that this project built before has a language host that knows no `virtualenv` in Pulumi.yaml."""
OF_THE_USERS_PIP = ("PIP_", "SSL_", "REQUESTS_", "http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY")
"""Beginnings of the variables that say where the caller's pip gets packages."""


@dataclass(frozen=True)
class Shell:
    folder: Path
    environment: Mapping[str, str] = field(repr=False)

    def type(
        self, line: str, *, answer: str = "", expected: int = 0, seconds: float = COMMAND_SECONDS
    ) -> str:
        """What a line printed, both streams; fails the test on another exit code than `expected`, and at the time limit."""
        done = subprocess.run(
            ["bash", "-c", line],
            cwd=self.folder,
            env=dict(self.environment),
            input=answer,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=seconds,
            check=False,
        )
        assert done.returncode == expected, f"{line}: exit {done.returncode}\n{done.stdout}"
        return done.stdout

    def changed(self) -> list[str]:
        """What `git status` lists."""
        return self.type("git status --porcelain").splitlines()

    def commit(self, message: str) -> None:
        self.type(f"git add --all && git commit --quiet --message '{message}'")


def clone(folder: Path) -> Path:
    """The working tree as a repository of its own, without an environment."""
    Checkout.of_working_tree(folder)
    (folder / ".venv").unlink()
    for line in (
        "git init --quiet",
        "git config user.name Test",
        "git config user.email test@example.com",
        "git add --all",
        "git commit --quiet --message 'As it was cloned'",
    ):
        subprocess.run(line, cwd=folder, shell=True, check=True)  # noqa: S602 - constants
    return folder


def empty_shell(folder: Path, home: Path, heroku: process.Running) -> Shell:
    """Where `pulumi`, a Python without packages, a backend and an account are found, and no more.

    The project's local heroku plugin replaces the official one, which a user has or Pulumi downloads.
    """
    heroku_plugin.link(home)
    (home / "state").mkdir()
    kept = {key: value for key, value in os.environ.items() if key.startswith(OF_THE_USERS_PIP)}
    base = Path(getattr(sys, "_base_executable", sys.executable)).resolve().parent
    return Shell(
        folder,
        {
            **kept,
            **process.environment(heroku),
            "HOME": str(Path.home()),
            "LANG": "C.UTF-8",
            "PATH": os.pathsep.join([str(installed_pulumi().parent), str(base), os.defpath]),
            "PULUMI_HOME": str(home),
            "PULUMI_BACKEND_URL": (home / "state").as_uri(),
            "PULUMI_CONFIG_PASSPHRASE": "of the test",
            "PULUMI_SKIP_UPDATE_CHECK": "true",
        },
    )


def installed_pulumi() -> Path:
    """The `pulumi` on PATH. Skips without one that reads Pulumi.yaml's virtualenv."""
    found = shutil.which("pulumi")
    if found is None:
        pytest.skip("no pulumi on PATH; `./ops test` puts one there")
    version = subprocess.run([found, "version"], capture_output=True, text=True, check=True).stdout
    numbers = re.match(r"v?(\d+)\.(\d+)\.(\d+)", version)
    if numbers is None or tuple(map(int, numbers.groups())) < LOWEST:
        pytest.skip(f"Pulumi {version.strip()}: its language host here knows no virtualenv in Pulumi.yaml")
    return Path(found)
