"""The SQLite file behind the tables: written before a request is answered, so a killed process loses no accepted write."""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING, Any

import orjson

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

SCHEMA_VERSION = 1
_SCHEMA = """
create table if not exists objects (
    place integer primary key autoincrement,
    kind text not null,
    id text not null,
    body blob not null,
    unique (kind, id)
);
create table if not exists blobs (id text primary key, content blob not null);
"""


class WrongVersionError(Exception):
    """The file was written by another version of local Heroku."""


class Journal:
    """One file of objects as JSON, in order of creation. WAL: each commit is in the operating system's hands at once."""

    def __init__(self, path: Path) -> None:
        path.touch(mode=0o600, exist_ok=True)
        self._connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        try:
            self._prepare(path)
        except BaseException:
            self.close()
            raise

    def _prepare(self, path: Path) -> None:
        self._connection.execute("pragma journal_mode = wal")
        self._connection.execute("pragma synchronous = normal")
        self._refuse_other_version(path)
        self._connection.executescript(_SCHEMA)
        self._connection.execute(f"pragma user_version = {SCHEMA_VERSION}")

    def _refuse_other_version(self, path: Path) -> None:
        (version,) = self._connection.execute("pragma user_version").fetchone()
        if version not in (0, SCHEMA_VERSION):
            raise WrongVersionError(
                f"{path}: written by local Heroku's schema version {version}, this one reads {SCHEMA_VERSION}; "
                "run `./ops local reset` to start with an empty account.",
            )

    def rows(self) -> Iterable[tuple[str, dict[str, Any]]]:
        """(kind, fields) of every object, oldest first."""
        for kind, body in self._connection.execute("select kind, body from objects order by place"):
            yield kind, orjson.loads(body)

    def write(self, puts: list[tuple[str, str, object]], removals: list[tuple[str, str]]) -> None:
        """All of it or nothing. `puts` are (kind, id, record)."""
        self._connection.execute("begin immediate")
        try:
            self._connection.executemany(
                "insert into objects (kind, id, body) values (?, ?, ?) "
                "on conflict (kind, id) do update set body = excluded.body",
                [(kind, row_id, orjson.dumps(record)) for kind, row_id, record in puts],
            )
            self._connection.executemany("delete from objects where kind = ? and id = ?", removals)
        except BaseException:
            self._connection.execute("rollback")
            raise
        self._connection.execute("commit")

    def put_blob(self, blob_id: str, content: bytes) -> None:
        self._connection.execute(
            "insert into blobs values (?, ?) on conflict (id) do update set content = excluded.content",
            (blob_id, content),
        )

    def blob(self, blob_id: str) -> bytes | None:
        row = self._connection.execute("select content from blobs where id = ?", (blob_id,)).fetchone()
        return None if row is None else bytes(row[0])

    def close(self) -> None:
        self._connection.close()
