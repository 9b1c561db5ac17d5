"""The pack as the process that Pulumi starts."""

from __future__ import annotations

import os
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


def test_a_pack_ends_when_its_language_host_is_gone_without_a_word() -> None:
    """The host may be gone before Python looks; the script that starts the pack notes it."""
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait()
    with subprocess.Popen(
        [sys.executable, "-u", "-m", "pulumi.policy", "127.0.0.1:1", str(PACK)],
        cwd=PACK,
        env={**os.environ, "PACK_STARTED_BY": str(gone.pid)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    ) as pack:
        try:
            _, errors = pack.communicate(timeout=30)
        finally:
            pack.kill()
    assert (pack.returncode, errors) == (1, "")


def test_the_packs_starter_notes_who_started_it() -> None:
    starter = PACK / ".python" / "bin" / "python"
    assert 'export PACK_STARTED_BY="$PPID"' in starter.read_text(encoding="utf-8")
