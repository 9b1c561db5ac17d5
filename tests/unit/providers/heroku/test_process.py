"""The plugin as the engine starts it: a process with a port, spoken to over gRPC."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any

import grpc
import pytest
from google.protobuf.empty_pb2 import Empty
from google.protobuf.json_format import ParseDict

from providers.heroku import install
from providers.protocol import generated
from tests.unit.providers.heroku.recordings import Exchange
from tests.unit.providers.heroku.replay import DELAYS, init_failed, loopback
from tests.waiting import wait_until

if TYPE_CHECKING:
    from collections.abc import Iterator

RPC = generated.provider_pb2
APP_ID = "fce9d32a-0486-5fd5-97c8-adc8be16f670"


class Process:
    """A running plugin and its methods."""

    def __init__(self, child: subprocess.Popen[bytes], port: int) -> None:
        self.child = child
        self.channel = grpc.insecure_channel(f"127.0.0.1:{port}")

    def call(self, method: str, request: Any, response: Any) -> Any:
        stub = self.channel.unary_unary(
            f"/pulumirpc.ResourceProvider/{method}",
            request_serializer=lambda message: message.SerializeToString(),
            response_deserializer=response.FromString,
        )
        return stub(request, timeout=20)

    def configure(self, **arguments: str) -> Any:
        request = ParseDict(
            {"args": {"delays": DELAYS, "apiKey": "key", **arguments}}, RPC.ConfigureRequest()
        )
        return self.call("Configure", request, RPC.ConfigureResponse)


@pytest.fixture
def plugin() -> Iterator[Process]:
    executable = Path(install.__file__).with_name(install.EXECUTABLE)
    env = {**os.environ, "HEROKU_API_TIME_BUDGET": "0"}
    with subprocess.Popen(
        [executable, "127.0.0.1:1"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=env
    ) as child:
        assert child.stdout is not None
        process = Process(child, int(child.stdout.readline()))
        yield process
        process.channel.close()
        child.kill()


def test_it_says_its_version_and_that_it_takes_no_secrets(plugin: Process) -> None:
    info = plugin.call("GetPluginInfo", generated.plugin_pb2.PluginInfo(), generated.plugin_pb2.PluginInfo)
    assert info.version == "1.0.4"
    answered = plugin.configure(url="http://127.0.0.1:1")
    assert (answered.acceptSecrets, answered.supportsPreview) == (False, True)


def test_it_refuses_the_real_heroku_over_the_wire(plugin: Process) -> None:
    with pytest.raises(grpc.RpcError) as refused:
        plugin.configure(url="https://api.heroku.com")
    assert "serves local Heroku only" in refused.value.details()


def test_check_and_diff_answer_over_the_wire(plugin: Process) -> None:
    news = {"appId": APP_ID, "type": "web", "quantity": 2, "size": "basic"}
    subject = {"urn": "urn:pulumi:dev::demo::heroku:formation/formation:Formation::web"}
    request = ParseDict({**subject, "news": {**news, "quantity": -1}}, RPC.CheckRequest())
    checked = plugin.call("Check", request, RPC.CheckResponse)
    assert [(item.property, item.reason) for item in checked.failures] == [
        ("", "quantity must be 0 to 100 dynos, found -1.")
    ]
    state = {**news, "quantity": 1, "size": "Basic"}
    request = ParseDict({**subject, "id": "f", "olds": state, "news": news}, RPC.DiffRequest())
    assert plugin.call("Diff", request, RPC.DiffResponse).diffs == ["quantity"]


def test_the_projects_naming_comes_with_the_check(plugin: Process) -> None:
    request = ParseDict(
        {
            "urn": "urn:pulumi:dev::demo::heroku:app/app:App::web",
            "news": {"region": "us"},
            "autonaming": {"proposed_name": "sc-web", "mode": "ENFORCE"},
        },
        RPC.CheckRequest(),
    )
    checked = plugin.call("Check", request, RPC.CheckResponse)
    assert (checked.inputs["name"], list(checked.failures)) == ("sc-web", [])


def test_cancel_ends_a_wait_within_five_seconds(plugin: Process) -> None:
    with loopback() as (url, played):
        release = {"id": "r", "version": 3, "description": "Set A config vars", "status": "pending"}
        path = f"/apps/{APP_ID}"
        waiting = Exchange("GET", f"{path}/releases/r", 200, release)
        played.play(
            (
                Exchange("PATCH", f"{path}/config-vars", 200, {"A": "1"}, body={"A": "1"}),
                Exchange("GET", f"{path}/releases", 206, [release], range="version ..; max=1,order=desc"),
                *[waiting] * 100,
            )
        )
        plugin.configure(url=url)
        request = ParseDict(
            {
                "urn": "urn:pulumi:dev::demo::heroku:app/configAssociation:ConfigAssociation::c",
                "properties": {"appId": APP_ID, "vars": {"A": "1"}},
            },
            RPC.CreateRequest(),
        )
        with ThreadPoolExecutor() as pool:
            creating = pool.submit(plugin.call, "Create", request, RPC.CreateResponse)
            wait_until(lambda: len(played.expected) <= 99, why="the plugin waits for the release")
            started = time.monotonic()
            plugin.call("Cancel", Empty(), Empty)
            with pytest.raises(grpc.RpcError) as cancelled:
                creating.result()
        assert time.monotonic() - started < 5
    assert "cancelled while waiting for release v3" in (cancelled.value.details() or "")


def test_an_object_made_by_a_failed_create_travels_in_the_status(plugin: Process) -> None:
    with loopback() as (url, played):
        played.play(
            (
                Exchange(
                    "PATCH",
                    f"/apps/{APP_ID}/features/preboot",
                    200,
                    {"id": "f", "name": "preboot", "enabled": True},
                    body={"enabled": True},
                ),
                Exchange("GET", f"/apps/{APP_ID}/features/f", 500, {"id": "internal", "message": "Oops."}),
            )
        )
        plugin.configure(url=url)
        properties = {"appId": APP_ID, "name": "preboot", "enabled": True}
        request = ParseDict(
            {"urn": "urn:pulumi:dev::demo::heroku:app/feature:Feature::f", "properties": properties},
            RPC.CreateRequest(),
        )
        with pytest.raises(grpc.RpcError) as failed:
            plugin.call("Create", request, RPC.CreateResponse)
        assert played.finish() == []
    detail = init_failed(dict(failed.value.trailing_metadata())["grpc-status-details-bin"])
    assert detail.id == f"{APP_ID}:f"
    assert detail.properties["name"] == "preboot"


def test_the_schema_names_every_type(plugin: Process) -> None:
    answered = plugin.call("GetSchema", RPC.GetSchemaRequest(), RPC.GetSchemaResponse)
    assert '"heroku:addon/addon:Addon"' in answered.schema


def test_a_data_source_is_refused_in_one_sentence_with_what_to_install(plugin: Process) -> None:
    request = RPC.InvokeRequest(tok="heroku:app/getApp:getApp")
    with pytest.raises(grpc.RpcError) as refused:
        plugin.call("Invoke", request, RPC.InvokeResponse)
    assert refused.value.code() is grpc.StatusCode.UNKNOWN
    assert refused.value.details() == (
        "heroku:app/getApp:getApp is a data source, and this local heroku plugin serves none. The official "
        "plugin has all of them: pulumi plugin install resource heroku 1.0.4 --server github://api.github.com/pulumiverse"
    )


def test_it_ends_by_itself_when_told_to(plugin: Process) -> None:
    plugin.child.send_signal(signal.SIGTERM)
    assert plugin.child.wait(timeout=10) == 0
