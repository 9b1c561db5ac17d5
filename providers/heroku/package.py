"""The package's schema in Pulumi's form, made from the tables of fields: `pulumi import` writes code by it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from providers.heroku.schema import Field, Kind
from providers.heroku.types import MODULES, lifecycle

if TYPE_CHECKING:
    from collections.abc import Iterator

    from providers.heroku.schema import ResourceType

SCALARS = {Kind.STRING: "string", Kind.BOOL: "boolean", Kind.INT: "integer"}
CONFIGURATION = ("apiKey", "customizations", "delays", "email", "headers", "timeouts", "url")


def schema_text(version: str = "1.0.4") -> str:
    """The schema as JSON. Source of its form: Pulumi's package metaschema."""
    resources = [lifecycle(token).resource for token in MODULES]
    types = {name: shape for resource in resources for name, shape in _types(resource)}
    return json.dumps(
        {
            "name": "heroku",
            "version": version,
            "config": {"variables": {name: {"type": "string"} for name in CONFIGURATION}},
            "provider": {"inputProperties": {name: {"type": "string"} for name in CONFIGURATION}},
            "types": types,
            "resources": {resource.token: _resource(resource) for resource in resources},
            "language": {"python": {"packageName": "pulumiverse_heroku"}},
        }
    )


def _resource(resource: ResourceType) -> dict[str, Any]:
    return {
        "inputProperties": {field.name: _property(resource, field) for field in resource.inputs},
        "requiredInputs": [
            field.name
            for field in resource.inputs
            if field.required and not (resource.autonamed and field.name == "name")
        ],
        "properties": {field.name: _property(resource, field) for field in resource.fields},
        "required": [field.name for field in resource.fields if field.required or field.computed],
    }


def _property(resource: ResourceType, field: Field) -> dict[str, Any]:
    marks: dict[str, Any] = {"secret": True} if field.secret else {}
    if field.replaces:
        marks["willReplaceOnChanges"] = True
    return {**_shape(resource, field), **marks}


def _shape(resource: ResourceType, field: Field) -> dict[str, Any]:
    strings = {"type": "string"}
    match field.kind:
        case Kind.LIST:
            return {"type": "array", "items": strings}
        case Kind.MAP:
            return {"type": "object", "additionalProperties": strings}
        case Kind.OBJECT:
            return {"$ref": f"#/types/{_type_name(resource, field)}"}
        case Kind.OBJECTS:
            return {"type": "array", "items": {"type": "object", "additionalProperties": strings}}
        case _:
            return {"type": SCALARS[field.kind]}


def _types(resource: ResourceType) -> Iterator[tuple[str, dict[str, Any]]]:
    for field in resource.fields:
        if field.kind is Kind.OBJECT:
            yield (
                _type_name(resource, field),
                {
                    "type": "object",
                    "properties": {inner.name: _property(resource, inner) for inner in field.fields},
                    "required": [inner.name for inner in field.fields if inner.required],
                },
            )


def _type_name(resource: ResourceType, field: Field) -> str:
    module = resource.token.rpartition(":")[0]
    label = f"{resource.label}{field.name[0].upper()}{field.name[1:]}"
    return f"{module.rpartition('/')[0]}/{label}:{label}"
