"""No process of a run outlives its engine, wherever the engine is when it is killed without a word."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import time

import pytest

from tests.engine.stacks.checkout import Checkout

pytestmark = pytest.mark.engine

HOST = r"language_host/__main__|/pulumi-language-python "
"""This project's language host, or that of an installed Pulumi."""
NOT_OURS = "/pulumi-language-python "
"""Pulumi's own host looks after the engine only every few minutes, and ends then; it has ended all that it had started before."""
LEFT_SECONDS = 8.0
"""A look a second, and what a process gets to end by itself."""


def processes(session: int) -> dict[int, str]:
    """Those of a session, by their command lines; a dead one that nobody has waited for yet is none."""
    listed = subprocess.run(
        ["ps", "-A", "-ww", "-o", "pid=,sid=,stat=,args="], capture_output=True, text=True, check=True
    ).stdout
    rows = [line.split(None, 3) for line in listed.splitlines()]
    return {
        int(row[0]): row[3] for row in rows if len(row) == 4 and int(row[1]) == session and row[2][0] != "Z"
    }


def wait_for(running: subprocess.Popen[bytes], words: str) -> int:
    """The process of the run that has these words in its command line."""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        found = [
            pid
            for pid, line in processes(running.pid).items()
            if re.search(words, line) and pid != running.pid
        ]
        if found:
            return found[0]
        assert running.poll() is None, f"it ended before it started {words}"
        time.sleep(0.01)
    pytest.fail(f"no process of {words} was seen")


def left_of(session: int) -> dict[int, str]:
    deadline = time.monotonic() + LEFT_SECONDS
    while (found := _ours(session)) and time.monotonic() < deadline:
        time.sleep(0.1)
    return found


def _ours(session: int) -> dict[int, str]:
    return {pid: line for pid, line in processes(session).items() if NOT_OURS not in line}


@pytest.fixture(scope="module")
def made(fresh: Checkout) -> Checkout:
    fresh.ops("pulumi", "staging", "stack")
    return fresh


@pytest.mark.fault("F41")
@pytest.mark.parametrize("later", [0.0, 0.3, 1.0], ids=["at its start", "soon after", "at work"])
@pytest.mark.parametrize(
    "beside", ["pulumi.policy", "providers.heroku ", HOST], ids=["pack", "plugin", "host"]
)
def test_an_engine_that_is_killed_leaves_no_process(made: Checkout, beside: str, later: float) -> None:
    running = made.start("pulumi", "staging", "preview")
    wait_for(running, beside)
    time.sleep(later)
    os.kill(running.pid, signal.SIGKILL)
    running.wait()
    assert left_of(running.pid) == {}


@pytest.mark.fault("F42", "F43")
@pytest.mark.parametrize(
    "killed", ["pulumi.policy", "providers.heroku ", HOST], ids=["pack", "plugin", "host"]
)
def test_a_child_that_is_killed_leaves_none_of_the_others(made: Checkout, killed: str) -> None:
    running = made.start("pulumi", "staging", "preview")
    os.kill(wait_for(running, killed), signal.SIGKILL)
    running.wait(timeout=60)
    assert left_of(running.pid) == {}
