"""A Pulumi project for one plugin alone, run by the real engine against a local Heroku of its own."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

import pytest

from heroku_api.client import Client
from heroku_api.endpoints import Endpoints
from local_heroku import process
from operations.pulumi_run.runner import kill_session
from operations.workspace import file_backend

ROOT = Path(__file__).parents[2]
_START = "import sys, pathlib; from local_heroku import process; process.start(pathlib.Path(sys.argv[1]))"
NAME = "engine-test"
_EMPTY_STACK: list[Path] = []


def require_pulumi() -> None:
    if shutil.which("pulumi") is None:
        pytest.skip(
            "no pulumi on PATH: the plugin was not tried with the real engine; `./ops test` puts one there"
        )


@dataclass
class Account:
    """Local Heroku, looked at over its API."""

    running: process.Running
    client: Client

    @classmethod
    def opened(cls, folder: Path) -> Self:
        subprocess.run([sys.executable, "-c", _START, folder], check=True, cwd=ROOT)
        running = process.status(folder)
        assert running is not None
        return cls(running, Client(Endpoints(running.url, running.url), running.token))

    def get(self, path: str) -> Any:
        return self.client.request("GET", path)

    def names(self, path: str, name: str = "name") -> list[str]:
        return [one[name] for one in self.client.list_all(path)]

    def breaks(self, kind: str, method: str, path: str, **options: Any) -> None:
        self.client.request(
            "POST", "/local/faults", {"kind": kind, "method": method, "path": path, **options}
        )

    def heals(self) -> None:
        self.client.request("DELETE", "/local/faults")

    def asked(self) -> list[str]:
        """Requests since the last look, but for those of local Heroku's own."""
        found = self.client.request("GET", "/local/requests")["requests"]
        self.client.request("DELETE", "/local/requests")
        return [f"{one['method']} {one['path']}" for one in found if not one["path"].startswith("/local")]


@dataclass
class Project:
    """A folder with program, state and the engine's home; nothing is shared with the user's.

    `settings`: what the program reads from its environment.
    """

    folder: Path
    account: Account
    settings: dict[str, str]
    started: list[int] = field(default_factory=list)

    @classmethod
    def made(
        cls, folder: Path, account: Account, program: str, settings: dict[str, str], **in_pulumi_yaml: Any
    ) -> Self:
        (folder / "home").mkdir()
        project = cls(folder, account, settings)
        head = {"name": NAME, "runtime": "python", **in_pulumi_yaml}
        (folder / "Pulumi.yaml").write_text(json.dumps(head))
        project.program(program)
        project.initialised()
        return project

    def initialised(self) -> None:
        """An empty stack: made once by the engine, and copied for each project after that."""
        salt = self.folder / "Pulumi.test.yaml"
        if not _EMPTY_STACK:
            (self.folder / "state").mkdir()
            self.pulumi("stack", "init", "test")
            kept = self.folder.with_name(f"{self.folder.name}-empty-stack")
            shutil.copytree(self.folder / "state", kept / "state")
            shutil.copy2(salt, kept)
            _EMPTY_STACK.append(kept)
            return
        shutil.copytree(_EMPTY_STACK[0] / "state", self.folder / "state")
        shutil.copy2(_EMPTY_STACK[0] / salt.name, salt)

    def program(self, text: str) -> None:
        (self.folder / "__main__.py").write_text(text)

    @property
    def environment(self) -> dict[str, str]:
        return {
            **os.environ,
            "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
            "PULUMI_HOME": str(self.folder / "home"),
            "PULUMI_BACKEND_URL": file_backend(self.folder / "state"),
            "PULUMI_STACK": "test",
            "PULUMI_CONFIG_PASSPHRASE": "x",
            "PULUMI_SKIP_UPDATE_CHECK": "1",
            "PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION": "1",
            **process.environment(self.account.running),
            **self.settings,
        }

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """What the command did, successful or not."""
        return subprocess.run(
            ["pulumi", *arguments, "--non-interactive"],
            cwd=self.folder,
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )

    def pulumi(self, *arguments: str) -> str:
        """The command's output; it must succeed."""
        done = self.run(*arguments)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout + done.stderr

    def refused(self, *arguments: str) -> str:
        """The command's output; it must fail."""
        done = self.run(*arguments)
        assert done.returncode != 0, done.stdout + done.stderr
        return done.stdout + done.stderr

    def up(self, *arguments: str) -> str:
        return self.pulumi("up", "--yes", "--skip-preview", *arguments)

    def starts(self, *arguments: str) -> subprocess.Popen[str]:
        """The command, running. Its output goes to a file, so that what it starts can't hold a pipe open."""
        with (self.folder / "log").open("w") as log:
            running = subprocess.Popen(
                ["pulumi", *arguments, "--non-interactive"],
                cwd=self.folder,
                env=self.environment,
                stdout=log,
                stderr=log,
                text=True,
                start_new_session=True,
            )
        self.started.append(running.pid)
        return running

    def end(self) -> None:
        """Leaves nothing running of what it started."""
        for leader in self.started:
            kill_session(leader)

    @property
    def state(self) -> dict[str, Any]:
        """Resources of the stored state by their name."""
        path = self.folder / "state/.pulumi/stacks" / NAME / "test.json"
        resources = json.loads(path.read_bytes())["checkpoint"]["latest"].get("resources") or []
        return {one["urn"].rpartition("::")[2]: one for one in resources}
