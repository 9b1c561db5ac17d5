"""The tables of the application as far as the runbook asks for them, with the rows that a new database starts with."""

from __future__ import annotations

from local_heroku.store.application import MIGRATIONS, ROWS

TABLE_OF = {"User": "users", "Worker": "workers", "Shift": "shifts", "Assignment": "assignments"}
_ROW = {
    "User": ("email", "'user_' || n || '@mail.invalid'"),
    "Worker": ("name", "'Worker ' || n"),
    "Shift": ("starts_at", "timestamp '2026-01-01 09:00' + n * interval '1 day'"),
    "Assignment": ("position", "n"),
}
_VERSIONS = ", ".join(f"('{stem.partition('_')[0]}')" for stem in MIGRATIONS)


def filled(model: str, count: int) -> str:
    """The table with exactly so many rows."""
    column, value = _ROW[model]
    table = TABLE_OF[model]
    return (
        f"TRUNCATE {table} RESTART IDENTITY;"
        f"INSERT INTO {table} ({column}) SELECT {value} FROM generate_series(1, {count}) AS n;"
    )


TABLES = "".join((
    "CREATE TABLE schema_migrations (version varchar PRIMARY KEY);",
    f"INSERT INTO schema_migrations VALUES {_VERSIONS};",
    "CREATE TABLE users (id bigserial PRIMARY KEY, email varchar NOT NULL);",
    "CREATE TABLE workers (id bigserial PRIMARY KEY, name varchar NOT NULL);",
    "CREATE TABLE shifts (id bigserial PRIMARY KEY, starts_at timestamp NOT NULL, status varchar DEFAULT 'draft');",
    "CREATE TABLE assignments (id bigserial PRIMARY KEY, position integer NOT NULL);",
    *(filled(model, count) for model, count in ROWS.items()),
))  # fmt: skip
_COUNTS = ", ".join(f"'{model}', (SELECT count(*) FROM {table})" for model, table in TABLE_OF.items())
HELD = (
    "SELECT json_build_object('migrated', (SELECT json_agg(version ORDER BY version) FROM schema_migrations), "
    f"'rows', json_build_object({_COUNTS}), 'email', (SELECT email FROM users ORDER BY id LIMIT 1))"
)
"""One JSON object: migrated, rows, email."""
