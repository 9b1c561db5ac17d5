"""From the protocol's messages to `lifecycle.Provider` and back. Methods not listed are answered UNIMPLEMENTED."""

from __future__ import annotations

import sys
import traceback
from dataclasses import fields
from typing import TYPE_CHECKING, Any, TypeVar

import grpc
from google.protobuf.empty_pb2 import Empty
from google.protobuf.struct_pb2 import Struct

from heroku_api.errors import HerokuError
from providers.protocol import generated
from providers.protocol.engine_log import EngineLog
from providers.protocol.errors import InitFailedError, ProviderError
from providers.protocol.failures import Refusal, abort
from providers.protocol.lifecycle import (
    CheckRequest,
    CreateRequest,
    DeleteRequest,
    DiffRequest,
    ReadRequest,
    Subject,
    UpdateRequest,
)
from providers.protocol.values import decode, encode

if TYPE_CHECKING:
    from collections.abc import Callable

    from pulumi.runtime.proto import plugin_pb2 as plugin
    from pulumi.runtime.proto import provider_pb2 as provider

    from providers.protocol.lifecycle import Checked, Difference, Provider


Request = TypeVar("Request", bound=Subject)

SERVICE = "pulumirpc.ResourceProvider"


class Servicer:
    """Serves one provider. Its public methods are those of the protocol, in snake case."""

    def __init__(self, served: Provider, version: str) -> None:
        self._provider = served
        self._version = version

    def get_plugin_info(self, _: Empty) -> plugin.PluginInfo:
        return generated.plugin_pb2.PluginInfo(version=self._version)

    def attach(self, request: plugin.PluginAttach) -> Empty:
        """The engine came to a plugin that was running already."""
        self._provider.engine = EngineLog(request.address)
        return Empty()

    def get_schema(self, _: provider.GetSchemaRequest) -> provider.GetSchemaResponse:
        return generated.provider_pb2.GetSchemaResponse(schema=self._provider.schema())

    def invoke(self, request: provider.InvokeRequest) -> provider.InvokeResponse:
        self._provider.invoke(request.tok)

    def check_config(self, request: provider.CheckRequest) -> provider.CheckResponse:
        return check_response(self._provider.check_config(decoded(CheckRequest, request)))

    def diff_config(self, request: provider.DiffRequest) -> provider.DiffResponse:
        return _diff_response(self._provider.diff_config(decoded(DiffRequest, request)))

    def configure(self, request: provider.ConfigureRequest) -> provider.ConfigureResponse:
        self._provider.configure(decode(request.args))
        return generated.provider_pb2.ConfigureResponse(supportsPreview=True)

    def check(self, request: provider.CheckRequest) -> provider.CheckResponse:
        return check_response(self._provider.check(decoded(CheckRequest, request)))

    def diff(self, request: provider.DiffRequest) -> provider.DiffResponse:
        return _diff_response(self._provider.diff(decoded(DiffRequest, request)))

    def create(self, request: provider.CreateRequest) -> provider.CreateResponse:
        created = self._provider.create(decoded(CreateRequest, request, inputs="properties"))
        return generated.provider_pb2.CreateResponse(id=created.id, properties=encode(created.properties))

    def read(self, request: provider.ReadRequest) -> provider.ReadResponse:
        found = self._provider.read(decoded(ReadRequest, request))
        if found is None:
            return generated.provider_pb2.ReadResponse()
        return generated.provider_pb2.ReadResponse(
            id=found.id, properties=encode(found.properties), inputs=encode(found.inputs)
        )

    def update(self, request: provider.UpdateRequest) -> provider.UpdateResponse:
        properties = self._provider.update(decoded(UpdateRequest, request))
        return generated.provider_pb2.UpdateResponse(properties=encode(properties))

    def delete(self, request: provider.DeleteRequest) -> Empty:
        self._provider.delete(decoded(DeleteRequest, request))
        return Empty()

    def cancel(self, _: Empty) -> Empty:
        self._provider.cancelled.set()
        return Empty()

    def handler(self) -> grpc.GenericRpcHandler:
        """The methods served, for a gRPC server."""
        rpc = generated.provider_pb2
        served: dict[str, tuple[Callable[[Any], Any], Any]] = {
            "GetPluginInfo": (self.get_plugin_info, Empty),
            "Attach": (self.attach, generated.plugin_pb2.PluginAttach),
            "GetSchema": (self.get_schema, rpc.GetSchemaRequest),
            "Invoke": (self.invoke, rpc.InvokeRequest),
            "CheckConfig": (self.check_config, rpc.CheckRequest),
            "DiffConfig": (self.diff_config, rpc.DiffRequest),
            "Configure": (self.configure, rpc.ConfigureRequest),
            "Check": (self.check, rpc.CheckRequest),
            "Diff": (self.diff, rpc.DiffRequest),
            "Create": (self.create, rpc.CreateRequest),
            "Read": (self.read, rpc.ReadRequest),
            "Update": (self.update, rpc.UpdateRequest),
            "Delete": (self.delete, rpc.DeleteRequest),
            "Cancel": (self.cancel, Empty),
        }
        return grpc.method_handlers_generic_handler(
            SERVICE,
            {
                name: grpc.unary_unary_rpc_method_handler(
                    _guarded(method),
                    request_deserializer=request.FromString,
                    response_serializer=lambda answer: answer.SerializeToString(),
                )
                for name, (method, request) in served.items()
            },
        )


def _guarded(method: Callable[[Any], Any]) -> Callable[[Any, grpc.ServicerContext], Any]:
    """Answers what is raised as a status. A traceback, on stderr, only for a bug of ours."""

    def call(request: Any, context: grpc.ServicerContext) -> Any:
        try:
            return method(request)
        except InitFailedError as error:
            abort(context, Refusal(str(error), error.id, error.properties, error.inputs))
        except (ProviderError, HerokuError) as error:
            abort(context, Refusal(str(error)))
        except Exception as error:  # noqa: BLE001 - a bug must not end the plugin
            traceback.print_exc(file=sys.stderr)
            text = f"a bug in this plugin ({type(error).__name__} in {method.__name__}): please report the lines above"
            context.abort(grpc.StatusCode.INTERNAL, text)

    return call


WIRE_NAMES = {"ignore_changes": "ignoreChanges", "random_seed": "randomSeed"}


def decoded(kind: type[Request], message: Any, **names: str) -> Request:
    """The protocol's message as one of `lifecycle`'s; `names` are those of fields that it calls otherwise."""
    wire = {**WIRE_NAMES, **names}
    values = {
        field.name: getattr(message, wire.get(field.name, field.name))
        for field in fields(kind)
        if hasattr(message, wire.get(field.name, field.name))
    }
    return kind(**{name: _plain(value) for name, value in values.items()})


def _plain(value: Any) -> Any:
    match value:
        case Struct():
            return decode(value)
        case bool() | str() | bytes() | float():
            return value
        case _:
            return list(value)


def check_response(checked: Checked) -> provider.CheckResponse:
    """The property stands in the reason: named apart, the engine prints its value, secret or not (seen with 3.220.0)."""
    failures = [
        generated.provider_pb2.CheckFailure(reason=f"{failure.property} {failure.reason}".lstrip())
        for failure in checked.failures
    ]
    inputs = None if failures and not checked.inputs else encode(checked.inputs)
    return generated.provider_pb2.CheckResponse(inputs=inputs, failures=failures)


def _diff_response(difference: Difference) -> provider.DiffResponse:
    rpc = generated.provider_pb2
    names = {path: path.partition(".")[0].partition("[")[0] for path in difference.detailed}
    replacing = [path for path, change in difference.detailed.items() if change.kind.replaces]
    changes = {
        None: rpc.DiffResponse.DIFF_UNKNOWN,
        True: rpc.DiffResponse.DIFF_SOME,
        False: rpc.DiffResponse.DIFF_NONE,
    }[difference.changes]
    return rpc.DiffResponse(
        changes=changes,
        diffs=sorted(set(names.values())) if difference.diffs is None else difference.diffs,
        replaces=sorted({names[path] for path in replacing})
        if difference.replaces is None
        else difference.replaces,
        stables=difference.stables,
        deleteBeforeReplace=difference.delete_before_replace,
        detailedDiff={
            path: rpc.PropertyDiff(kind=change.kind.value, inputDiff=change.input_diff)  # type: ignore[arg-type]  # the protocol's numbers
            for path, change in difference.detailed.items()
        },
        hasDetailedDiff=True,
    )
