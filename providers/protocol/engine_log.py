"""The engine as a plugin can talk to it: lines in the run's output."""

from __future__ import annotations

import threading
from typing import Any

from providers.protocol import generated

SECONDS = 2.0
"""How long a line may take; then it is dropped, so that no call waits for its own log."""


class EngineLog:
    """The engine's log, connected at its first use: most calls say nothing. Never raises."""

    def __init__(self, address: str) -> None:
        self._address = address
        self._stub: Any = None
        self._lock = threading.Lock()

    def progress(self, urn: str, text: str) -> None:
        """A line that the next one replaces on a terminal."""
        self._log(urn, text, severity="INFO", ephemeral=True)

    def warning(self, urn: str, text: str) -> None:
        """A line that stays, marked as a warning."""
        self._log(urn, text, severity="WARNING", ephemeral=False)

    def _log(self, urn: str, text: str, *, severity: str, ephemeral: bool) -> None:
        import grpc  # noqa: PLC0415 - the server has it loaded

        pb = generated.engine_pb2
        request = pb.LogRequest(
            severity=pb.LogSeverity.Value(severity), message=text, urn=urn, ephemeral=ephemeral
        )
        try:
            with self._lock:
                if self._stub is None:
                    channel = grpc.insecure_channel(self._address)
                    self._stub = generated.engine_pb2_grpc.EngineStub(channel)
            self._stub.Log(request, timeout=SECONDS)
        except grpc.RpcError:
            return
