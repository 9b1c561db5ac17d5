"""The package's schema in Pulumi's form, made from the tables of fields: `pulumi import` writes code by it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from providers.resources.schema import Field, Kind

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from providers.resources.schema import ResourceType

SCALARS = {Kind.STRING: "string", Kind.BOOL: "boolean", Kind.INT: "integer"}


def schema_text(
    name: str, version: str, settings: Mapping[str, str], resources: Iterable[ResourceType], **more: Any
) -> str:
    """The schema as JSON. `settings`: the provider's, each with a description. Source: Pulumi's package metaschema."""
    served = list(resources)
    variables = {
        setting: {"type": "string", **({"description": about} if about else {})}
        for setting, about in settings.items()
    }
    return json.dumps(
        {
            "name": name,
            "version": version,
            "config": {"variables": variables},
            "provider": {"inputProperties": variables},
            "types": {name: shape for resource in served for name, shape in _types(resource)},
            "resources": {resource.token: _resource(resource) for resource in served},
            **more,
        }
    )


def _resource(resource: ResourceType) -> dict[str, Any]:
    about = {"description": resource.about} if resource.about else {}
    return {
        **about,
        "inputProperties": {field.name: _property(resource, field) for field in resource.inputs},
        "requiredInputs": [
            field.name
            for field in resource.inputs
            if field.required and not (resource.autonamed and field.name == "name")
        ],
        "properties": {field.name: _property(resource, field) for field in resource.fields},
        "required": [
            field.name
            for field in resource.fields
            if field.required or field.computed or field.default is not None
        ],
    }


def _property(resource: ResourceType, field: Field) -> dict[str, Any]:
    marks: dict[str, Any] = {"secret": True} if field.secret else {}
    if field.default is not None:
        marks["default"] = field.default
    if field.about:
        marks["description"] = field.about
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
