"""Property values: between protobuf's Struct and plain Python.

null, text, bool, list and map are themselves; a number is an int when it is whole. What the protocol marks with a
signature becomes a type: UNKNOWN for a value not known before `up`, Secret for a secret one.
Source: Pulumi, "Property value marshalling" (sdk/go/common/resource/plugin/rpc.go).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final, TypeAlias

from google.protobuf.struct_pb2 import ListValue, Struct
from google.protobuf.struct_pb2 import Value as Wire

UNKNOWN_SIGNATURE = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"
SIGNATURE_KEY = "4dabf18193072939515e22adb298388d"
SECRET_SIGNATURE = "1b47061264138c4ac30d75fd1eb44270"  # noqa: S105 - the protocol's mark, public
OUTPUT_SIGNATURE = "d0e6a833031e9bbcd3f4e8bde6ca49a4"


class Unknown:
    """The type of UNKNOWN. It is no truth value, so that a rule cannot pass or fail on it by accident."""

    def __repr__(self) -> str:
        return "UNKNOWN"

    def __bool__(self) -> bool:
        raise TypeError("an unknown value was read as if it were known")


UNKNOWN: Final = Unknown()


@dataclass(frozen=True)
class Secret:
    """A secret value; its repr does not show it."""

    value: Any = field(repr=False)


Value: TypeAlias = Any
"""None, bool, int, float, str, list, dict, UNKNOWN or Secret; lists and maps nest."""
Properties: TypeAlias = dict[str, Value]


def decode(struct: Struct) -> Properties:
    """The properties of a request."""
    return {key: _read(value) for key, value in struct.fields.items()}


def encode(properties: Mapping[str, Value]) -> Struct:
    """The properties of an answer. Raises TypeError for a value the protocol cannot carry."""
    return Struct(fields={key: _written(value) for key, value in properties.items()})


def is_known(value: Value) -> bool:
    """Whether the value holds no UNKNOWN, at any depth."""
    match value:
        case Unknown():
            return False
        case Secret(value=inner):
            return is_known(inner)
        case dict():
            return all(is_known(inner) for inner in value.values())
        case list():
            return all(is_known(inner) for inner in value)
        case _:
            return True


def _read(value: Wire) -> Value:
    match value.WhichOneof("kind"):
        case "string_value":
            return UNKNOWN if value.string_value == UNKNOWN_SIGNATURE else value.string_value
        case "number_value":
            number = value.number_value
            return int(number) if number.is_integer() else number
        case "bool_value":
            return value.bool_value
        case "list_value":
            return [_read(item) for item in value.list_value.values]
        case "struct_value":
            return _read_map(value.struct_value)
        case _:
            return None


def _read_map(struct: Struct) -> Value:
    """A map, or what a signature in it stands for. An output value is read as its value, its secrecy kept."""
    fields = decode(struct)
    match fields.get(SIGNATURE_KEY):
        case signature if signature == SECRET_SIGNATURE:
            return Secret(fields.get("value"))
        case signature if signature == OUTPUT_SIGNATURE:
            value = fields.get("value", UNKNOWN)
            return Secret(value) if fields.get("secret") is True else value
        case _:
            return fields


def _written(value: Value) -> Wire:
    match value:
        case None:
            wire = Wire(null_value=0)
        case Unknown():
            wire = Wire(string_value=UNKNOWN_SIGNATURE)
        case Secret(value=inner):
            wire = Wire(struct_value=encode({SIGNATURE_KEY: SECRET_SIGNATURE, "value": inner}))
        case bool():
            wire = Wire(bool_value=value)
        case int() | float():
            wire = Wire(number_value=value)
        case str():
            wire = Wire(string_value=value)
        case Mapping():
            wire = Wire(struct_value=encode(value))
        case list() | tuple():
            wire = Wire(list_value=ListValue(values=[_written(item) for item in value]))
        case _:
            raise TypeError(f"a property value cannot be a {type(value).__name__}")
    return wire
