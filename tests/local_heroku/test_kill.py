"""Killed under load, started again: no accepted write is lost, and each is there once."""

from __future__ import annotations

import http.client
import os
import signal
import threading
import time
from typing import TYPE_CHECKING

import pytest

from local_heroku import process
from tests.local_heroku.conftest import Caller

if TYPE_CHECKING:
    from pathlib import Path

    from local_heroku.process import Running

WRITERS = 4


def write(running: Running, writer: int, accepted: list[str], stop: threading.Event) -> None:
    """Create apps one after another; note each that was accepted."""
    caller = Caller(running)
    number = 0
    while not stop.is_set():
        name = f"w{writer}-n{number}"
        try:
            if caller.ask("POST", "/apps", {"name": name}).status == 201:
                accepted.append(name)
        except (OSError, http.client.HTTPException):
            return
        number += 1


def _await_end(running: Running) -> None:
    while process.status(running.folder) is not None:
        time.sleep(0.01)


@pytest.mark.parametrize("after", [0.3, 0.7])
def test_kill_minus_nine_under_load_loses_no_accepted_write(tmp_path: Path, after: float) -> None:
    running = process.start(tmp_path)
    accepted: list[str] = []
    stop = threading.Event()
    threads = [
        threading.Thread(target=write, args=(running, number, accepted, stop)) for number in range(WRITERS)
    ]
    for thread in threads:
        thread.start()
    time.sleep(after)
    os.kill(running.pid, signal.SIGKILL)
    stop.set()
    for thread in threads:
        thread.join(timeout=30)
    _await_end(running)
    again = Caller(process.start(tmp_path))
    found: list[str] = []
    ranges = "name ..; max=1000"
    while ranges:
        reply = again.ask("GET", "/apps", Range=ranges)
        found += [app["name"] for app in reply.json]
        ranges = reply.headers.get("next-range", "")
    process.stop(tmp_path)
    assert len(accepted) > 20
    assert set(accepted) - set(found) == set()
    assert len(found) == len(set(found))
    assert len(set(found) - set(accepted)) <= WRITERS  # done, but the answer was cut off
