"""The policy SDK's own server, called without an engine: what the engine would send, through its real proxies."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from google.protobuf import struct_pb2
from pulumi.runtime import proto
from pulumi_policy import EnforcementLevel, Policy
from pulumi_policy.policy import _PolicyAnalyzerServicer

from policies.pack import Pack
from runbook.waivers import Waiver
from tests.unit.runbook.readers.rendering import Declared, resources, type_of
from tests.unit.runbook.rules.healthy import DIGESTS

TODAY = date(2026, 11, 23)


@dataclass(frozen=True)
class Diagnostic:
    policy: str
    message: str
    level: str
    urn: str


def pack(root: Path, *waivers: Waiver) -> Pack:
    return Pack(root=root, digests=DIGESTS, waivers=waivers, today=TODAY)


def registered(declared: Declared, *, exists: bool = False) -> list[dict[str, Any]]:
    """What the engine has for a pack: secrets in clear, inputs and outputs."""
    secrets: Any = declared.managed
    return [
        {
            **resource,
            "outputs": {**resource["inputs"], **_in_clear(resource.get("outputs", {}))},
            "protect": declared.stack == "production" and type_of(resource) != "pulumi:pulumi:Stack",
        }
        for resource in resources(declared, exists=exists, secrets=secrets)
    ]


def analyze(
    policies: Sequence[Policy],
    found: Sequence[dict[str, Any]],
    config: dict[str, dict[str, Any]] | None = None,
) -> list[Diagnostic]:
    """Every diagnostic of a preview: each resource by its inputs, then the stack by its outputs."""
    servicer: Any = _PolicyAnalyzerServicer(
        name="runbook", version="0", policies=list(policies), enforcement_level=EnforcementLevel.MANDATORY
    )
    servicer.Configure(_configured(config or {}), None)
    responses = [
        servicer.Analyze(proto.AnalyzeRequest(**_request(resource, "inputs")), None) for resource in found
    ]
    stack = proto.AnalyzeStackRequest(resources=[_in_stack(resource) for resource in found])
    responses.append(servicer.AnalyzeStack(stack, None))
    return [
        Diagnostic(
            policy=diagnostic.policyName,
            message=diagnostic.message,
            level=proto.EnforcementLevel.Name(diagnostic.enforcementLevel),
            urn=diagnostic.urn,
        )
        for response in responses
        for diagnostic in response.diagnostics
    ]


def _configured(config: dict[str, dict[str, Any]]) -> Any:
    request = proto.ConfigureAnalyzerRequest()
    for policy, properties in config.items():
        request.policyConfig[policy].enforcementLevel = proto.MANDATORY
        request.policyConfig[policy].properties.update(properties)
    return request


def _in_clear(outputs: dict[str, Any]) -> dict[str, Any]:
    """The engine opens secrets before a pack sees them."""
    return {key: {} if isinstance(value, dict) else value for key, value in outputs.items()}


def _request(resource: dict[str, Any], shown: str) -> dict[str, Any]:
    properties = struct_pb2.Struct()
    properties.update(resource[shown])
    return {
        "type": type_of(resource),
        "urn": resource["urn"],
        "name": resource["urn"].rpartition("::")[2],
        "properties": properties,
        "options": proto.AnalyzerResourceOptions(
            protect=resource["protect"],
            parent=resource.get("parent", ""),
            ignoreChanges=resource.get("ignoreChanges", []),
        ),
    }


def _in_stack(resource: dict[str, Any]) -> Any:
    sources = resource.get("propertyDependencies", {})
    return proto.AnalyzerResource(
        **_request(resource, "outputs"),
        parent=resource.get("parent", ""),
        propertyDependencies={
            key: proto.AnalyzerPropertyDependencies(urns=urns) for key, urns in sources.items()
        },
    )
