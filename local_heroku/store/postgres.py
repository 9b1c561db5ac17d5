"""What the account asks of a real PostgreSQL. Databases are named by their address, as in a config var."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from local_heroku.errors import HerokuError


class DataError(HerokuError):
    """What PostgreSQL said instead."""

    def __init__(self, said: str) -> None:
        super().__init__(503, "service_unavailable", said)


@dataclass(frozen=True, slots=True)
class Use:
    bytes: int
    tables: int
    connections: int


@dataclass(frozen=True, slots=True)
class Held:
    """What the simulated application finds: versions that were migrated, rows by model, the first user's e-mail."""

    migrated: tuple[str, ...]
    rows: dict[str, int]
    email: str


class Postgres(Protocol):
    """Each raises DataError."""

    def create(self) -> str: ...
    def rotate(self, address: str) -> str: ...
    def drop(self, address: str) -> None: ...
    def has(self, address: str) -> bool: ...
    def use(self, address: str) -> Use: ...
    def held(self, address: str) -> Held: ...
    def migrate(self, address: str, version: str) -> None: ...
    def sanitize(self, address: str, before: str, after: str) -> int: ...
    def fill(self, address: str, model: str, count: int) -> None: ...
    def dump(self, address: str, backup: str) -> int: ...
    def restore(self, address: str, backup: str) -> None: ...
    def reset(self, address: str) -> None: ...
    def disconnect(self, address: str) -> None: ...
    def backup(self, backup: str) -> bytes | None: ...
    def forget(self, backup: str) -> None: ...
