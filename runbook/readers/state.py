"""Reads an Environment from a stack's stored state, as `pulumi stack export` prints it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from runbook.digest import Digests
from runbook.environment import Environment
from runbook.readers.declared import environment_of_resources, stack_of
from runbook.readers.engine_values import COMPUTED, as_encrypted, decode, only_null_secrets
from runbook.readers.registered import Registered

STATE_VERSION = 3


class StateError(ValueError):
    """What was read is no state, or one with nothing in it; the message says what is expected."""


def environment_of_state(exported: object, digests: Digests, *, decrypted: bool = False) -> Environment:
    """Raises StateError for anything but a whole export of version 3, SettingsError for a stack not of this project.

    `decrypted`: the caller knows that the passphrase was right. Otherwise, where every secret is null, they count as
    encrypted: a wrong passphrase may have made them so.
    """
    found = _resources(exported)
    if not decrypted and only_null_secrets(found):
        found = [dict(resource, **_encrypted(resource)) for resource in found]
    resources = [_registered(resource) for resource in found if resource.get("delete") is not True]
    if not resources:
        raise StateError("the state has no resources: nothing was ever put up; run `pulumi up` first")
    return environment_of_resources(stack_of(resources[0].urn), resources, digests)


def _resources(exported: object) -> list[Mapping[str, Any]]:
    if not isinstance(exported, dict) or not isinstance(exported.get("deployment"), dict):
        raise StateError("expected the output of `pulumi stack export`: an object with a deployment")
    if exported.get("version") != STATE_VERSION:
        raise StateError(f"the state has version {exported.get('version')!r}; expected {STATE_VERSION}")
    resources = exported["deployment"].get("resources") or []
    if not all(isinstance(found, dict) and {"urn", "type"} <= found.keys() for found in resources):
        raise StateError("a resource of the state has no urn or no type; export it again")
    return list(resources)


def _encrypted(resource: Mapping[str, Any]) -> dict[str, Any]:
    return {key: as_encrypted(resource[key]) for key in ("inputs", "outputs") if key in resource}


def _registered(found: Mapping[str, Any]) -> Registered:
    inputs, outputs = found.get("inputs") or {}, found.get("outputs") or {}
    return Registered(
        type=str(found["type"]),
        urn=str(found["urn"]),
        # What Heroku answered counts; components have inputs only.
        properties={**_decoded(inputs), **_decoded(outputs)},
        computed=frozenset(outputs.keys() - inputs.keys()),
        protect=found.get("protect") is True,
        parent=found.get("parent") or None,
        id=found.get("id") or COMPUTED,
        depends={key: tuple(urns) for key, urns in (found.get("propertyDependencies") or {}).items()},
    )


def _decoded(properties: Mapping[str, object]) -> dict[str, object]:
    return {key: decode(value) for key, value in properties.items()}
