"""Rows of one kind in memory, each change noted so that it can be written or undone as a whole."""

from __future__ import annotations

from typing import TYPE_CHECKING, Generic, Protocol, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable


class Record(Protocol):
    """A frozen record with an id."""

    @property
    def id(self) -> str: ...


Row = TypeVar("Row", bound=Record)


class Changes:
    """What the running transaction changed: (table, id) -> the row before, None when there was none."""

    def __init__(self) -> None:
        self.before: dict[tuple[Table[Record], str], Record | None] = {}

    def note(self, table: Table[Record], row_id: str, before: Record | None) -> None:
        self.before.setdefault((table, row_id), before)


class Table(Generic[Row]):
    """Rows by id in order of creation, and by an optional second name and parent.

    `name_of` and `parent_of` say which value of a row finds it again; reads never touch the disk.
    """

    def __init__(
        self,
        kind: type[Row],
        changes: Changes,
        *,
        name_of: Callable[[Row], str] | None = None,
        parent_of: Callable[[Row], str] | None = None,
    ) -> None:
        self.kind = kind
        self._changes = changes
        self._rows: dict[str, Row] = {}
        self._name_of = name_of
        self._parent_of = parent_of
        self._ids_by_name: dict[str, str] = {}
        self._ids_by_parent: dict[str, dict[str, None]] = {}

    def __len__(self) -> int:
        return len(self._rows)

    def get(self, row_id: str) -> Row | None:
        return self._rows.get(row_id)

    def find(self, id_or_name: str) -> Row | None:
        """The row with this id or, where rows have names, this name."""
        row = self._rows.get(id_or_name)
        if row is None and id_or_name in self._ids_by_name:
            return self._rows[self._ids_by_name[id_or_name]]
        return row

    def of(self, parent_id: str) -> list[Row]:
        return [self._rows[row_id] for row_id in self._ids_by_parent.get(parent_id, ())]

    def last_of(self, parent_id: str) -> Row | None:
        ids = self._ids_by_parent.get(parent_id)
        return self._rows[next(reversed(ids))] if ids else None

    def all(self) -> list[Row]:
        return list(self._rows.values())

    def put(self, row: Row) -> Row:
        """Add the row, or replace the one with its id in place."""
        self._note(row.id)
        self.set(row.id, row)
        return row

    def remove(self, row: Row) -> Row:
        self._note(row.id)
        self.set(row.id, None)
        return row

    def set(self, row_id: str, row: Row | None) -> None:
        """Without a note: for loading and undoing."""
        before = self._rows.get(row_id)
        if before is not None:
            self._unindex(before, keep_place=row is not None)
        if row is None:
            self._rows.pop(row_id, None)
            return
        self._rows[row_id] = row
        if self._name_of:
            self._ids_by_name[self._name_of(row)] = row_id
        if self._parent_of:
            self._ids_by_parent.setdefault(self._parent_of(row), {})[row_id] = None

    def _note(self, row_id: str) -> None:
        self._changes.note(self, row_id, self._rows.get(row_id))  # type: ignore[arg-type]

    def _unindex(self, row: Row, *, keep_place: bool) -> None:
        if self._name_of:
            self._ids_by_name.pop(self._name_of(row), None)
        if self._parent_of and not keep_place:
            siblings = self._ids_by_parent[self._parent_of(row)]
            del siblings[row.id]
            if not siblings:
                del self._ids_by_parent[self._parent_of(row)]
