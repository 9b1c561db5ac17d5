"""A command in the foreground gets its interrupts itself, and the time to end in order."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[4]
CHILD = """
import signal, sys, time
def end(*_):
    time.sleep(0.6)  # longer than Python grants a child by itself
    print("ended in order", flush=True)
    sys.exit(7)
signal.signal(signal.SIGINT, end)
signal.signal(signal.SIGTERM, end)
print("ready", flush=True)
time.sleep(30)
"""
PARENT = f"""
import os, sys
from pathlib import Path
from operations.pulumi_run import foreground
sys.exit(foreground.run([sys.executable, "-c", {CHILD!r}], cwd=Path("."), env=os.environ))
"""


@pytest.mark.parametrize("to_group", [True, False], ids=["ctrl-c", "sigterm"])
def test_it_ends_in_order_and_its_exit_code_is_kept(*, to_group: bool) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", PARENT], cwd=ROOT, stdout=subprocess.PIPE, text=True, start_new_session=True
    ) as parent:
        assert parent.stdout is not None
        assert parent.stdout.readline() == "ready\n"
        time.sleep(0.1)
        if to_group:
            os.killpg(parent.pid, signal.SIGINT)
        else:
            parent.terminate()
        assert parent.stdout.read() == "ended in order\n"
        assert parent.wait() == 7
