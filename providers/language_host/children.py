"""The processes that a language host starts: programs and policy packs. None outlives it."""

from __future__ import annotations

import os
import signal
import subprocess
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from queue import SimpleQueue
from typing import IO, Literal, NamedTuple

TERM_SECONDS = 1.0
"""What a process gets to end by itself; the engine gives its plugins 5."""
DRAIN_SECONDS = 1.0
"""For what is left in a pipe that a grandchild may hold open."""
_CHUNK = 65536


class Printed(NamedTuple):
    stream: Literal["stdout", "stderr"]
    data: bytes


@dataclass(frozen=True)
class Children:
    """Each leads a process group: an interrupt of the engine's reaches this host alone, which ends them in order."""

    stopping: threading.Event
    stdout: int
    """Where programs print."""
    _alive: set[subprocess.Popen[bytes]] = field(default_factory=set)
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _ending: list[threading.Thread] = field(default_factory=list)

    def __post_init__(self) -> None:
        thread = threading.Thread(target=self._end_all, daemon=True)
        self._ending.append(thread)
        thread.start()

    def ended(self) -> None:
        """Waits until none is left; only once it is stopping. The host's own end would end their ending half-way."""
        for thread in self._ending:
            thread.join()

    def start(
        self, command: Sequence[str], folder: Path, environment: Mapping[str, str], *, piped: bool
    ) -> subprocess.Popen[bytes]:
        """`piped`: what it prints is read by `output`; else it prints where this host does. Raises OSError."""
        with self._lock:
            if self.stopping.is_set():
                raise InterruptedError("the language host is stopping")
            process = subprocess.Popen(
                command,
                cwd=folder,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE if piped else self.stdout,
                stderr=subprocess.PIPE if piped else None,
                process_group=0,
            )
            self._alive.add(process)
        return process

    def wait(self, process: subprocess.Popen[bytes]) -> int:
        code = process.wait()
        with self._lock:
            self._alive.discard(process)
        return code

    def _end_all(self) -> None:
        self.stopping.wait()
        with self._lock:
            alive = [threading.Thread(target=end, args=(process,)) for process in self._alive]
        for ending in alive:
            ending.start()
        for ending in alive:
            ending.join()


def end(process: subprocess.Popen[bytes]) -> None:
    """With its group: asked first, then killed."""
    for number in (signal.SIGTERM, signal.SIGKILL):
        if process.poll() is not None and number == signal.SIGTERM:
            continue
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, number)
        with suppress(subprocess.TimeoutExpired):
            process.wait(TERM_SECONDS)


def output(process: subprocess.Popen[bytes]) -> Iterator[Printed]:
    """What a piped process prints, as it comes, until it has ended."""
    queue: SimpleQueue[Printed | None] = SimpleQueue()
    readers = []
    for stream, pipe in (("stdout", process.stdout), ("stderr", process.stderr)):
        reader = threading.Thread(target=_read, args=(stream, pipe, queue), daemon=True)
        reader.start()
        readers.append(reader)
    threading.Thread(target=_finish, args=(process, readers, queue), daemon=True).start()
    while (printed := queue.get()) is not None:
        yield printed


def _read(stream: Literal["stdout", "stderr"], pipe: IO[bytes], queue: SimpleQueue[Printed | None]) -> None:
    while data := os.read(pipe.fileno(), _CHUNK):
        queue.put(Printed(stream, data))


def _finish(
    process: subprocess.Popen[bytes], readers: Sequence[threading.Thread], queue: SimpleQueue[Printed | None]
) -> None:
    process.wait()
    for reader in readers:
        reader.join(DRAIN_SECONDS)
    queue.put(None)
