"""What an engine that was killed leaves running: language hosts, programs, policy packs. Nobody else ends them."""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Iterable
from contextlib import suppress


def end(sessions: Iterable[int]) -> None:
    """Kills every process of these sessions, which a test has started."""
    leaders = {*sessions}
    listed = subprocess.run(["ps", "-A", "-o", "pid="], capture_output=True, text=True, check=True).stdout
    for pid in map(int, listed.split()):
        with suppress(ProcessLookupError):
            if os.getsid(pid) in leaders:
                os.kill(pid, signal.SIGKILL)
