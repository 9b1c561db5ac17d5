"""How a plugin's call fails on the wire: a gRPC status, with what exists nevertheless in its details."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NoReturn

from providers.protocol import generated
from providers.protocol.values import encode

if TYPE_CHECKING:
    import grpc

    from providers.protocol.values import Properties

UNKNOWN_CODE = 2
"""gRPC's code UNKNOWN, which the engine expects for a failed operation. Source: grpc status codes."""
DETAILS = "grpc-status-details-bin"


@dataclass(frozen=True)
class Refusal:
    """A failed call: one text; with an id when an object exists, in `properties` as far as it was made."""

    message: str
    id: str = ""
    properties: Properties = field(default_factory=dict)
    inputs: Properties | None = None


def abort(context: grpc.ServicerContext, refusal: Refusal) -> NoReturn:
    """Ends the call. With an id, the engine stores the object and counts its creation as not finished."""
    import grpc  # noqa: PLC0415 - the server has it loaded

    if refusal.id:
        context.set_trailing_metadata(((DETAILS, _status(refusal)),))
    context.abort(grpc.StatusCode.UNKNOWN, refusal.message)
    raise AssertionError("abort returned")


def _status(refusal: Refusal) -> bytes:
    """A google.rpc.Status with an ErrorResourceInitFailed, encoded by hand.

    Two packages define that message, and one process cannot load both.
    """
    from google.protobuf.any_pb2 import Any as Packed  # noqa: PLC0415 - only for a failure

    detail = generated.provider_pb2.ErrorResourceInitFailed(
        id=refusal.id, properties=encode(refusal.properties), reasons=[refusal.message]
    )
    if refusal.inputs is not None:
        detail.inputs.CopyFrom(encode(refusal.inputs))
    packed = Packed()
    packed.Pack(detail)
    parts: list[tuple[int, Any]] = [
        (1, UNKNOWN_CODE),
        (2, refusal.message.encode()),
        (3, packed.SerializeToString()),
    ]
    return b"".join(_field(number, value) for number, value in parts)


def _field(number: int, value: int | bytes) -> bytes:
    """One field of a protobuf message: a varint, or bytes with their length."""
    if isinstance(value, int):
        return _varint(number << 3) + _varint(value)
    return _varint(number << 3 | 2) + _varint(len(value)) + value


def _varint(value: int) -> bytes:
    encoded = bytearray()
    while value > 0x7F:  # noqa: PLR2004 - seven bits a byte
        encoded.append(value & 0x7F | 0x80)
        value >>= 7
    encoded.append(value)
    return bytes(encoded)
