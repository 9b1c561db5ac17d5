"""A plugin as a process, spoken to over the real protocol with the SDK's own messages."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from concurrent import futures
from pathlib import Path
from typing import TYPE_CHECKING, Any

import grpc
import pytest
from google.protobuf.empty_pb2 import Empty

from providers.protocol import generated, serving
from providers.protocol.engine_log import EngineLog
from providers.protocol.values import UNKNOWN, decode, encode

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[4]
PLUGIN = Path(__file__).with_name("plugin_of_tests.py")
URN = "urn:pulumi:staging::x::parent:type:P$test:index:Thing::name::with::colons"


class Running:
    """A started plugin and a client of it."""

    def __init__(self, *arguments: str) -> None:
        self.process = subprocess.Popen(
            [sys.executable, PLUGIN, *arguments],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            text=True,
        )
        assert self.process.stdout is not None
        self.port_line = self.process.stdout.readline()
        self.channel = grpc.insecure_channel(f"127.0.0.1:{int(self.port_line)}")

    def call(self, method: str, request: Any, answer: Any) -> Any:
        rpc = self.channel.unary_unary(
            f"/pulumirpc.ResourceProvider/{method}",
            request_serializer=lambda message: message.SerializeToString(),
            response_deserializer=answer.FromString,
        )
        return rpc(request, timeout=30)

    def create(self, how: str) -> Any:
        request = pb().CreateRequest(urn=URN, properties=encode({"how": how}))
        return self.call("Create", request, pb().CreateResponse)

    def end(self, number: int = signal.SIGTERM) -> tuple[int, str, str]:
        """Exit code, and the rest of stdout and stderr."""
        self.channel.close()
        self.process.send_signal(number)
        out, err = self.process.communicate(timeout=10)
        return self.process.returncode, out, err


def pb() -> Any:
    return generated.provider_pb2


@pytest.fixture
def plugin() -> Iterator[Running]:
    running = Running("127.0.0.1:1")
    yield running
    running.channel.close()
    if running.process.poll() is None:
        running.process.kill()
    running.process.communicate()


@pytest.mark.fault("T11")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_stdout_carries_the_port_and_nothing_else_and_a_signal_ends_it_cleanly(
    plugin: Running, number: int
) -> None:
    plugin.call("Configure", pb().ConfigureRequest(), pb().ConfigureResponse)
    code, out, err = plugin.end(number)
    assert (code, out) == (0, "")
    assert sorted(err.splitlines()) == ["to stdout, by descriptor", "to stdout, by print"]


def test_it_tells_its_version_and_supports_previews(plugin: Running) -> None:
    info = plugin.call("GetPluginInfo", Empty(), generated.plugin_pb2.PluginInfo)
    assert info.version == "1.2.3"
    assert plugin.call("Configure", pb().ConfigureRequest(), pb().ConfigureResponse).supportsPreview is True


def test_a_difference_is_told_by_path_and_by_property(plugin: Running) -> None:
    found = plugin.call("Diff", pb().DiffRequest(urn=URN), pb().DiffResponse)
    assert (list(found.diffs), list(found.replaces), found.deleteBeforeReplace) == (["a", "c"], ["c"], True)
    assert found.changes == pb().DiffResponse.DIFF_SOME
    assert {path: change.kind for path, change in found.detailedDiff.items()} == {
        "a.b[0]": pb().PropertyDiff.UPDATE,
        "c": pb().PropertyDiff.UPDATE_REPLACE,
    }


def test_what_is_gone_is_answered_without_an_id(plugin: Running) -> None:
    assert plugin.call("Read", pb().ReadRequest(urn=URN, id="x"), pb().ReadResponse).id == ""


def test_a_failed_step_is_one_line_and_no_traceback(plugin: Running) -> None:
    with pytest.raises(grpc.RpcError) as raised:
        plugin.create("fail")
    assert raised.value.details() == "it does not work; do this"
    assert raised.value.code() == grpc.StatusCode.UNKNOWN
    assert plugin.end()[2] == ""


@pytest.mark.fault("T11")
def test_an_object_that_is_not_finished_is_handed_over_with_its_id(plugin: Running) -> None:
    with pytest.raises(grpc.RpcError) as raised:
        plugin.create("init")
    packed = dict(raised.value.trailing_metadata())["grpc-status-details-bin"]
    status = generated.status_pb2.Status.FromString(packed)
    assert (status.code, status.message) == (grpc.StatusCode.UNKNOWN.value[0], "not ready; run again")
    detail = pb().ErrorResourceInitFailed()
    assert status.details[0].Unpack(detail)
    assert detail.id == "the-id"
    assert list(detail.reasons) == ["not ready; run again"]
    assert decode(detail.properties) == {"name": "x", "later": UNKNOWN}


def test_a_bug_of_ours_says_so_and_the_plugin_goes_on(plugin: Running) -> None:
    with pytest.raises(grpc.RpcError) as raised:
        plugin.create("bug")
    assert (
        raised.value.details() == "a bug in this plugin (KeyError in create): please report the lines above"
    )
    assert plugin.create("fine").id == "id"
    assert "Traceback" in plugin.end()[2]


def test_a_method_that_is_not_served_is_answered_so_and_quietly(plugin: Running) -> None:
    with pytest.raises(grpc.RpcError) as raised:
        plugin.call("Handshake", pb().ProviderHandshakeRequest(), pb().ProviderHandshakeResponse)
    assert raised.value.code() == grpc.StatusCode.UNIMPLEMENTED
    assert plugin.end()[2] == ""


def test_cancel_ends_a_wait_although_other_steps_wait_too(plugin: Running) -> None:
    with futures.ThreadPoolExecutor(20) as steps:
        waiting = [steps.submit(plugin.create, "wait") for _ in range(20)]
        time.sleep(0.3)
        started = time.monotonic()
        plugin.call("Cancel", Empty(), Empty)
        texts = {one.exception().details() for one in waiting}  # type: ignore[union-attr]
    assert time.monotonic() - started < 5
    assert texts == {"the run was stopped while waiting; run again to go on"}


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_a_wait_and_the_process_within_five_seconds(plugin: Running, number: int) -> None:
    with futures.ThreadPoolExecutor(1) as steps:
        waiting = steps.submit(plugin.create, "wait")
        time.sleep(0.3)
        started = time.monotonic()
        plugin.process.send_signal(number)
        assert plugin.process.wait(timeout=5) == 0
        assert isinstance(waiting.exception(), grpc.RpcError)
    assert time.monotonic() - started < 5


def test_it_ends_when_the_engine_that_started_it_is_gone() -> None:
    """An engine killed with -9 tells nobody. The plugin has the engine's stderr, which ends with its last owner."""
    engine = (
        "import subprocess, sys;"
        f"p = subprocess.Popen([{sys.executable!r}, {str(PLUGIN)!r}, '127.0.0.1:1'], stdout=subprocess.PIPE, text=True);"
        "p.stdout.readline(); print('started', flush=True); sys.stdin.read()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", engine],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        text=True,
    ) as started:
        assert started.stdout is not None
        assert started.stdout.readline() == "started\n"
        started.kill()
        _, errors = started.communicate(timeout=10)
    assert errors == ""


GONE_AT_THE_PORT = """
import os, signal, threading, time
from providers.protocol import serving
signal.alarm(30)  # else this process would outlive a failed test
write = os.write
def after_the_engine(descriptor, port):
    engine = os.getppid()
    os.kill(engine, signal.SIGKILL)
    while os.getppid() == engine:
        time.sleep(0.01)
    return write(descriptor, port)
os.write = after_the_engine
serving.run(lambda server: None, threading.Event())
"""


def test_it_ends_when_the_engine_goes_while_the_port_is_told() -> None:
    """Its parent then is whoever takes orphans in, from the first look on."""
    engine = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {GONE_AT_THE_PORT!r}])"
    with subprocess.Popen(
        [sys.executable, "-c", engine],
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        text=True,
    ) as started:
        told, _ = started.communicate(timeout=15)
    assert int(told) > 1024


def test_it_ends_when_the_engine_was_gone_before_python_looked() -> None:
    """The script that starts a plugin notes who started it."""
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait()
    code = "import threading; from providers.protocol import serving; serving.run(lambda _: None, threading.Event())"
    done = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, "PYTHONPATH": str(ROOT), serving.STARTED_BY: str(gone.pid)},
        capture_output=True,
        timeout=15,
        check=False,
    )
    assert done.returncode == 0


@pytest.mark.parametrize(
    "script", sorted(ROOT.glob("providers/*/pulumi-resource-*")), ids=lambda path: path.name
)
def test_each_script_notes_who_started_it(script: Path) -> None:
    assert f'export {serving.STARTED_BY}="$PPID"' in script.read_text(encoding="utf-8")


def test_progress_and_warnings_reach_the_engine() -> None:
    logged: list[tuple[str, str, bool]] = []
    came = threading.Event()

    def log(request: Any, _: grpc.ServicerContext) -> Empty:
        logged.append((request.urn, request.message, request.ephemeral))
        came.set()
        return Empty()

    handler = grpc.unary_unary_rpc_method_handler(
        log,
        request_deserializer=generated.engine_pb2.LogRequest.FromString,
        response_serializer=lambda answer: answer.SerializeToString(),
    )
    server = grpc.server(futures.ThreadPoolExecutor(1))
    server.add_generic_rpc_handlers(
        (grpc.method_handlers_generic_handler("pulumirpc.Engine", {"Log": handler}),)
    )
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    engine = EngineLog(f"127.0.0.1:{port}")
    engine.progress("urn", "waiting")
    engine.warning("urn", "careful")
    server.stop(None).wait()
    assert logged == [("urn", "waiting", True), ("urn", "careful", False)]
