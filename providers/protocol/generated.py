"""The SDK's generated protocol modules, loaded without running `pulumi/__init__.py`.

That package imports the whole SDK: 0.1 s of a plugin's start, and a plugin uses none of it. Its `runtime/proto`
folder imports only grpc and protobuf, so it is loaded here as a package of another name. Both copies may live in
one process: protobuf keeps one descriptor and one class per message.
"""

from __future__ import annotations

import importlib
import importlib.util
import sys
from importlib.machinery import ModuleSpec
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pulumi.runtime.proto import (
        engine_pb2,
        errors_pb2,
        language_pb2,
        plugin_pb2,
        provider_pb2,
        provider_pb2_grpc,
        status_pb2,
    )

ALIAS = "_pulumi_generated_protocol"


def _package() -> None:
    if ALIAS in sys.modules:
        return
    pulumi = importlib.util.find_spec("pulumi")
    if pulumi is None or not pulumi.submodule_search_locations:
        raise ModuleNotFoundError(
            "the Pulumi SDK is not installed in this environment; run ./ops once, which sets it up"
        )
    spec = ModuleSpec(ALIAS, None, is_package=True)
    spec.submodule_search_locations = [
        str(Path(folder) / "runtime" / "proto") for folder in pulumi.submodule_search_locations
    ]
    sys.modules[ALIAS] = importlib.util.module_from_spec(spec)


def __getattr__(name: str) -> Any:
    """`generated.provider_pb2` and its siblings, imported at first use."""
    if not name.endswith(("_pb2", "_pb2_grpc")):
        raise AttributeError(name)
    _package()
    module = importlib.import_module(f"{ALIAS}.{name}")
    globals()[name] = module
    return module


if TYPE_CHECKING:
    __all__ = [
        "engine_pb2",
        "errors_pb2",
        "language_pb2",
        "plugin_pb2",
        "provider_pb2",
        "provider_pb2_grpc",
        "status_pb2",
    ]
