"""Runs `pulumi` with what it is given on standard input, within a time limit; it ends with this process's wait."""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Mapping, Sequence
from contextlib import suppress

from operations.errors import OperationError
from operations.gating.engine_run import STOP_SECONDS, Done, Engine
from runbook.settings import StackName


def pulumi(
    engine: Engine,
    stack: StackName,
    arguments: Sequence[str],
    limit_seconds: float,
    *,
    given: str = "",
    also: Mapping[str, str] | None = None,
) -> Done:
    """Runs one command in a process group of its own. Interrupted here, it is interrupted too, and can end in order."""
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
        _stop(process)
        return Done("", "", None)
    except BaseException:
        _stop(process)
        raise
    return Done(stdout, stderr, process.returncode)


def _stop(process: subprocess.Popen[str]) -> None:
    for sign in (signal.SIGINT, signal.SIGKILL):
        with suppress(ProcessLookupError):
            os.killpg(process.pid, sign)
        with suppress(subprocess.TimeoutExpired):
            process.communicate(timeout=STOP_SECONDS)
            return
