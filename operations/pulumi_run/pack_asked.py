"""Asks a policy pack what the engine asks first, and prints it as JSON: `python -m operations.pulumi_run.pack_asked FOLDER SECONDS`.

A process of its own, as gRPC and the SDK take long to import and the gate's previews run meanwhile. The pack is started
as the language host starts it. Source: sdk/proto/pulumi/analyzer.proto; sdk/go/common/resource/plugin, `GetAnalyzerInfo`.
"""

from __future__ import annotations

import json
import os
import selectors
import signal
import subprocess
import sys
from contextlib import suppress
from typing import Any

import grpc
from pulumi.runtime.proto import analyzer_pb2

LEVELS = {0: "advisory", 1: "mandatory", 2: "disabled", 3: "remediate"}
"""Source: sdk/proto/pulumi/analyzer.proto, EnforcementLevel."""
_METHOD = "/pulumirpc.Analyzer/GetAnalyzerInfo"


def main() -> None:
    folder, seconds = sys.argv[1], float(sys.argv[2])
    process = subprocess.Popen(
        [sys.executable, "-u", "-m", "pulumi.policy", "127.0.0.1:1", folder],
        cwd=folder,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )
    try:
        sys.stdout.write(json.dumps(asked(_port(process, seconds), seconds)))
    finally:
        with suppress(ProcessLookupError):
            os.kill(process.pid, signal.SIGKILL)
        process.wait()


def _port(process: subprocess.Popen[bytes], seconds: float) -> int:
    if process.stdout is None:
        raise AssertionError
    with selectors.DefaultSelector() as selector:
        selector.register(process.stdout, selectors.EVENT_READ)
        line = process.stdout.readline() if selector.select(seconds) else b""
    return int(line)


def asked(port: int, seconds: float) -> dict[str, Any]:
    """`levels` by policy. A configuration of the pack's own overrides one; without a level it is advisory on the wire."""
    with grpc.insecure_channel(f"127.0.0.1:{port}") as channel:
        call = channel.unary_unary(_METHOD, response_deserializer=analyzer_pb2.AnalyzerInfo.FromString)
        info = call(b"", timeout=seconds)
    levels = {policy.name: policy.enforcementLevel for policy in info.policies}
    levels |= {name: found.enforcementLevel for name, found in info.initialConfig.items()}
    return {"name": info.name, "levels": {name: LEVELS.get(level, "") for name, level in levels.items()}}


if __name__ == "__main__":
    main()
