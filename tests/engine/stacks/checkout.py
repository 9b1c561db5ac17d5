"""A copy of this checkout with a local Heroku and states of its own; commands run in it as a person types them."""

from __future__ import annotations

import compileall
import json
import re
import shutil
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

import pytest

from heroku_api.client import Client
from local_heroku import process
from operations.pulumi_run.runner import kill_session

ROOT = Path(__file__).resolve().parents[3]
COMMAND_SECONDS = 180
FAILED: Literal["failed"] = "failed"
"""An exit code of pulumi's own: which one stands for a failure differs by its version."""
Expected = int | Literal["failed"] | None
STACKS = ("staging", "production")
SECRETS = ("SECRET_KEY_BASE", "RAILS_MASTER_KEY", "DATABASE_URL")
"""Config vars of an app whose values are secret."""
_TESTS = re.compile(r"/tests/")


def _is_as_expected(code: int, expected: Expected) -> bool:
    """None: any code."""
    return expected is None or (code != 0 if expected == FAILED else code == expected)


_ONE_GIT = threading.Lock()
"""A test may run commands side by side."""


@dataclass(frozen=True)
class Checkout:
    folder: Path
    started: list[int] = field(default_factory=list)

    @classmethod
    def of_working_tree(cls, folder: Path) -> Checkout:
        """Every tracked or new file, compiled, without what is ignored; the Python environment is shared."""
        listed = subprocess.run(
            ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for name in filter(None, listed.split("\0")):
            if (ROOT / name).is_file():
                (folder / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(ROOT / name, folder / name)
        # Once, and not at each start of Python: PYTHONDONTWRITEBYTECODE may be set.
        compileall.compile_dir(folder, rx=_TESTS, quiet=2)
        (folder / ".venv").symlink_to(ROOT / ".venv")
        return cls(folder)

    @classmethod
    def with_a_managed_secret(cls, folder: Path) -> Checkout:
        """SECRET_KEY_BASE is managed in both stack files, so that states hold a secret. Skips without an engine."""
        if shutil.which("pulumi") is None:
            pytest.skip("no pulumi on PATH; `./ops test` puts one there")
        checkout = cls.of_working_tree(folder)
        for stack in STACKS:
            checkout.edit(f"Pulumi.{stack}.yaml", "SECRET_KEY_BASE: external", "SECRET_KEY_BASE: managed")
        return checkout

    def ops(self, *arguments: str, expected: Expected = 0) -> str:
        """What `ops` printed, both streams; fails on another exit code than `expected`, or a file that it was not told to write."""
        before = self.tree()
        done = subprocess.run(
            [sys.executable, "-m", "operations", *arguments],
            cwd=self.folder,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=COMMAND_SECONDS,
            check=False,
        )
        assert _is_as_expected(done.returncode, expected), f"exit {done.returncode}\n{done.stdout}"
        assert "KeyboardInterrupt" not in done.stdout, done.stdout
        assert self._may_write(arguments) or self.changed_since(before) - {*arguments} == set()
        return done.stdout

    @staticmethod
    def _may_write(arguments: tuple[str, ...]) -> bool:
        """The commands that edit a stack file, when they are told to."""
        return (arguments[:1] == ("adopt",) and bool({"--write", "--promoted"} & {*arguments})) or (
            arguments[:1] == ("drill",) and bool({"--solve", "--end"} & {*arguments})
        )

    def tree(self) -> str:
        """Git's id of all that it tracks or would track here."""
        with _ONE_GIT:
            self._git("add", "--all")
            return self._git("write-tree")

    def changed_since(self, tree: str) -> set[str]:
        """Files that differ from a tree, new ones too."""
        with _ONE_GIT:
            self._git("add", "--all")
            return set(self._git("diff", "--cached", "--name-only", tree).splitlines())

    def _git(self, *arguments: str) -> str:
        """In a repository outside of the checkout: whether it is one itself is another question."""
        place = self.folder.with_name(f"{self.folder.name}.git")
        command = ["git", "--git-dir", str(place), "--work-tree", str(self.folder)]
        if not place.exists():
            subprocess.run([*command, "init", "--quiet"], check=True, capture_output=True)
        done = subprocess.run(
            [*command, *arguments], cwd=self.folder, check=True, capture_output=True, text=True
        )
        return done.stdout.rstrip("\n")

    def start(self, *arguments: str) -> subprocess.Popen[bytes]:
        """The same, not waited for, in a session of its own."""
        running = subprocess.Popen(
            [sys.executable, "-m", "operations", *arguments],
            cwd=self.folder,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        self.started.append(running.pid)
        return running

    def edit(self, name: str, old: str, new: str) -> None:
        path = self.folder / name
        text = path.read_text(encoding="utf-8")
        assert old in text
        path.write_text(text.replace(old, new), encoding="utf-8")

    @contextmanager
    def edits(self) -> Iterator[Callable[[str, str, str], None]]:
        """Edits that are taken back at the end; what a rehearsal keeps beside its files comes back too."""
        copies = (self.folder / ".local" / "stacks").glob("*.yaml")
        before = {path: path.read_text(encoding="utf-8") for path in copies}

        def edit(name: str, old: str, new: str) -> None:
            path = self.folder / name
            before.setdefault(path, path.read_text(encoding="utf-8"))
            self.edit(name, old, new)

        yield edit
        for path, text in before.items():
            path.write_text(text, encoding="utf-8")

    def secrets(self, client: Client) -> list[str]:
        """Every secret value of both apps, and what the local states are encrypted with."""
        apps = [client.request("GET", f"/apps/sc-mvp-{stack}/config-vars") for stack in STACKS]
        values = [config_vars[name] for config_vars in apps for name in SECRETS]
        return [*values, (self.folder / ".local" / "pulumi" / "passphrase").read_text()]

    def heroku(self) -> Client:
        running = process.status(self.folder / ".local" / "heroku")
        assert running is not None
        return Client.from_environment(process.environment(running))

    def resources(self, stack: str) -> list[dict[str, Any]]:
        """The resources of the stored state."""
        found: list[dict[str, Any]] = json.loads(self.state(stack).read_bytes())["checkpoint"]["latest"][
            "resources"
        ]
        return found

    def state(self, stack: str) -> Path:
        return self.folder / ".local/pulumi/state/.pulumi/stacks/social-catering" / f"{stack}.json"

    def start_heroku(self) -> None:
        """By a process that ends, as a person does: no other waits for the server's end then."""
        start = (
            "import pathlib; from local_heroku import process; process.start(pathlib.Path('.local/heroku'))"
        )
        subprocess.run([sys.executable, "-c", start], check=True, cwd=self.folder)

    def stop(self) -> None:
        """Leaves nothing running: an engine that was killed has left its language host and its pack."""
        for leader in self.started:
            kill_session(leader)
        process.stop(self.folder / ".local" / "heroku")
