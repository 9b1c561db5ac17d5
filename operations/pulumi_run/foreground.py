"""Runs a command on the terminal and leaves interrupts to it."""

from __future__ import annotations

import signal
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path


def run(command: Sequence[str], *, cwd: Path, env: Mapping[str, str]) -> int:
    """The command's exit code, once it has ended.

    Ctrl-C reaches it from the terminal, and it has the time it needs to end in order; a SIGTERM is passed on.
    """
    on_interrupt = signal.signal(signal.SIGINT, lambda *_: None)
    process = subprocess.Popen(command, cwd=cwd, env=env)
    on_term = signal.signal(signal.SIGTERM, lambda *_: process.terminate())
    try:
        return process.wait()
    finally:
        signal.signal(signal.SIGINT, on_interrupt)
        signal.signal(signal.SIGTERM, on_term)
