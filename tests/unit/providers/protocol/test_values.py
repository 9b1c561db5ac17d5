"""Property values survive the wire, with what the protocol marks by signatures."""

from __future__ import annotations

from typing import Any

import pytest
from google.protobuf.struct_pb2 import Struct
from hypothesis import given
from hypothesis import strategies as st

from providers.protocol.values import (
    OUTPUT_SIGNATURE,
    SIGNATURE_KEY,
    UNKNOWN,
    Secret,
    decode,
    encode,
    is_known,
)

LEAVES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(2**53), 2**53),
    st.floats(allow_nan=False, allow_infinity=False).filter(lambda number: not number.is_integer()),
    st.text(),
    st.just(UNKNOWN),
)
VALUES = st.recursive(
    LEAVES,
    lambda inner: st.one_of(st.lists(inner), st.dictionaries(st.text(), inner), inner.map(Secret)),
    max_leaves=10,
)


@pytest.mark.slow
@given(st.dictionaries(st.text(), VALUES))
def test_every_value_comes_back_as_it_was_sent(properties: dict[str, Any]) -> None:
    assert decode(Struct.FromString(encode(properties).SerializeToString())) == properties


def test_a_whole_number_is_an_int_and_a_bool_stays_one() -> None:
    read = decode(encode({"hour": 2.0, "half": 2.5, "yes": True}))
    assert {name: (type(value), value) for name, value in read.items()} == {
        "hour": (int, 2),
        "half": (float, 2.5),
        "yes": (bool, True),
    }


@pytest.mark.parametrize(
    ("wire", "expected"),
    [
        ({"value": "x"}, "x"),
        ({"value": "x", "secret": True}, Secret("x")),
        ({}, UNKNOWN),
        ({"secret": True}, Secret(UNKNOWN)),
    ],
)
def test_an_output_value_is_read_as_its_value(wire: dict[str, Any], expected: object) -> None:
    assert decode(encode({"a": {SIGNATURE_KEY: OUTPUT_SIGNATURE, **wire}})) == {"a": expected}


@pytest.mark.parametrize("value", [UNKNOWN, [UNKNOWN], {"a": [UNKNOWN]}, Secret({"a": UNKNOWN})])
def test_an_unknown_is_found_at_any_depth(value: object) -> None:
    assert not is_known({"deep": value})
    assert is_known({"deep": [1, {"a": Secret("x")}, None]})


def test_an_unknown_is_no_truth_value() -> None:
    with pytest.raises(TypeError, match="an unknown value was read as if it were known"):
        bool(UNKNOWN)


def test_a_secret_is_not_shown() -> None:
    assert repr(Secret("canary")) == "Secret()"


def test_what_the_protocol_cannot_carry_is_refused() -> None:
    with pytest.raises(TypeError, match="a property value cannot be a object"):
        encode({"a": object()})
