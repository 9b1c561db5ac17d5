"""The pack as the process that Pulumi starts."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

PACK = Path(__file__).resolve().parents[3] / "policies"


def test_an_interrupt_ends_the_pack_without_a_traceback() -> None:
    """As some versions of Pulumi end it where it has refused a preview."""
    with subprocess.Popen(
        [sys.executable, "-u", "-m", "pulumi.policy", "127.0.0.1:1", str(PACK)],
        cwd=PACK,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as pack:
        assert pack.stdout is not None
        assert int(pack.stdout.readline()) > 0
        pack.send_signal(signal.SIGINT)
        assert pack.communicate(timeout=30) == ("", "")
    assert pack.returncode == -signal.SIGINT
