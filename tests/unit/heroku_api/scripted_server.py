"""A real HTTP server on loopback that answers as told: replies, cut connections, stalls, drips."""

from __future__ import annotations

import json
import socket
import struct
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Self

if TYPE_CHECKING:
    from types import TracebackType


@dataclass(frozen=True)
class Received:
    """One request as it came in."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body) if self.body else None


@dataclass(frozen=True)
class Reply:
    """A whole answer; `content` stands for a body that is not JSON."""

    status: int = 200
    body: object = None
    headers: dict[str, str] = field(default_factory=dict)
    content: bytes | None = None

    @property
    def wire(self) -> bytes:
        content = json.dumps(self.body).encode() if self.content is None else self.content
        headers = {"Content-Type": "application/json", "Content-Length": str(len(content)), **self.headers}
        lines = [f"HTTP/1.1 {self.status} X", *(f"{key}: {value}" for key, value in headers.items())]
        return "\r\n".join([*lines, "Connection: close", "", ""]).encode() + content


@dataclass(frozen=True)
class Cut:
    """The connection is reset after `sent` of the answer's bytes; the request was read."""

    sent: bytes = b""


HEADERS_ONLY = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 40\r\n\r\n"


@dataclass(frozen=True)
class Stall:
    """No answer until the server closes."""


@dataclass(frozen=True)
class Drip:
    """A header that never ends, one byte at a time."""


Step = Reply | Cut | Stall | Drip
Script = list[Step] | Callable[[Received], Step]


class ScriptedServer:
    """Answers the requests with the script's steps in order, or by calling it; keeps what it received.

    With `refusing` the port is taken and connections are refused until `listen` is called.
    """

    def __init__(self, script: Script, *, refusing: bool = False) -> None:
        self.script = script
        self.received: list[Received] = []
        self._closing = threading.Event()
        self._listener = socket.socket()
        self._listener.bind(("127.0.0.1", 0))
        self._refusing = refusing
        self._threads: list[threading.Thread] = []
        self._lock = threading.Lock()
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        self.host = self.url.removeprefix("http://")

    def __enter__(self) -> Self:
        if not self._refusing:
            self.listen()
        return self

    def listen(self) -> None:
        self._listener.listen()
        self._start(self._accept)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._closing.set()
        if self._threads:
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for thread in self._threads:
            thread.join()

    @property
    def asked(self) -> list[str]:
        """The requests as `METHOD path`, in order."""
        return [f"{request.method} {request.path}" for request in self.received]

    def _start(self, target: Callable[..., None], *args: object) -> None:
        thread = threading.Thread(target=target, args=args)
        self._threads.append(thread)
        thread.start()

    def _accept(self) -> None:
        while not self._closing.is_set():
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            self._start(self._serve, connection)

    def _serve(self, connection: socket.socket) -> None:
        with connection, connection.makefile("rb") as stream:
            first = stream.readline().decode("latin-1").split()
            if len(first) != 3 or not first[2].startswith("HTTP/"):  # a TLS hello may have three words too
                connection.sendall(Reply(400).wire)
                return
            method, path, _ = first
            headers = {}
            while line := stream.readline().decode("latin-1").strip():
                key, _, value = line.partition(":")
                headers[key.lower()] = value.strip()
            body = stream.read(int(headers.get("content-length", "0")))
            with self._lock:
                self.received.append(Received(method, path, headers, body))
                step = self._step(self.received[-1])
            try:
                self._answer(connection, step)
            except OSError:
                return

    def _step(self, request: Received) -> Step:
        if callable(self.script):
            return self.script(request)
        if not self.script:
            return Reply(
                500, {"id": "script_ended", "message": f"{request.method} {request.path} was not expected"}
            )
        return self.script.pop(0)

    def _answer(self, connection: socket.socket, step: Step) -> None:
        match step:
            case Reply():
                connection.sendall(step.wire)
            case Cut(sent=sent):
                connection.sendall(sent)
                connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            case Stall():
                self._closing.wait()
            case Drip():
                connection.sendall(b"HTTP/1.1 200 OK\r\nX-Slow: ")
                while not self._closing.wait(0.02):
                    connection.sendall(b".")


class FakeTime(threading.Event):
    """A cancel whose waits end at once, and a clock that only they move."""

    def __init__(self) -> None:
        super().__init__()
        self.now = 0.0
        self.slept: list[float] = []

    def wait(self, timeout: float | None = None) -> bool:
        self.slept.append(timeout or 0.0)
        self.now += timeout or 0.0
        return self.is_set()

    def clock(self) -> float:
        return self.now
