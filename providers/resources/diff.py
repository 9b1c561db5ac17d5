"""Diff: what an update to these inputs would change in this state. Pure.

The paths and kinds are the official plugin's: a list or map whose length changes is named itself besides its
elements, and what was computed stays when it is not given any more.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from providers.protocol.lifecycle import Difference, PropertyChange
from providers.protocol.lifecycle import Kind as ChangeKind
from providers.protocol.values import Unknown
from providers.resources.check import DEFAULTS, as_text
from providers.resources.schema import Field, Kind, ResourceType

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from providers.protocol.values import Properties


class Change(StrEnum):
    """How one path changes."""

    ADD = "ADD"
    UPDATE = "UPDATE"
    DELETE = "DELETE"


@dataclass(frozen=True)
class PathChange:
    path: str
    change: Change
    replaces: bool = False

    @property
    def kind(self) -> ChangeKind:
        """In the protocol's terms."""
        return ChangeKind[f"{self.change}_REPLACE" if self.replaces else self.change]

    @property
    def root(self) -> str:
        """The top-level property."""
        return self.path.partition(".")[0].partition("[")[0]


def difference(
    resource: ResourceType,
    state: Properties,
    news: Properties,
    *,
    ignored: Iterable[str] = (),
    also: Iterable[PathChange] = (),
) -> Difference:
    """What changes from the stored `state` to the inputs `news`, both without secret marks.

    `ignored` are property paths of `ignoreChanges`; `also` are changes the type itself finds.
    """
    found = [change for field in resource.inputs for change in _field(field, state, news, field.name)]
    hidden = tuple(ignored)
    changes = tuple(
        sorted(
            (change for change in (*found, *also) if not _is_ignored(change.path, hidden)),
            key=lambda change: change.path,
        )
    )
    roots = {change.root for change in changes}
    if resource.old_goes_first:
        old_goes_first = resource.old_goes_first(state, news)
    else:
        old_goes_first = resource.has_name and "name" not in (news.get(DEFAULTS) or ())
    return Difference(
        {change.path: PropertyChange(change.kind) for change in changes},
        bool(changes),
        replaces=[change.root for change in changes if change.replaces],
        stables=sorted(f.name for f in resource.inputs if f.replaces and f.name not in roots),
        delete_before_replace=old_goes_first and any(change.replaces for change in changes),
    )


def _is_ignored(path: str, ignored: tuple[str, ...]) -> bool:
    return any(path == skip or path.startswith((f"{skip}.", f"{skip}[")) for skip in ignored)


def _field(field: Field, state: Properties, news: Properties, path: str) -> Iterator[PathChange]:
    old, new = state.get(field.name), _wanted(field, news)
    if isinstance(old, Unknown):
        old = None
    if isinstance(new, Unknown):
        yield PathChange(path, Change.ADD if old is None else Change.UPDATE, field.replaces)
    elif new is None and (field.computed or old is None):
        return
    elif field.believed_if is not ... and old == field.believed_if and type(old) is type(field.believed_if):
        if new and new != old:
            yield PathChange(path, Change.UPDATE)
    elif field.kind is Kind.LIST:
        yield from _list(field, old or [], new or [], path)
    elif field.kind is Kind.MAP:
        yield from _map(field, old or {}, new or {}, path)
    elif field.kind is Kind.OBJECT:
        yield from _object(field, old, new, path)
    else:
        yield from _scalar(field, old, new, path)


def _wanted(field: Field, news: Properties) -> Any:
    """A refresh compares without Check, so a default may not be filled in."""
    found = news.get(field.name)
    if found == "" and field.computed:
        return None
    return field.default if found is None else found


def _scalar(field: Field, old: Any, new: Any, path: str) -> Iterator[PathChange]:
    if new is None:
        if old not in ("", None):
            yield PathChange(path, Change.DELETE, field.replaces)
        return
    wanted = field.spelling(new) if field.spelling else new
    if wanted == old or (old is None and wanted == ""):
        return
    yield PathChange(path, Change.ADD if old is None else Change.UPDATE, field.replaces)


def _list(field: Field, old: list[Any], new: list[Any], path: str) -> Iterator[PathChange]:
    if len(old) != len(new):
        yield PathChange(path, Change.UPDATE)
    for index in range(max(len(old), len(new))):
        before = old[index] if index < len(old) else None
        after = new[index] if index < len(new) else None
        yield from _element(field, before, after, f"{path}[{index}]")


def _map(field: Field, old: dict[str, Any], new: dict[str, Any], path: str) -> Iterator[PathChange]:
    emptied = field.computed and old and not new
    if len(old) != len(new) and not emptied:
        yield PathChange(path, Change.UPDATE)
    for name in sorted({*old, *new}):
        yield from _element(field, old.get(name), new.get(name), f"{path}.{name}")


def _element(field: Field, old: Any, new: Any, path: str) -> Iterator[PathChange]:
    wanted = new if new is None or isinstance(new, Unknown) else as_text(new)
    if wanted == old:
        return
    change = Change.ADD if old is None else Change.DELETE if new is None else Change.UPDATE
    yield PathChange(path, change, field.replaces)


def _object(field: Field, old: Any, new: Any, path: str) -> Iterator[PathChange]:
    if old is None or new is None:
        yield PathChange(path, Change.UPDATE)
    for inner in field.fields:
        yield from _field(inner, old or {}, new or {}, f"{path}.{inner.name}")
