"""The account's databases in a cluster: one each, with a role and password of its own, and Social Catering's tables."""

from __future__ import annotations

import json
import secrets
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from local_heroku.postgres import social_catering
from local_heroku.postgres.cluster import HOST, Cluster, PostgresError
from local_heroku.store.postgres import DataError, Held, Use

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_EXTENSIONS = "heroku_ext"
"""Where Heroku puts extensions: Dev Center, "Heroku Postgres Extensions", since 2022-08."""


@dataclass(frozen=True)
class Databases:
    """Implements local_heroku.store.postgres.Postgres."""

    cluster: Cluster

    def create(self) -> str:
        role, name, password = f"u{secrets.token_hex(7)}", f"d{secrets.token_hex(7)}", _password()
        with _said():
            self.cluster.ask(f"CREATE ROLE {role} LOGIN PASSWORD '{password}'")
            self.cluster.ask(f"CREATE DATABASE {name} OWNER {role}")
            self.cluster.ask(
                f'REVOKE CONNECT ON DATABASE {name} FROM PUBLIC; ALTER DATABASE {name} SET search_path = "$user", public, {_EXTENSIONS};'
            )
            self.cluster.ask(
                f"CREATE SCHEMA {_EXTENSIONS}; GRANT USAGE ON SCHEMA {_EXTENSIONS} TO PUBLIC;"
                f"CREATE EXTENSION pg_stat_statements SCHEMA {_EXTENSIONS};"
                f"ALTER SCHEMA public OWNER TO {role}; SET ROLE {role}; {social_catering.TABLES}",
                database=name,
            )
        return f"postgres://{role}:{password}@{HOST}:{self.cluster.port}/{name}"

    def rotate(self, address: str) -> str:
        role, name, password = _role(address), _name(address), _password()
        with _said():
            self.cluster.ask(f"ALTER ROLE {role} PASSWORD '{password}'")
        return f"postgres://{role}:{password}@{HOST}:{self.cluster.port}/{name}"

    def drop(self, address: str) -> None:
        with _said():
            self.cluster.ask(f"DROP DATABASE IF EXISTS {_name(address)} WITH (FORCE)")
            self.cluster.ask(f"DROP ROLE IF EXISTS {_role(address)}")

    def has(self, address: str) -> bool:
        return urlsplit(address).netloc.rpartition("@")[2] == f"{HOST}:{self.cluster.port}"

    def use(self, address: str) -> Use:
        """Without the connection that asks."""
        with _said():
            told = self.cluster.ask(
                "SELECT pg_database_size(current_database()), (SELECT count(*) FROM pg_tables WHERE schemaname NOT IN "
                f"('pg_catalog', 'information_schema', '{_EXTENSIONS}')), (SELECT count(*) FROM pg_stat_activity WHERE "
                "datname = current_database() AND pid <> pg_backend_pid())",
                database=_name(address),
            )
        return Use(*map(int, told.split("|")))

    def held(self, address: str) -> Held:
        with _said():
            found = json.loads(self.cluster.ask(social_catering.HELD, database=_name(address)))
        return Held(tuple(found["migrated"] or ()), found["rows"], found["email"] or "")

    def migrate(self, address: str, version: str) -> None:
        self._as_owner(address, f"INSERT INTO schema_migrations VALUES ('{int(version)}')")

    def sanitize(self, address: str, before: str, after: str) -> int:
        """`before`, the row's id, `after`."""
        return int(
            self._as_owner(
                address,
                f"WITH changed AS (UPDATE users SET email = {_quoted(before)} || id || {_quoted(after)} RETURNING 1)"
                " SELECT count(*) FROM changed",
            )
        )

    def fill(self, address: str, model: str, count: int) -> None:
        self._as_owner(address, social_catering.filled(model, count))

    def dump(self, address: str, backup: str) -> int:
        """Its size."""
        path = self._path(backup)
        path.parent.mkdir(exist_ok=True)
        with _said():
            self.cluster.run(
                "pg_dump", "-Fc", "--no-acl", "--no-owner", "-f", str(path), "-d", _name(address)
            )
        return path.stat().st_size

    def restore(self, address: str, backup: str) -> None:
        """All that was there goes first. The extensions are the server's and stay."""
        path, role = self._path(backup), _role(address)
        if not path.exists():
            raise DataError("pg_restore: error: this backup was made before the databases held data")
        entries = path.with_suffix(".list")
        with _said():
            listed = self.cluster.run("pg_restore", "-l", str(path))
            entries.write_text("".join(f"{line}\n" for line in listed.splitlines() if _is_restored(line)))
            self.cluster.ask(_emptied(role), database=_name(address))
            words = ["--no-acl", "--no-owner", f"--role={role}", "--exit-on-error", "-L", str(entries)]
            self.cluster.run("pg_restore", *words, "-d", _name(address), str(path))
        entries.unlink()

    def reset(self, address: str) -> None:
        """Without a table."""
        with _said():
            self.cluster.ask(_emptied(_role(address)), database=_name(address))

    def disconnect(self, address: str) -> None:
        sql = f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{_name(address)}'"
        with _said():
            self.cluster.ask(sql)

    def backup(self, backup: str) -> bytes | None:
        path = self._path(backup)
        return path.read_bytes() if path.exists() else None

    def forget(self, backup: str) -> None:
        self._path(backup).unlink(missing_ok=True)

    def _as_owner(self, address: str, sql: str) -> str:
        with _said():
            return self.cluster.ask(f"SET ROLE {_role(address)}; {sql}", database=_name(address))

    def _path(self, backup: str) -> Path:
        return self.cluster.folder / "backups" / f"{backup}.dump"


@contextmanager
def _said() -> Iterator[None]:
    try:
        yield
    except PostgresError as error:
        raise DataError(str(error)) from error


def _is_restored(entry: str) -> bool:
    return not any(
        word in entry for word in (" EXTENSION ", f" SCHEMA - {_EXTENSIONS} ", " SCHEMA - public ")
    )


def _emptied(role: str) -> str:
    return f"DROP SCHEMA IF EXISTS public CASCADE; CREATE SCHEMA public AUTHORIZATION {role}"


def _role(address: str) -> str:
    return str(urlsplit(address).username)


def _name(address: str) -> str:
    return urlsplit(address).path.removeprefix("/")


def _password() -> str:
    return f"p{secrets.token_hex(32)}"


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
