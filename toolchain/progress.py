"""Runs one long command, hides its noise and shows that it lives."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import threading
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from pathlib import Path

    Say = Callable[[str], None]
    Note = Callable[[Sequence[str]], str]

# Seconds between two signs of life: one line drawn over on a terminal, lines that add up elsewhere.
_ON_TERMINAL = 1.0
_IN_A_LOG = 15.0
# To the beginning of the terminal's line, and clear it.
_OVER = "\r\x1b[K"
# One line is drawn at a time: what runs inside a longer work goes before it.
_LINE = threading.Lock()
# Seconds a command gets to end by itself after an interrupt, before it is killed.
_GRACE = 5.0


@dataclass(frozen=True)
class Finished:
    status: int
    output: str
    seconds: float


def elapsed(seconds: float) -> str:
    """Like "8 s", from a minute on like "2 min 05 s"."""
    whole = round(seconds)
    return f"{whole} s" if whole < 60 else f"{whole // 60} min {whole % 60:02} s"  # noqa: PLR2004 - seconds in a minute


def run(
    command: Sequence[str | Path],
    *,
    doing: str,
    say: Say,
    env: Mapping[str, str] | None = None,
    cwd: Path | None = None,
    note: Note | None = None,
    keep_open: Sequence[int] = (),
) -> Finished:
    """Runs `command` to its end; `say` hears what is being done, then how long it took.

    `note` turns the lines printed so far into a few words on how far it is. `keep_open`: file descriptors the
    command inherits, so that a lock outlives a parent that was killed. An interrupt ends the command too.
    """
    began = time.monotonic()
    lines: list[str] = []
    process = subprocess.Popen(
        [str(part) for part in command],
        env=env,
        cwd=cwd,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        pass_fds=tuple(keep_open),
    )
    reader = threading.Thread(target=_read, args=(process, lines), daemon=True)
    reader.start()

    def status() -> str:
        words = note(tuple(lines)) if note else ""
        return f"{doing}: {elapsed(time.monotonic() - began)}{', ' if words else ''}{words}"

    with _ended(process), _LINE:
        with _shown(status, say) as show:
            if not _on_a_terminal():
                say(f"{doing} …")
            while True:
                try:
                    process.wait(timeout=_ON_TERMINAL)
                    break
                except subprocess.TimeoutExpired:
                    show()
        # A grandchild that lives on may hold the pipe open.
        reader.join(timeout=_GRACE)
        seconds = time.monotonic() - began
        if process.returncode == 0:
            say(f"{doing}: done in {elapsed(seconds)}")
    return Finished(process.returncode, "".join(lines), seconds)


@contextlib.contextmanager
def working(doing: str, say: Say) -> Iterator[None]:
    """A sign of life while the inside runs: drawn over on a terminal, in a log only where it takes long."""
    began = time.monotonic()
    ended = threading.Event()

    def beat(show: Callable[[], None]) -> None:
        while not ended.wait(_ON_TERMINAL):
            if _LINE.acquire(blocking=False):
                show()
                _LINE.release()

    with _shown(lambda: f"{doing}: {elapsed(time.monotonic() - began)}", say) as show:
        heart = threading.Thread(target=beat, args=(show,), daemon=True)
        heart.start()
        try:
            yield
        finally:
            ended.set()
            heart.join()


def _read(process: subprocess.Popen[str], lines: list[str]) -> None:
    if process.stdout is not None:
        with process.stdout as stream:
            for line in stream:
                lines.append(line)  # noqa: PERF402 - the other thread reads while this one waits for the next line


@contextlib.contextmanager
def _ended(process: subprocess.Popen[str]) -> Iterator[None]:
    """Whatever happens inside, the process has ended after it."""
    try:
        yield
    finally:
        if process.poll() is None:
            process.terminate()
            try:
                process.wait(timeout=_GRACE)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


@contextlib.contextmanager
def _shown(status: Callable[[], str], say: Say) -> Iterator[Callable[[], None]]:
    if _on_a_terminal():
        with _drawn_over(status) as draw:
            yield draw
        return
    last = time.monotonic()

    def show() -> None:
        nonlocal last
        if time.monotonic() - last >= _IN_A_LOG:
            last = time.monotonic()
            say(status())

    yield show


def clear() -> None:
    """Takes a line that is drawn over from the terminal, before another is written."""
    if _on_a_terminal():
        sys.stderr.write(_OVER)
        sys.stderr.flush()


def _on_a_terminal() -> bool:
    return sys.stderr.isatty() and not os.environ.get("CI")


@contextlib.contextmanager
def _drawn_over(status: Callable[[], str]) -> Iterator[Callable[[], None]]:
    def draw() -> None:
        width = os.get_terminal_size(sys.stderr.fileno()).columns or 80
        sys.stderr.write(f"{_OVER}{status()[: width - 1]}")
        sys.stderr.flush()

    draw()
    try:
        yield draw
    finally:
        clear()
