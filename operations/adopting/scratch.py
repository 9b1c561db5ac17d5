"""A stack thrown away after use: there the engine reads what is live, so that the real state is written once, whole."""

from __future__ import annotations

import json
import secrets
import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from operations.adopting.deployment import State
from operations.errors import OperationError
from operations.pulumi_run import new_stack
from operations.pulumi_run.runner import output
from operations.pulumi_run.stacks import Stacks
from operations.workspace import Workspace, file_backend
from runbook.readers.state import STATE_VERSION
from runbook.settings import StackName

READING = ("--yes", "--skip-preview", "--generate-code=false", "--protect=false")
"""`pulumi import` asks nothing of Heroku but to be told; a preview of it would read everything twice."""
MANIFEST = {"time": "0001-01-01T00:00:00Z", "magic": "", "version": ""}
"""Of a state that no engine has written yet; the stack's own secrets provider is used."""


@dataclass(frozen=True)
class Scratch:
    """Run like `stacks`, with a state, a stack file and a passphrase of its own."""

    stacks: Stacks
    stack: StackName
    folder: Path
    left: Callable[[], float]
    """Seconds for one run of pulumi."""
    passphrase: str = field(default_factory=lambda: secrets.token_urlsafe(32), repr=False)

    @property
    def workspace(self) -> Workspace:
        return self.stacks.workspace

    @property
    def _stack_file(self) -> Path:
        return self.folder / f"Pulumi.{self.stack}.yaml"

    def environment(self, stack: StackName) -> dict[str, str]:
        left_out = ("PULUMI_OPTION_", "PULUMI_CONFIG_PASSPHRASE", "PULUMI_BACKEND_URL")
        kept = {
            key: value
            for key, value in self.stacks.environment(stack).items()
            if not key.startswith(left_out)
        }
        return {
            **kept,
            "PULUMI_BACKEND_URL": file_backend(self.folder),
            "PULUMI_CONFIG_PASSPHRASE": self.passphrase,
            "PULUMI_OPTION_CONFIG_FILE": str(self._stack_file),
        }

    def imported(self, present: list[State], file: State) -> list[State]:
        """`present` and what `file` imports beside it. `pulumi import` reads, and knows no write."""
        self._make()
        start = {"version": STATE_VERSION, "deployment": {"manifest": MANIFEST, "resources": present}}
        self._run(["stack", "import"], given=json.dumps(start))
        if file["resources"]:
            path = self.folder / "import.json"
            path.write_text(json.dumps(file), encoding="utf-8")
            self._run(
                ["import", "--file", str(path), *READING],
                hint="; the official plugin says `does not exist` also of what it could not read: run it again",
            )
        exported: dict[str, Any] = json.loads(self._run(["stack", "export", "--show-secrets"]))
        return list(exported["deployment"]["resources"])

    def _make(self) -> None:
        with new_stack.made_aside(self.workspace, self.stack, self._stack_file) as arguments:
            self._run(arguments, also=new_stack.NO_STACK_FILE)

    def _run(
        self, arguments: list[str], *, given: str = "", hint: str = "", also: Mapping[str, str] | None = None
    ) -> str:
        try:
            return output(self, self.stack, arguments, self.left(), given=given, also=also)
        except OperationError as error:
            raise OperationError(f"{error}; nothing changed{hint}") from None


@contextmanager
def scratch(stacks: Stacks, stack: StackName, left: Callable[[], float]) -> Iterator[Scratch]:
    """Raises OperationError while another adoption of this stack runs. What a killed one left is removed."""
    folder = stacks.workspace.local / "adopt" / stack
    folder.parent.mkdir(parents=True, exist_ok=True)
    lock = FileLock(folder.with_suffix(".lock"), timeout=0)
    try:
        lock.acquire()
    except Timeout:
        raise OperationError(f"another `ops adopt {stack}` is running here; wait for it to end") from None
    try:
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(mode=0o700)
        yield Scratch(stacks, stack, folder, left)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        lock.release()
