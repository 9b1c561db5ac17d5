"""What a resource will hold after create or update, as far as a preview can know. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from providers.protocol.values import UNKNOWN, Unknown
from providers.resources.check import as_text
from providers.resources.schema import Field, Kind, ResourceType

if TYPE_CHECKING:
    from providers.protocol.values import Properties


def planned(resource: ResourceType, news: Properties, state: Properties | None = None) -> Properties:
    """The outputs to come: given inputs as they are, what Heroku decides from `state`, or UNKNOWN on a create."""
    return {field.name: _planned(field, news.get(field.name), state) for field in resource.fields}


def _planned(field: Field, new: Any, state: Properties | None) -> Any:
    if isinstance(new, Unknown):
        return new
    was = None if state is None else state.get(field.name)
    if new == "" and field.computed:
        new = None
    if field.kind is Kind.MAP and not new and was is None:
        return UNKNOWN if field.computed else None
    if new is None:
        if not field.computed:
            return _emptied(field, state)
        return UNKNOWN if state is None else was
    return given(field, new, was)


def _emptied(field: Field, state: Properties | None) -> Any:
    """What is left of an input that is not given any more: of a map, an empty one."""
    was_there = state is not None and state.get(field.name) is not None
    return {} if field.kind is Kind.MAP and was_there else None


def given(field: Field, new: Any, old: Any = None) -> Any:
    """A given input as the state holds it."""
    match field.kind:
        case Kind.STRING if field.spelling:
            return field.spelling(new)
        case Kind.MAP:
            return {name: item if isinstance(item, Unknown) else as_text(item) for name, item in new.items()}
        case Kind.OBJECT:
            return {inner.name: _planned(inner, new.get(inner.name), old) for inner in field.fields}
        case _:
            return new
