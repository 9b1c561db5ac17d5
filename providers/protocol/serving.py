"""A plugin's process: port, signals, end.

stdout carries the port line and nothing else, ever: what Python or a library prints goes to stderr, which the engine
shows. The process ends on SIGINT or SIGTERM, as the engine asks, and when the engine is gone.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, NoReturn

import grpc

from providers.protocol.engine_log import EngineLog

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from types import FrameType

    from providers.protocol.lifecycle import Provider

OPTIONS = [("grpc.max_receive_message_length", 400 * 1024 * 1024), ("grpc.so_reuseport", 0)]
"""The engine sends states of up to 400 MB in one message. Source: Pulumi's SDKs."""
THREADS = 128
"""More than the engine's steps at once, so that Cancel never waits for a free one."""
GRACE = 4.0
"""Seconds that steps under way have to end once they were cancelled; the engine kills after 5."""
STARTED_BY = "PLUGIN_STARTED_BY"
LOOK = 1.0
"""Seconds between two looks whether the engine is still there."""


def serve(provider: Provider, version: str, arguments: Sequence[str]) -> NoReturn:
    """Serves one provider until told to stop. `arguments`: the command line without the program's name."""
    from providers.protocol.servicer import Servicer  # noqa: PLC0415 - a plugin may have a servicer of its own

    provider.engine = engine_of(arguments)
    handler = Servicer(provider, version).handler()
    run(lambda server: server.add_generic_rpc_handlers((handler,)), provider.cancelled)


def engine_of(arguments: Sequence[str]) -> EngineLog | None:
    """The engine whose address the command line names; None when started without one, to be attached to later."""
    address = next((text for text in arguments if not text.startswith("-")), "")
    return EngineLog(address) if address else None


def run(
    register: Callable[[grpc.Server], None],
    cancelled: threading.Event,
    *,
    parent: int | None = None,
    last: Callable[[], None] = lambda: None,
) -> NoReturn:
    """Serves what `register` adds, until told to stop; then sets `cancelled` and ends the process with exit code 0.

    `parent`: the process that started this one, where its script doesn't say it. `last`: what must be done before the end.
    """
    engine = parent or started_by()
    port_line = _keep_stdout_clean()
    stopping = threading.Event()
    _stop_on_signals(stopping)
    server = grpc.server(ThreadPoolExecutor(THREADS), options=OPTIONS)
    register(server)
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    os.write(port_line, f"{port}\n".encode())
    _wait(stopping, engine)
    cancelled.set()
    server.stop(GRACE).wait()
    last()
    sys.stderr.flush()
    os._exit(0)  # Python's own clean-up takes 50 ms, which the engine would wait for


def started_by() -> int:
    """The engine. The script that starts a plugin notes it: by the time that Python looks, the parent may be whoever takes orphans in."""
    return int(os.environ.pop(STARTED_BY, 0)) or os.getppid()


def _keep_stdout_clean() -> int:
    """A descriptor of the real stdout; the usual one now leads to stderr."""
    sys.stdout.flush()
    port_line = os.dup(1)
    os.dup2(2, 1)
    return port_line


def _stop_on_signals(stopping: threading.Event) -> None:
    def stop(_number: int, _frame: FrameType | None) -> None:
        stopping.set()

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, stop)


def _wait(stopping: threading.Event, engine: int) -> None:
    """Until told to stop, or until the process that started this one is gone: killed, it can tell nobody."""
    while not stopping.wait(LOOK):
        if os.getppid() != engine:
            return
