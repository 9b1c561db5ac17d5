"""A repository whose pushes go to local Heroku, as git in `ops local shell` has it."""

from __future__ import annotations

import os
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from local_heroku import process
from operations.rehearsal.heroku_shell import git as shell_git
from operations.rehearsal.shell import shielded

if TYPE_CHECKING:
    from local_heroku.process import Running

LIMIT = 120.0  # seconds for one command on a busy machine


@dataclass(frozen=True)
class Said:
    code: int
    out: str

    @property
    def remote(self) -> list[str]:
        """What Heroku said."""
        found = (line for line in self.out.splitlines() if line.startswith("remote:"))
        return [line.removeprefix("remote:").removeprefix(" ").rstrip() for line in found]


@dataclass(frozen=True)
class Pusher:
    folder: Path
    env: dict[str, str]

    @classmethod
    def of(cls, running: Running, folder: Path) -> Pusher:
        home = folder / "home"
        env = {**process.environment(running), **shielded(home), "PATH": os.environ["PATH"], "LC_ALL": "C"}
        shell_git.write(home, running)
        made = cls(folder / "app", {**env, "GIT_TERMINAL_PROMPT": "0"})
        made.folder.mkdir()
        made("init", "-q", "-b", "main")
        made("config", "user.name", "Ops")
        made("config", "user.email", "ops@local-heroku.invalid")
        return made

    def __call__(self, *words: str, **env: str) -> Said:
        done = subprocess.run(
            ["git", *words], cwd=self.folder, env={**self.env, **env}, timeout=LIMIT,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False,
        )  # fmt: skip
        return Said(done.returncode, done.stdout)

    def commit(self, files: dict[str, str], *, message: str = "Change") -> str:
        """All that is committed is in `files`; returns the commit."""
        self("rm", "-rfq", "--ignore-unmatch", ".")
        for name, text in files.items():
            (self.folder / name).parent.mkdir(parents=True, exist_ok=True)
            (self.folder / name).write_text(text)
        self("add", ".")
        self("commit", "-q", "--allow-empty", "-m", message)
        return self("rev-parse", "HEAD").out.strip()

    def start(self, *words: str) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            ["git", *words],
            cwd=self.folder,
            env=self.env,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
