"""What a reply carries: a resource's outputs with secrets marked, and the inputs a read can tell. Pure."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from providers.resources.check import DEFAULTS, marked
from providers.resources.schema import Field, Kind, ResourceType

if TYPE_CHECKING:
    from providers.protocol.values import Properties

META = "__meta"


def outputs(
    resource: ResourceType, identity: Any, state: Properties, *, imported: bool = False
) -> Properties:
    """All properties of an existing object as they are stored."""
    version = resource.schema_version or ("0" if imported and resource.bridged else None)
    meta = {META: json.dumps({"schema_version": version}, separators=(",", ":"))} if version else {}
    return {**meta, **planned_outputs(resource, identity, state)}


def planned_outputs(resource: ResourceType, identity: Any, state: Properties) -> Properties:
    """All properties of an object that a preview foresees."""
    properties = {field.name: marked(field, state.get(field.name)) for field in resource.fields}
    return {"id": identity, **properties} if resource.bridged else properties


def refreshed_inputs(resource: ResourceType, old: Properties, state: Properties) -> Properties:
    """The inputs of the last run with the values found now: the engine shows the difference as drift."""
    if not resource.bridged:
        return imported_inputs(resource, state)
    if not old:
        return {}
    fields = {field.name: field for field in resource.inputs}
    found: Properties = {}
    for name, before in old.items():
        if name == DEFAULTS:
            found[name] = before
        elif name in fields:
            value = _refreshed(fields[name], before, state.get(name))
            if value is not None:
                found[name] = marked(fields[name], value)
    return found


def _refreshed(field: Field, before: Any, now: Any) -> Any:
    if now is None:
        return None
    if field.spelling:
        return before
    if field.kind is Kind.LIST and isinstance(before, list):
        return now[: len(before)]
    if field.kind is Kind.OBJECT and isinstance(before, dict):
        inner = {
            item.name: now[item.name]
            for item in field.fields
            if item.name in before and now.get(item.name) is not None
        }
        return {DEFAULTS: before.get(DEFAULTS, []), **inner}
    return now


def imported_inputs(resource: ResourceType, state: Properties) -> Properties:
    """The inputs a program would have to give for this object: all that is not what it would be anyway."""
    if not resource.bridged:
        return {field.name: state.get(field.name) for field in resource.inputs}
    return _imported(resource.inputs, state)


def _imported(fields: tuple[Field, ...], state: Properties) -> Properties:
    found: Properties = {DEFAULTS: []}
    for field in fields:
        value = state.get(field.name)
        if field.required or not _goes_without_saying(field, value):
            inner = _imported(field.fields, value) if field.kind is Kind.OBJECT and value else value
            found[field.name] = marked(field, inner)
    return found


def _goes_without_saying(field: Field, value: Any) -> bool:
    """Whether an input left out would come to the same."""
    if value is None:
        return True
    return value == field.default if field.default is not None else value in ("", False, 0, [], {})
