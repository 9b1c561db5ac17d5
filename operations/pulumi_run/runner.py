"""The one way to run pulumi: a command on a stack of an account, within a time limit, ended with all it started."""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from itertools import takewhile

from operations.accounts.account import Account
from operations.errors import OperationError
from operations.pulumi_run import damaged_state, foreground
from operations.pulumi_run.events import errors_of
from operations.pulumi_run.stacks import Stacks
from runbook.settings import StackName

STREAMED = {"PULUMI_ENABLE_STREAMING_JSON_PREVIEW": "true"}
UNJUDGED = {**STREAMED, "PULUMI_OPTION_POLICY_PACK": "", "PULUMI_OPTION_REFRESH": ""}
"""A stream of events without the policy pack, where the rules are judged here."""
LIMIT_SECONDS = 300.0
"""For one command, where the caller sets no other."""
STOP_SECONDS = 10
"""What the engine gets to stop its plugins before it is killed."""

_running: set[subprocess.Popen[str]] = set()


@dataclass(frozen=True)
class Done:
    """What a command printed, and its exit code; None where it was stopped at the time limit."""

    stdout: str = field(repr=False)
    stderr: str = field(repr=False)
    code: int | None

    @property
    def reason(self) -> str:
        """Why it failed, in pulumi's words: a plugin's stand among the progress of an import, or in a stream."""
        said = "\n".join([self.stderr.strip(), *_errors_among_progress(self.stdout)]).strip()
        return damaged_state.told(said) or said[-2000:] or errors_of(self.stdout) or "it printed no error"


def pulumi(
    stacks: Stacks,
    stack: StackName,
    arguments: Sequence[str],
    limit_seconds: float = LIMIT_SECONDS,
    *,
    given: str = "",
    also: Mapping[str, str] | None = None,
) -> Done:
    """Runs one command, with `given` on its standard input, in a session of its own, which ends with it or with this process's wait."""
    try:
        process = subprocess.Popen(
            ["pulumi", *arguments, "--non-interactive"],
            cwd=stacks.workspace.root,
            env={**stacks.environment(stack), **(also or {})},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
    except FileNotFoundError:
        raise OperationError("no pulumi on PATH; `ops test` or `ops demo` sets one up") from None
    except OSError as error:
        raise OperationError(f"pulumi could not be started: {error.strerror}") from None
    _running.add(process)
    try:
        stdout, stderr = process.communicate(given, timeout=limit_seconds)
    except subprocess.TimeoutExpired:
        return Done(*_stop(process), None)
    except BaseException:
        _stop(process)
        raise
    finally:
        _running.discard(process)
    return Done(stdout, stderr, process.returncode)


def output(
    stacks: Stacks,
    stack: StackName,
    arguments: Sequence[str],
    limit_seconds: float = LIMIT_SECONDS,
    *,
    given: str = "",
    also: Mapping[str, str] | None = None,
) -> str:
    """What the command prints. Raises OperationError with pulumi's reason; values never are in it."""
    done = pulumi(stacks, stack, arguments, limit_seconds, given=given, also=also)
    shown = " ".join(["pulumi", *takewhile(lambda word: not word.startswith("-"), arguments)])
    if done.code is None:
        raise OperationError(f"{shown} did not end within {limit_seconds:.0f} s")
    if done.code:
        raise OperationError(f"{shown} failed: {done.reason}")
    return done.stdout


def read(
    account: Account, stack: StackName, arguments: Sequence[str], also: Mapping[str, str] | None = None
) -> str:
    """What pulumi prints about a stack that is there. Raises OperationError with its reason."""
    account.require_stack(stack)
    account.prepare(stack)
    return output(account, stack, arguments, also=also)


def on_terminal(stacks: Stacks, stack: StackName, arguments: Sequence[str]) -> int:
    """The exit code of a command that people watch; an interrupt is the command's own."""
    return foreground.run(["pulumi", *arguments], cwd=stacks.workspace.root, env=stacks.environment(stack))


@contextmanager
def side_by_side(count: int) -> Iterator[ThreadPoolExecutor]:
    """Threads that run pulumi. What ends the inside early ends their commands too, before they are waited for."""
    with ThreadPoolExecutor(count) as pool:
        try:
            yield pool
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            for process in tuple(_running):
                _end(process)
            raise


def _errors_among_progress(shown: str) -> list[str]:
    return [
        line.strip() for line in shown.splitlines() if "error:" in line and not line.lstrip().startswith("{")
    ]


def _end(process: subprocess.Popen[str]) -> None:
    """Ends a command whose output another thread reads."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGINT)
    with suppress(subprocess.TimeoutExpired):
        process.wait(STOP_SECONDS)
    kill_session(process.pid)


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
        _let_go(process)
    kill_session(process.pid)
    return stdout, stderr


def _let_go(process: subprocess.Popen[str]) -> None:
    """Of a killed process, and of its pipes, which something that left its session may hold for long."""
    for pipe in (process.stdin, process.stdout, process.stderr):
        if pipe is not None:
            with suppress(BrokenPipeError):
                pipe.close()
    process.wait()


def kill_session(leader: int) -> None:
    """Every process of the session, other process groups and orphans among them."""
    listed = subprocess.run(["ps", "-A", "-o", "pid="], capture_output=True, text=True, check=False).stdout
    for pid in map(int, listed.split()):
        with suppress(ProcessLookupError, PermissionError):
            if os.getsid(pid) == leader:
                os.kill(pid, signal.SIGKILL)
