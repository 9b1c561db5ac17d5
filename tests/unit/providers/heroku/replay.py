"""Feeds recorded calls to the plugin and tells where it differs from the official one."""

from __future__ import annotations

import io
import json
import re
import tarfile
import threading
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING, Any

import grpc
from google.protobuf.json_format import MessageToDict, ParseDict

from providers.heroku.provider import VERSION, HerokuProvider
from providers.heroku.servicer import HerokuServicer
from providers.protocol import generated
from tests.unit.heroku_api.scripted_server import FakeTime
from tests.unit.providers.heroku.recordings import Exchange, Recorded

if TYPE_CHECKING:
    from collections.abc import Iterator

RPC = generated.provider_pb2
RESPONSES = {
    "CheckConfig": RPC.CheckResponse,
    "DiffConfig": RPC.DiffResponse,
    "Configure": RPC.ConfigureResponse,
    "GetPluginInfo": generated.plugin_pb2.PluginInfo,
    "Check": RPC.CheckResponse,
    "Diff": RPC.DiffResponse,
    "Create": RPC.CreateResponse,
    "Read": RPC.ReadResponse,
    "Update": RPC.UpdateResponse,
}
REQUESTS = {
    "CheckConfig": RPC.CheckRequest,
    "DiffConfig": RPC.DiffRequest,
    "Configure": RPC.ConfigureRequest,
    "Check": RPC.CheckRequest,
    "Diff": RPC.DiffRequest,
    "Create": RPC.CreateRequest,
    "Read": RPC.ReadRequest,
    "Update": RPC.UpdateRequest,
    "Delete": RPC.DeleteRequest,
}
RELEASE = re.compile(r"/apps/[^/]+/releases/[^/]+")
"""Asked for by this plugin alone after a build; in the recordings each has succeeded."""
DELAYS = '{"postAppCreateDelay": 0, "postSpaceCreateDelay": 0, "postDomainCreateDelay": 0}'


class Aborted(Exception):  # noqa: N818 - gRPC's word
    """The plugin ended a call with a status."""

    def __init__(self, code: grpc.StatusCode, message: str, detail: Any) -> None:
        super().__init__(message)
        self.code = code
        self.detail = detail


class Context:
    """As much of a gRPC servicer context as the plugin uses."""

    def __init__(self) -> None:
        self._trailer = b""

    def set_trailing_metadata(self, metadata: tuple[tuple[str, bytes], ...]) -> None:
        self._trailer = dict(metadata)["grpc-status-details-bin"]

    def abort(self, code: grpc.StatusCode, message: str) -> None:
        raise Aborted(code, message, init_failed(self._trailer))


def init_failed(trailer: bytes) -> Any:
    """The ErrorResourceInitFailed in a status's details, None when there is none."""
    status = generated.status_pb2.Status.FromString(trailer)
    if not status.details:
        return None
    return RPC.ErrorResourceInitFailed.FromString(status.details[0].value)


@dataclass(frozen=True)
class Details:
    """Which method a gRPC server asks a handler for."""

    method: str
    invocation_metadata: tuple[()] = ()


class Plugin:
    """The plugin in this process, called through the handlers that a gRPC server would call."""

    def __init__(self, api: str, *, budget: str) -> None:
        provider = HerokuProvider({"HEROKU_API_TIME_BUDGET": budget}, cancelled=FakeTime())
        self._handler = HerokuServicer(provider, VERSION).handler()
        self._api = api

    def configure(self) -> None:
        arguments = {"url": self._api, "apiKey": "invented-key", "delays": DELAYS}
        self.call("Configure", {"args": arguments})

    def call(self, method: str, request: dict[str, Any]) -> Any:
        """The response message. Raises Aborted."""
        handler = self._handler.service(Details(f"/pulumirpc.ResourceProvider/{method}"))
        if handler is None:
            raise Aborted(grpc.StatusCode.UNIMPLEMENTED, method, None)
        message = ParseDict(request, REQUESTS[method]()) if method in REQUESTS else None
        return handler.unary_unary(message, Context())


class Loopback:
    """Answers the recorded exchange in order, and notes every request that is not the next recorded one."""

    def __init__(self) -> None:
        self.expected: list[Exchange] = []
        self.differences: list[str] = []
        self.bodies: list[Any] = []
        self.source: Path | None = None
        """The folder that a build uploads."""
        self._lock = threading.Lock()

    def play(self, exchanges: tuple[Exchange, ...]) -> None:
        self.expected, self.differences = list(exchanges), []

    def finish(self) -> list[str]:
        missing = [f"not sent: {item.method} {item.path}" for item in self.expected]
        return [*self.differences, *missing]

    def answer(self, method: str, target: str, headers: Any, body: bytes) -> tuple[int, Any]:
        path, _, query = target.partition("?")
        with self._lock:
            following = self.expected[0] if self.expected else None
            if following is None or (following.method, following.path) != (method, path):
                self.differences.append(f"not recorded here: {method} {target}")
                if method == "GET" and RELEASE.fullmatch(path):
                    return 200, {"id": path.rpartition("/")[2], "version": 3, "status": "succeeded"}
                return 400, {"id": "not_recorded", "message": "Not recorded."}
            self.expected.pop(0)
            self._compare(following, query, headers, body)
            return following.status, following.response

    def _compare(self, recorded: Exchange, query: str, headers: Any, body: bytes) -> None:
        sent = _body(body, recorded.body, self.source)
        self.bodies.append(sent)
        found = {"query": query, "body": sent, "range": headers.get("Range")}
        expected = {"query": recorded.query, "body": recorded.body, "range": recorded.range}
        for name, value in found.items():
            if value != expected[name]:
                where = f"{recorded.method} {recorded.path}"
                self.differences.append(f"{where}: {name} {value!r}, recorded {expected[name]!r}")


def _body(body: bytes, recorded: Any, source: Path | None) -> Any:
    """The body as the recordings write it: JSON, or a form for what is none."""
    if isinstance(recorded, str) and recorded == "<gzip tar>":
        members = _members(body)
        return (
            "<gzip tar>" if members == packed_by_the_official_plugin(source) else f"<gzip tar> of {members}"
        )
    if isinstance(recorded, str) and recorded.endswith(" bytes>"):
        return f"<{len(body)} bytes>"
    return json.loads(body) if body else None


def _members(archive: bytes) -> list[str]:
    with tarfile.open(fileobj=io.BytesIO(archive), mode="r:gz") as tar:
        return [member.name for member in tar]


def packed_by_the_official_plugin(source: Path | None) -> list[str]:
    """Member names in their order, which the recordings leave out. Source: the official plugin 1.0.4 on local Heroku."""
    if source is None:
        return []
    inside = sorted(path.relative_to(source).parts for path in source.rglob("*"))
    return [source.name, *("/".join((source.name, *parts)) for parts in inside)]


@contextmanager
def loopback() -> Iterator[tuple[str, Loopback]]:
    """A server on loopback: its address, and what it plays."""
    played = Loopback()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def _serve(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            status, response = played.answer(self.command, self.path, self.headers, body)
            if response is None:
                content, kind = b"", "application/json"
            elif isinstance(response, str):
                content, kind = response.encode(), "text/html"
            else:
                content, kind = json.dumps(response).encode(), "application/json"
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = _serve  # noqa: N815

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", played
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def compare(plugin: Plugin, played: Loopback, recorded: Recorded) -> dict[str, list[str]]:
    """Where this plugin's answer differs, by aspect: `response`, `error`, `http`. Empty: it matches."""
    played.play(recorded.http)
    played.source = _source(recorded.request)
    found: dict[str, list[str]] = {}
    try:
        response = plugin.call(recorded.method, recorded.request)
    except Aborted as aborted:
        found["error"] = _compare_error(aborted, recorded)
    else:
        if recorded.error is not None:
            found["error"] = [f"succeeded, recorded {recorded.error['message'][:200]!r}"]
        else:
            found["response"] = _compare_response(response, recorded)
    found["http"] = played.finish()
    return {aspect: lines for aspect, lines in found.items() if lines}


def _source(request: dict[str, Any]) -> Path | None:
    source = (request.get("properties") or {}).get("source")
    return Path(source["path"]) if isinstance(source, dict) and source.get("path") else None


def _compare_error(aborted: Aborted, recorded: Recorded) -> list[str]:
    if recorded.error is None:
        return [f"failed: {aborted}"]
    lines = []
    if aborted.code.name != recorded.error["code"]:
        lines.append(f"code {aborted.code.name}, recorded {recorded.error['code']}")
    expected = next(iter(recorded.error.get("details", [])), None)
    if (aborted.detail is None) != (expected is None):
        lines.append(f"stored on failure: {_shown(aborted.detail)}, recorded {expected}")
    elif expected is not None:
        wanted = ParseDict(
            {"id": expected["id"], "properties": expected["properties"]}, RPC.ErrorResourceInitFailed()
        )
        for name in ("id", "properties"):
            ours, theirs = _plain(aborted.detail).get(name), _plain(wanted).get(name)
            if ours != theirs:
                lines.extend(_unlike(f"stored {name}", ours, theirs))
    return lines


def _compare_response(response: Any, recorded: Recorded) -> list[str]:
    if recorded.method == "Delete":
        return []
    expected = ParseDict(recorded.response, RESPONSES[recorded.method]())
    ours, theirs = _plain(response), _plain(expected)
    return [
        line for name in sorted({*ours, *theirs}) for line in _unlike(name, ours.get(name), theirs.get(name))
    ]


def _unlike(name: str, ours: Any, theirs: Any) -> list[str]:
    if name == "failures":
        ours, theirs = (
            sorted({_path(item) for item in ours or []}),
            sorted({_path(item) for item in theirs or []}),
        )
    if (
        name in ("inputs", "properties", "stored properties")
        and isinstance(ours, dict)
        and isinstance(theirs, dict)
    ):
        return [
            f"{name}.{key} is {ours.get(key, '(absent)')}, recorded {theirs.get(key, '(absent)')}"
            for key in sorted({*ours, *theirs})
            if ours.get(key, "(absent)") != theirs.get(key, "(absent)")
            and not _both_automatic(key, ours, theirs)
        ]
    return [] if ours == theirs else [f"{name} is {ours}, recorded {theirs}"]


def _both_automatic(key: str, ours: dict[str, Any], theirs: dict[str, Any]) -> bool:
    """Automatic names are compared by form."""
    form = re.compile(r"r-[0-9a-f]{7}")
    return key == "name" and all(form.fullmatch(str(side.get(key))) for side in (ours, theirs))


def _path(failure: dict[str, Any]) -> str:
    """The property that a failure is about."""
    reason: str = failure["reason"]
    if "Examine values at 'r." in reason:
        return reason.partition("Examine values at 'r.")[2].partition("'")[0]
    if "`pulumi config get " in reason:
        return reason.partition("`pulumi config get ")[2].removeprefix("--path ").partition("`")[0]
    return reason.partition(" ")[0].strip("`.:")


def _plain(message: Any) -> dict[str, Any]:
    fields: dict[str, Any] = MessageToDict(
        message, preserving_proto_field_name=True, always_print_fields_with_no_presence=True
    )
    for name in ("diffs", "replaces", "stables"):
        if name in fields:
            fields[name] = sorted(fields[name])
    return fields


def _shown(detail: Any) -> str:
    return "nothing" if detail is None else f"object {detail.id}"
