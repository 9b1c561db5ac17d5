"""How fast local Heroku answers, how soon after its start, and whether its memory stays flat.

    .venv/bin/python bench/local_heroku_speed.py [--requests 1000000] [--seconds 5]

GET of one app over 1 and over 16 kept connections, by a client in a process of its own that does nothing but send
and count; on a machine with few cores the client's share of the time counts against the server. Goals: first answer
within 0.5 s, 3,000 requests a second, memory flat.
"""

from __future__ import annotations

import argparse
import http.client
import json
import multiprocessing
import selectors
import socket
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from local_heroku import process

if TYPE_CHECKING:
    from local_heroku.process import Running

STARTS = 5
GROWTH_LIMIT = 8.0  # MiB that memory may grow after the warm-up and still be called flat


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--requests", type=int, default=200_000, help="for the memory measurement")
    parser.add_argument("--seconds", type=float, default=3.0, help="for each speed measurement")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        print(
            f"first answer            {statistics.median(first_answer(folder) for _ in range(STARTS)):.2f} s"
        )
        running = process.start(folder)
        try:
            ask(running, "POST", "/apps", {"name": "sc-mvp-staging"})
            for connections in (1, 16):
                rate = load(running, connections, seconds=arguments.seconds)
                print(f"GET one app, {connections:>2} conn.   {rate:,.0f} requests/s")
            memory(running, arguments.requests)
        finally:
            process.stop(folder)


def first_answer(folder: Path) -> float:
    """Seconds from the start of the process to its first answer."""
    began = time.perf_counter()
    process.start(folder)
    took = time.perf_counter() - began
    process.stop(folder)
    return took


def memory(running: Running, requests: int) -> None:
    """Resident memory after a warm-up that fills the bounded logs, and after many more requests."""
    load(running, 16, requests=25_000)
    before = resident(running.pid)
    load(running, 16, requests=requests)
    after = resident(running.pid)
    verdict = "flat" if after - before <= GROWTH_LIMIT else "GROWS"
    print(f"memory                  {before:.1f} MiB, after {requests:,} requests {after:.1f} MiB: {verdict}")


def load(running: Running, connections: int, *, seconds: float = 0.0, requests: int = 0) -> float:
    """Requests a second, for a time or a number of requests, asked by another process."""
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        return pool.apply(_load, (running.url, running.token, connections, seconds, requests))


def _load(url: str, token: str, connections: int, seconds: float, requests: int) -> float:
    parts = urlsplit(url)
    request = (
        f"GET /apps/sc-mvp-staging HTTP/1.1\r\nHost: {parts.netloc}\r\nAuthorization: Bearer {token}\r\n"
        "Accept: application/vnd.heroku+json; version=3\r\n\r\n"
    ).encode()
    selector = selectors.DefaultSelector()
    received: dict[socket.socket, bytes] = {}
    for _ in range(connections):
        connection = socket.create_connection((parts.hostname or "", parts.port or 0))
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        selector.register(connection, selectors.EVENT_READ)
        received[connection] = b""
        connection.sendall(request)
    count, began = 0, time.perf_counter()
    while (count < requests) if requests else (time.perf_counter() - began < seconds):
        for key, _ in selector.select():
            connection = key.fileobj  # type: ignore[assignment]
            received[connection] += connection.recv(65536)
            if whole(received[connection]):
                received[connection] = b""
                count += 1
                connection.sendall(request)
    return count / (time.perf_counter() - began)


def whole(answer: bytes) -> bool:
    """Whether the answer is there to its end. Raises on anything but a 200."""
    head, found, body = answer.partition(b"\r\n\r\n")
    if not head.startswith(b"HTTP/1.1 200"):
        raise RuntimeError(f"unexpected answer: {answer[:200]!r}")
    return bool(found) and len(body) == int(head.lower().partition(b"content-length: ")[2].split(b"\r\n")[0])


def resident(pid: int) -> float:
    """Resident memory of a process in MiB (Linux)."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    raise SystemExit("no VmRSS: memory is measured on Linux only")


def ask(running: Running, method: str, path: str, body: dict[str, str]) -> None:
    parts = urlsplit(running.url)
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port)
    connection.request(method, path, json.dumps(body), {"Authorization": f"Bearer {running.token}"})
    connection.getresponse().read()
    connection.close()


if __name__ == "__main__":
    main()
