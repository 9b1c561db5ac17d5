"""A long command is heard of while it runs, and ends when the run ends."""

from __future__ import annotations

import _thread
import contextlib
import io
import os
import pty
import sys
import threading
import time
from typing import TYPE_CHECKING

import pytest

from tests.waiting import wait_until
from toolchain import progress

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0.2, "0 s"), (7.6, "8 s"), (59.4, "59 s"), (59.6, "1 min 00 s"), (125, "2 min 05 s")],
)
def test_time_is_told_in_seconds_then_minutes(seconds: float, words: str) -> None:
    assert progress.elapsed(seconds) == words


def test_in_a_log_lines_add_up(said: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(progress, "_ON_TERMINAL", 0.05)
    monkeypatch.setattr(progress, "_IN_A_LOG", 0.15)
    monkeypatch.setattr(progress, "elapsed", lambda _: "a while")
    finished = progress.run(
        ["sh", "-c", "echo one; sleep 0.4; echo two"],
        doing="Counting",
        say=said.append,
        note=lambda lines: f"{len(lines)} so far",
    )
    assert (finished.status, finished.output) == (0, "one\ntwo\n")
    assert said[0] == "Counting …"
    assert set(said[1:-1]) == {"Counting: a while, 1 so far"}
    assert said[-1] == "Counting: done in a while"


def test_a_failed_command_gives_its_status_and_output_and_is_not_called_done(said: list[str]) -> None:
    finished = progress.run(["sh", "-c", "echo out; echo err >&2; exit 3"], doing="Failing", say=said.append)
    assert (finished.status, finished.output, said) == (3, "out\nerr\n", ["Failing …"])


@contextlib.contextmanager
def on_a_terminal(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """Inside, stderr is a terminal; afterwards the list holds what was written to it.

    Not a fixture: pytest puts its own stderr back before the test runs.
    """
    shown: list[str] = []
    screen, line = pty.openpty()
    with open(line, "w") as stderr, monkeypatch.context() as patch:  # noqa: PTH123 - a descriptor, not a path
        patch.setattr(sys, "stderr", stderr)
        yield shown
        with contextlib.suppress(OSError):  # all is read, and no one can write any more
            stderr.close()
            while chunk := os.read(screen, 10_000):
                shown.append(chunk.decode())
    os.close(screen)


def test_on_a_terminal_one_line_is_drawn_over_and_then_gone(
    said: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(progress, "_ON_TERMINAL", 0.05)
    monkeypatch.setattr(progress, "elapsed", lambda _: "a while")
    monkeypatch.delenv("CI", raising=False)
    with on_a_terminal(monkeypatch) as terminal:
        progress.run(["sleep", "0.2"], doing="Waiting", say=said.append)
    shown = "".join(terminal)
    assert said == ["Waiting: done in a while"]
    assert shown.startswith("\r\x1b[KWaiting: a while\r\x1b[KWaiting: a while")
    assert shown.endswith("\r\x1b[K")
    assert "\n" not in shown


def test_work_of_our_own_is_drawn_over_too_and_gives_way_to_a_line_that_stays(
    said: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(progress, "_ON_TERMINAL", 0.05)
    monkeypatch.setattr(progress, "elapsed", lambda _: "a while")
    monkeypatch.delenv("CI", raising=False)
    with on_a_terminal(monkeypatch) as terminal, progress.working("Reading", said.append):
        time.sleep(0.2)
        progress.clear()
        sys.stderr.write("throttled\n")
    shown = "".join(terminal)
    assert shown.startswith("\r\x1b[KReading: a while\r\x1b[KReading: a while")
    assert "\r\x1b[Kthrottled" in shown
    assert shown.endswith("\r\x1b[K")


def test_in_a_log_work_of_our_own_is_heard_of_only_when_it_takes_long(
    said: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(progress, "_ON_TERMINAL", 0.02)
    monkeypatch.setattr(progress, "elapsed", lambda _: "a while")
    with progress.working("Reading", said.append):
        time.sleep(0.1)
    assert said == []
    monkeypatch.setattr(progress, "_IN_A_LOG", 0.05)
    with progress.working("Reading", said.append):
        time.sleep(0.2)
    assert set(said) == {"Reading: a while"}


def test_a_command_inside_has_the_line_to_itself(said: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(progress, "_ON_TERMINAL", 0.02)
    monkeypatch.setattr(progress, "_IN_A_LOG", 0.0)
    with progress.working("Reading", said.append):
        progress.run(["sleep", "0.2"], doing="Setting up", say=said.append)
        time.sleep(0.1)
    begun, done = said.index("Setting up …"), said.index("Setting up: done in 0 s")
    assert {text.partition(":")[0] for text in said[begun + 1 : done]} == {"Setting up"}
    assert said[-1].startswith("Reading: ")


def test_ci_gets_plain_lines_even_on_a_terminal(said: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CI", "1")
    with on_a_terminal(monkeypatch):
        progress.run(["true"], doing="Waiting", say=said.append)
    assert said == ["Waiting …", "Waiting: done in 0 s"]


def test_an_interrupt_ends_the_command_too(
    said: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pid = tmp_path / "pid"
    timer = threading.Timer(0.3, _thread.interrupt_main)
    timer.start()
    with pytest.raises(KeyboardInterrupt):
        progress.run(["sh", "-c", f"echo $$ >'{pid}'; exec sleep 60"], doing="Waiting", say=said.append)
    timer.join()
    with pytest.raises(ProcessLookupError):
        os.kill(int(pid.read_text()), 0)


def test_a_command_that_ignores_the_interrupt_is_killed(
    said: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(progress, "_GRACE", 0.2)
    pid = tmp_path / "pid"
    code = f"import os, signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); open({str(pid)!r}, 'w').write(str(os.getpid())); time.sleep(60)"

    def say(text: str) -> None:
        wait_until(lambda: pid.exists() and pid.read_text(), why="the command started")
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        progress.run([sys.executable, "-c", code], doing="Waiting", say=say)
    with pytest.raises(ProcessLookupError):
        os.kill(int(pid.read_text()), 0)


def test_nothing_is_read_from_the_keyboard(said: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO("typed"))
    assert progress.run(["cat"], doing="Reading", say=said.append).output == ""
