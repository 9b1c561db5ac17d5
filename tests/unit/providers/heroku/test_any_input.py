"""Whatever a program sends, check answers with sentences; what check lets through, diff and preview can read."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from providers.heroku.types import MODULES, lifecycle
from providers.protocol.values import UNKNOWN, Secret, decode, encode, is_known
from providers.resources.check import check, opened, plain
from providers.resources.diff import difference
from providers.resources.naming import Naming
from providers.resources.preview import planned
from providers.resources.reply import imported_inputs, outputs, planned_outputs, refreshed_inputs
from providers.resources.schema import Field, Kind, ResourceType

SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-3, 300),
    st.floats(allow_nan=False, allow_infinity=False, width=16),
    st.text(max_size=5),
    st.just(UNKNOWN),
    st.sampled_from(["fce9d32a-0486-5fd5-97c8-adc8be16f670", "us", "web", "basic", "https://x.example/a"]),
)
ANYTHING = st.recursive(
    SCALARS,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(st.sampled_from(["A", "B", "name", "id", "type", "path", "url"]), inner, max_size=3),
        inner.map(Secret),
    ),
    max_leaves=5,
)


def _right(field: Field) -> st.SearchStrategy[Any]:
    """Values that are more likely to pass than anything."""
    likely = {
        "name": ["sc-app", "DATABASE", "preboot"],
        "region": ["us", "eu"],
        "size": ["Basic", "standard-1x"],
        "plan": ["heroku-postgresql:standard-0"],
        "stage": ["staging"],
        "email": ["pat@example.com"],
        "type": ["web", "team"],
        "hostname": ["www.example.com"],
        "url": ["https://x.example/a"],
        "sensitiveUrl": ["https://x.example/a"],
    }
    texts = likely.get(field.name, ["fce9d32a-0486-5fd5-97c8-adc8be16f670"])
    shapes: dict[Kind, st.SearchStrategy[Any]] = {
        Kind.STRING: st.sampled_from(texts),
        Kind.BOOL: st.booleans(),
        Kind.INT: st.integers(0, 100),
        Kind.LIST: st.lists(st.sampled_from(["heroku/ruby", UNKNOWN]), max_size=3),
        Kind.MAP: st.dictionaries(
            st.sampled_from(["A", "B"]), st.sampled_from(["1", 2, True, UNKNOWN]), max_size=2
        ),
    }
    if field.kind is Kind.OBJECT:
        return st.fixed_dictionaries({}, optional={inner.name: _right(inner) for inner in field.fields})
    return st.one_of(shapes[field.kind], st.just(UNKNOWN))


def _program(resource: ResourceType) -> st.SearchStrategy[dict[str, Any]]:
    right = st.fixed_dictionaries({}, optional={field.name: _right(field) for field in resource.inputs})
    names = st.sampled_from([*[field.name for field in resource.inputs], "noSuch", "app_id", "__defaults"])
    return st.one_of(right, st.dictionaries(names, ANYTHING, max_size=5))


@pytest.mark.slow
@pytest.mark.parametrize("token", sorted(MODULES))
@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_any_inputs_are_answered(token: str, data: st.DataObject) -> None:
    resource = lifecycle(token).resource
    news = decode(encode(data.draw(_program(resource))))
    checked = check(resource, opened(news), {}, Naming("r", b"seed"))
    encode(checked.inputs)
    for failure in checked.failures:
        assert failure.reason.endswith((".", "?")), failure
    if checked.failures:
        return
    inputs = opened(checked.inputs)
    again = check(resource, inputs, inputs, Naming("r", b"seed"))
    assert plain(again.inputs) == plain(inputs), "check changes its own answer"
    foreseen = planned(resource, inputs)
    encode(planned_outputs(resource, UNKNOWN, foreseen))
    assert not difference(resource, foreseen, inputs).changes or not is_known(inputs)
    if is_known(plain(inputs)):
        state = opened(outputs(resource, "id", planned(resource, inputs, {})))
        assert difference(resource, state, inputs).changes is False
        encode(refreshed_inputs(resource, inputs, state))
        encode(imported_inputs(resource, state))
