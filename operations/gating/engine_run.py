"""Runs the previews that a gate judges: the stacks side by side, each within a time limit."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from operations.accounts import Account, HerokuAccount
from operations.errors import OperationError
from operations.rehearsal import Rehearsal
from operations.workspace import Workspace
from runbook.settings import PROJECT, StackName

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


def previews(
    chosen: Engine, stacks: Sequence[StackName], limit_seconds: float, plans: Mapping[StackName, Path]
) -> dict[StackName, Done]:
    """Refreshing previews of prepared stacks with the policy pack, side by side. `plans` names where a stack's is saved.

    The program's own run refreshes each resource it registers, so that every plugin starts once and not twice.
    """

    def one(stack: StackName) -> Done:
        arguments = ["preview", "--json", "--refresh", "--run-program"]
        if stack in plans:
            arguments += ["--save-plan", str(plans[stack])]
        return pulumi(chosen, stack, arguments, limit_seconds, STREAMED)

    with ThreadPoolExecutor(len(stacks)) as pool:
        return dict(zip(stacks, pool.map(one, stacks), strict=True))


def secret_settings(chosen: Engine, stack: StackName, limit_seconds: float) -> dict[str, tuple[object, bool]]:
    """Every setting by key, with its value decrypted and whether it is a secret. Raises OperationError."""
    done = pulumi(chosen, stack, ["config", "--json", "--show-secrets"], limit_seconds)
    if done.code != 0:
        raise OperationError(
            f"{stack}: `pulumi config` failed: {done.stderr.strip()[-500:] or 'no answer in time'}"
        )
    prefix = f"{PROJECT}:"
    return {
        key.removeprefix(prefix): (entry.get("objectValue", entry.get("value")), bool(entry["secret"]))
        for key, entry in json.loads(done.stdout).items()
        if key.startswith(prefix)
    }


def pulumi(
    chosen: Engine,
    stack: StackName,
    arguments: Sequence[str],
    limit_seconds: float,
    also: Mapping[str, str] | None = None,
) -> Done:
    """Runs one command in a process group of its own, which ends with it."""
    try:
        process = subprocess.Popen(
            ["pulumi", *arguments, "--non-interactive"],
            cwd=chosen.workspace.root,
            env={**chosen.environment(stack), **(also or {})},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
    except FileNotFoundError:
        raise OperationError("no pulumi on PATH; `ops test` or `ops demo` sets one up") from None
    try:
        stdout, stderr = process.communicate(timeout=limit_seconds)
    except subprocess.TimeoutExpired:
        return Done(*_stop(process), None)
    return Done(stdout, stderr, process.returncode)


def _stop(process: subprocess.Popen[str]) -> tuple[str, str]:
    """Interrupts, then kills, with whatever the engine started: a pack that hangs has a process group of its own."""
    for sign in (signal.SIGINT, signal.SIGKILL):
        with suppress(ProcessLookupError):
            os.killpg(process.pid, sign)
        with suppress(subprocess.TimeoutExpired):
            stdout, stderr = process.communicate(timeout=STOP_SECONDS)
            break
        _kill_session(process.pid)
    else:
        stdout, stderr = "", ""
    _kill_session(process.pid)
    return stdout, stderr


def _kill_session(leader: int) -> None:
    """Every process of the session, other process groups and orphans among them."""
    listed = subprocess.run(["ps", "-A", "-o", "pid="], capture_output=True, text=True, check=False).stdout
    for pid in map(int, listed.split()):
        with suppress(ProcessLookupError, PermissionError):
            if os.getsid(pid) == leader:
                os.kill(pid, signal.SIGKILL)
