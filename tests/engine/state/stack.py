"""One tiny stack on a backend, run by lines of docs/state.md as a person types them."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from operations.pulumi_run.runner import kill_session
from tests.engine.state.servers import ROOT
from tests.waiting import wait_until

PAGE = ROOT / "docs" / "state.md"
PROGRAM = """
import os, time, pulumi
class Part(pulumi.ComponentResource):
    def __init__(self, name, **options):
        super().__init__("test:state:Part", name, None, pulumi.ResourceOptions(**options))
first = Part("first")
deadline = time.monotonic() + 60
while os.path.exists("wait") and time.monotonic() < deadline:
    time.sleep(0.05)
for name in open("parts").read().split():
    Part(name, depends_on=[first])
pulumi.export("secret", pulumi.Config("test").require_secret("secret"))
"""
CANARY = "canary-of-the-state-7c1e"
SECONDS = 120


def lines(heading: str, number: int = 0) -> list[str]:
    """The commands of a section's block."""
    _, _, section = PAGE.read_text(encoding="utf-8").partition(f"\n## {heading}\n")
    blocks = re.findall(r"```sh\n(.*?)```", section.partition("\n## ")[0], re.DOTALL)
    found: list[str] = blocks[number].strip().splitlines()
    return found


@dataclass
class Stack:
    folder: Path
    environment: dict[str, str]
    started: list[int] = field(default_factory=list)

    @classmethod
    def made(cls, folder: Path, url: str, **more: str) -> Stack:
        """A project of the same name as this one, so that the page's paths are as they are."""
        (folder / "home").mkdir(parents=True)
        (folder / "Pulumi.yaml").write_text(json.dumps({"name": "social-catering", "runtime": "python"}))
        (folder / "__main__.py").write_text(PROGRAM)
        (folder / "parts").write_text("second")
        foreign = ("PULUMI_", "AWS_", "HEROKU_")
        environment = {
            **{key: value for key, value in os.environ.items() if not key.startswith(foreign)},
            "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
            "PULUMI_HOME": str(folder / "home"),
            "PULUMI_BACKEND_URL": url,
            "PULUMI_CONFIG_PASSPHRASE": "of the test",
            "PULUMI_SKIP_UPDATE_CHECK": "1",
            "PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION": "1",
            **more,
        }
        return cls(folder, environment)

    def type(self, script: str, *, given: str = "", ok: bool = True) -> str:
        done = subprocess.run(
            ["bash", "-euc", script],
            cwd=self.folder,
            env=self.environment,
            input=given,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=SECONDS,
            check=False,
        )
        assert (done.returncode == 0) is ok, f"{script}: exit {done.returncode}\n{done.stdout}"
        return done.stdout

    def reads(self, line: str) -> str:
        """What a command prints for programs; an S3 client may warn beside it."""
        done = subprocess.run(
            ["bash", "-euc", line],
            cwd=self.folder,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=SECONDS,
            check=False,
        )
        assert done.returncode == 0, f"{line}: exit {done.returncode}\n{done.stdout}{done.stderr}"
        return done.stdout

    def types(self, heading: str, number: int = 0, given: str = "") -> str:
        """All commands of a section's block, in one shell."""
        return self.type("\n".join(lines(heading, number)), given=given)

    def up(self) -> str:
        return self.type("pulumi up --yes --skip-preview --non-interactive --stack staging")

    def starts_up(self) -> subprocess.Popen[bytes]:
        """An `up` that waits in the middle, with its lock held, for the file `wait` to go away."""
        (self.folder / "wait").touch()
        running = subprocess.Popen(
            ["pulumi", "up", "--yes", "--skip-preview", "--non-interactive", "--stack", "staging"],
            cwd=self.folder,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        self.started.append(running.pid)
        wait_until(lambda: self.has_program(running.pid), why="the program has not begun", seconds=SECONDS)
        return running

    @staticmethod
    def has_program(session: int) -> bool:
        """The engine takes its lock before it starts the program."""
        listed = subprocess.run(
            ["ps", "-A", "-ww", "-o", "sid=,args="], capture_output=True, text=True, check=True
        ).stdout
        return any(
            line.split(None, 1)[0] == str(session) and "pulumi-language-python-exec" in line
            and "--monitor" in line
            for line in listed.splitlines()
        )  # fmt: skip

    def goes_on(self) -> None:
        (self.folder / "wait").unlink()

    def kill(self, running: subprocess.Popen[bytes]) -> None:
        os.killpg(running.pid, signal.SIGKILL)
        running.wait()
        kill_session(running.pid)

    @property
    def exported(self) -> str:
        """The state as it is kept: with its secrets encrypted."""
        return self.reads("pulumi stack export --stack staging")

    @property
    def resources(self) -> list[dict[str, Any]]:
        """Decrypted: what is written again is encrypted anew."""
        shown = json.loads(self.reads("pulumi stack export --show-secrets --stack staging"))
        found: list[dict[str, Any]] = shown["deployment"]["resources"]
        return sorted(found, key=lambda one: str(one["urn"]))

    @property
    def names(self) -> list[str]:
        return sorted(one["urn"].rpartition("::")[2] for one in self.resources)

    @property
    def secret(self) -> str:
        return self.reads("pulumi stack output secret --show-secrets --stack staging").strip()

    def end(self) -> None:
        for leader in self.started:
            kill_session(leader)
