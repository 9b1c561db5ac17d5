"""Pulumi's language host for Python, as far as this project needs it: runs programs and policy packs, and installs their packages.

What the engine that this project builds lacks: no registry of Go modules serves the host of a current line. An
installed Pulumi has its own and is never given this one (docs/decisions/0008).
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from subprocess import Popen
from typing import TYPE_CHECKING, Any, NoReturn

import grpc
from google.protobuf.empty_pb2 import Empty
from google.protobuf.message_factory import GetMessageClass

from providers.language_host import installing
from providers.language_host.children import Children, Printed, end, output
from providers.protocol import generated

if TYPE_CHECKING:
    from pulumi.runtime.proto import language_pb2 as language
    from pulumi.runtime.proto import plugin_pb2 as plugin

SERVICE = "pulumirpc.LanguageRuntime"
WITHHELD = (
    "HEROKU_API_KEY",
    "PULUMI_ACCESS_TOKEN",
    "PULUMI_CONFIG_PASSPHRASE",
    "PULUMI_CONFIG_PASSPHRASE_FILE",
)
"""What only the engine and its plugins need: no program and no pack gets it."""
VERSION = "0.1.0"
_TOLD_ALREADY = 32
"""Exit code of a program that has shown its error. Source: pulumi-language-python-exec."""


class NotStartedError(Exception):
    """A program or pack that could not be started; the message says why, and what to do."""


class LanguageHost:
    """Its public methods are those of the protocol, in snake case."""

    def __init__(self, executor: str, engine: str, children: Children) -> None:
        self._executor = executor
        self._engine = engine
        self._children = children

    def handshake(
        self, request: language.LanguageHandshakeRequest, _: grpc.ServicerContext
    ) -> language.LanguageHandshakeResponse:
        self._engine = request.engine_address or self._engine
        return generated.language_pb2.LanguageHandshakeResponse()

    def get_plugin_info(self, _request: Empty, _: grpc.ServicerContext) -> plugin.PluginInfo:
        return generated.plugin_pb2.PluginInfo(version=VERSION)

    def get_required_packages(
        self, _request: language.GetRequiredPackagesRequest, _: grpc.ServicerContext
    ) -> language.GetRequiredPackagesResponse:
        """None: the project links what it needs, and the engine finds the rest as the program registers it."""
        return generated.language_pb2.GetRequiredPackagesResponse()

    def cancel(self, _request: Empty, _: grpc.ServicerContext) -> Empty:
        self._children.stopping.set()
        return Empty()

    def run(self, request: language.RunRequest, context: grpc.ServicerContext) -> language.RunResponse:
        """Runs the program to its end, or until the engine no longer waits for it."""
        own = {
            "PULUMI_CONFIG": json.dumps(dict(request.config)),
            "PULUMI_CONFIG_SECRET_KEYS": json.dumps(list(request.configSecretKeys)),
        }
        arguments = [self._executor, *self._arguments(request)]
        try:
            process = self._start(request.info, arguments, request.info.program_directory, own)
        except NotStartedError as error:
            return generated.language_pb2.RunResponse(error=str(error))
        _end_with(context, process)
        return _response(self._children.wait(process))

    def run_plugin(
        self, request: language.RunPluginRequest, context: grpc.ServicerContext
    ) -> Iterator[language.RunPluginResponse]:
        """Runs a policy pack in its own folder, another plugin in the one that is asked for."""
        pack = request.info.program_directory
        own = dict(pair.partition("=")[::2] for pair in request.env)
        if request.kind == "analyzer":
            arguments, folder = ["-u", "-m", "pulumi.policy", *request.args, pack], pack
        else:
            arguments, folder = [pack, *request.args], request.pwd
        try:
            process = self._start(
                request.info, arguments, folder, own, piped=True, with_tokens=request.kind != "analyzer"
            )
        except NotStartedError as error:
            yield generated.language_pb2.RunPluginResponse(stderr=f"{error}\n".encode())
            yield generated.language_pb2.RunPluginResponse(exitcode=1)
            return
        _end_with(context, process)
        for printed in output(process):
            yield _streamed(printed)
        yield generated.language_pb2.RunPluginResponse(exitcode=self._children.wait(process))

    def install_dependencies(
        self, request: language.InstallDependenciesRequest, context: grpc.ServicerContext
    ) -> Iterator[language.InstallDependenciesResponse]:
        answer = generated.language_pb2.InstallDependenciesResponse
        try:
            for step in installing.steps(request.info):
                yield answer(stdout=f"{step.doing}...\n".encode())
                process = self._children.start(
                    step.command, Path(request.info.program_directory), os.environ, piped=True
                )
                _end_with(context, process)
                for printed in output(process):
                    yield answer(**{printed.stream: printed.data})
                if self._children.wait(process):
                    raise NotStartedError(f"{step.doing} failed: {' '.join(step.command)}")  # noqa: TRY301 - one way out
            yield answer(stdout=b"Finished installing dependencies\n\n")
        except (OSError, NotStartedError, installing.NotInstallableError) as error:
            context.abort(grpc.StatusCode.UNKNOWN, str(error))

    def _start(
        self,
        info: language.ProgramInfo,
        arguments: list[str],
        folder: str,
        own: dict[str, str],
        *,
        piped: bool = False,
        with_tokens: bool = False,
    ) -> Popen[bytes]:
        python, environment = python_of(info)
        if not with_tokens:
            environment = {key: value for key, value in environment.items() if key not in WITHHELD}
        try:
            return self._children.start([python, *arguments], Path(folder), environment | own, piped=piped)
        except OSError as error:
            raise NotStartedError(
                f"{python} could not be started in {folder}: {error.strerror or error}"
            ) from None

    def _arguments(self, request: language.RunRequest) -> list[str]:
        options = {
            "monitor": request.monitor_address,
            "engine": self._engine,
            "project": request.project,
            "root_directory": request.info.root_directory,
            "stack": request.stack,
            "pwd": request.pwd,
            "dry_run": "true" if request.dryRun else "false",
            "parallel": str(request.parallel),
            "organization": request.organization,
        }
        named = [word for key, value in options.items() if value for word in (f"--{key}", value)]
        return [*named, request.info.entry_point or ".", *request.args]


def python_of(info: language.ProgramInfo) -> tuple[str, dict[str, str]]:
    """The Python that a project names by `virtualenv`, else this host's own, and the environment to start it with."""
    own = dict(os.environ)
    named = dict(info.options).get("virtualenv")
    if not named:
        return sys.executable, own
    folder = Path(info.root_directory) / str(named)
    python = folder / "bin" / "python"
    if not python.exists():
        raise NotStartedError(
            f"{info.root_directory}: its project file names the virtual environment {named}, and {python} is not there; "
            "`./ops demo` or `./ops test` sets it up"
        )
    path = os.pathsep.join([str(folder / "bin"), own.get("PATH", os.defpath)])
    return str(python), {**own, "VIRTUAL_ENV": str(folder), "PATH": path}


def _end_with(context: grpc.ServicerContext, process: Popen[bytes]) -> None:
    """Ends the process when the engine no longer waits for it, which may be now."""
    if not context.add_callback(lambda: end(process)):
        end(process)


def _response(code: int) -> language.RunResponse:
    if code == _TOLD_ALREADY:
        return generated.language_pb2.RunResponse(bail=True)
    how = f"was ended by signal {-code}" if code < 0 else f"exited with non-zero exit code: {code}"
    return generated.language_pb2.RunResponse(error=f"program {how}" if code else "")


def _streamed(printed: Printed) -> language.RunPluginResponse:
    if printed.stream == "stdout":
        return generated.language_pb2.RunPluginResponse(stdout=printed.data)
    return generated.language_pb2.RunPluginResponse(stderr=printed.data)


def handler(host: LanguageHost) -> grpc.GenericRpcHandler:
    """By the protocol's own description: which method takes and gives what. What isn't served says so."""
    described = generated.language_pb2.DESCRIPTOR.services_by_name["LanguageRuntime"]
    served = {
        "Handshake": host.handshake,
        "GetPluginInfo": host.get_plugin_info,
        "GetRequiredPackages": host.get_required_packages,
        "Run": host.run,
        "RunPlugin": host.run_plugin,
        "InstallDependencies": host.install_dependencies,
        "Cancel": host.cancel,
    }
    methods = {}
    for name, method in described.methods_by_name.items():
        taken = GetMessageClass(method.input_type)
        given = GetMessageClass(method.output_type)
        make = (
            grpc.unary_stream_rpc_method_handler
            if method.server_streaming
            else grpc.unary_unary_rpc_method_handler
        )
        methods[name] = make(
            served.get(name, _not_served(name)),
            request_deserializer=taken.FromString,
            response_serializer=given.SerializeToString,
        )
    return grpc.method_handlers_generic_handler(SERVICE, methods)


def _not_served(name: str) -> Any:
    def refuse(_request: object, context: grpc.ServicerContext) -> NoReturn:
        context.abort(
            grpc.StatusCode.UNIMPLEMENTED,
            f"{name}: the engine that ./ops built only runs and installs programs and policy packs; install Pulumi for the rest",
        )
        raise AssertionError("abort raises")

    return refuse
