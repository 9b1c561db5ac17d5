"""The engine as commands run it: where its stacks are, and one command within a time limit."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from operations.accounts.account import Account, HerokuAccount
from operations.errors import OperationError
from operations.rehearsal.rehearsal import Rehearsal
from operations.workspace import Workspace
from runbook.settings import StackName

STREAMED = {"PULUMI_ENABLE_STREAMING_JSON_PREVIEW": "true"}
STOP_SECONDS = 10
"""What the engine gets to stop its plugins before it is killed."""


@dataclass(frozen=True)
class Done:
    """What a command printed, and its exit code; None where it was stopped at the time limit."""

    stdout: str = field(repr=False)
    stderr: str = field(repr=False)
    code: int | None


class Engine(Protocol):
    """Where the stacks are: on local Heroku, or on the real account."""

    @property
    def workspace(self) -> Workspace: ...

    def prepare(self, stack: StackName) -> None: ...

    def environment(self, stack: StackName) -> dict[str, str]: ...


@dataclass(frozen=True)
class RealHeroku:
    """Pulumi as this shell's environment has it, for the real account. The policy pack is always this project's."""

    workspace: Workspace
    account: HerokuAccount

    def prepare(self, stack: StackName) -> None:
        """Nothing: the stack and its secrets are there."""

    def environment(self, stack: StackName) -> dict[str, str]:
        return {
            **self.account.environment,
            # The language host and the plugins take the first Python they find.
            "PATH": f"{Path(sys.executable).parent}{os.pathsep}{self.account.environment.get('PATH', os.defpath)}",
            "PULUMI_STACK": stack,
            "PULUMI_OPTION_POLICY_PACK": str(self.workspace.root / "policies"),
            "PULUMI_SKIP_UPDATE_CHECK": "true",
        }


def engine_of(account: Account, workspace: Workspace) -> Engine:
    return RealHeroku(workspace, account) if isinstance(account, HerokuAccount) else Rehearsal(workspace)


def pulumi(
    engine: Engine,
    stack: StackName,
    arguments: Sequence[str],
    limit_seconds: float,
    *,
    given: str = "",
    also: Mapping[str, str] | None = None,
) -> Done:
    """Runs one command, with `given` on its standard input, in a session of its own, which ends with it or with this process's wait."""
    try:
        process = subprocess.Popen(
            ["pulumi", *arguments, "--non-interactive"],
            cwd=engine.workspace.root,
            env={**engine.environment(stack), **(also or {})},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
    except FileNotFoundError:
        raise OperationError("no pulumi on PATH; `ops test` or `ops demo` sets one up") from None
    try:
        stdout, stderr = process.communicate(given, timeout=limit_seconds)
    except subprocess.TimeoutExpired:
        return Done(*_stop(process), None)
    except BaseException:
        _stop(process)
        raise
    return Done(stdout, stderr, process.returncode)


def _stop(process: subprocess.Popen[str]) -> tuple[str, str]:
    """Interrupts, then kills, with whatever the engine started: a pack that hangs has a process group of its own."""
    for sign in (signal.SIGINT, signal.SIGKILL):
        with suppress(ProcessLookupError):
            os.killpg(process.pid, sign)
        with suppress(subprocess.TimeoutExpired):
            stdout, stderr = process.communicate(timeout=STOP_SECONDS)
            break
        kill_session(process.pid)
    else:
        stdout, stderr = "", ""
    kill_session(process.pid)
    return stdout, stderr


def kill_session(leader: int) -> None:
    """Every process of the session, other process groups and orphans among them."""
    listed = subprocess.run(["ps", "-A", "-o", "pid="], capture_output=True, text=True, check=False).stdout
    for pid in map(int, listed.split()):
        with suppress(ProcessLookupError, PermissionError):
            if os.getsid(pid) == leader:
                os.kill(pid, signal.SIGKILL)
