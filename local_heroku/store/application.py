"""The simulated application: what Social Catering's Rails app keeps in its database, as far as the runbook asks for it.

A source with a db/migrate is taken at its word; one without has the migrations below. The database that an app starts
with has run those of the app's first source. What a later deploy brings is pending until `rails db:migrate` runs it; a
backup keeps it all, a restore puts it back.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from local_heroku.store import environment, releases

if TYPE_CHECKING:
    from collections.abc import Iterable

    from local_heroku.store.records import Addon, App, Database, Transfer
    from local_heroku.store.world import World

MIGRATIONS = (
    "20250901090000_create_users",
    "20250901090100_create_workers",
    "20250901090200_create_shifts",
    "20250901090300_create_assignments",
    "20251004181500_add_status_to_shifts",
)
ROWS = {"User": 58, "Worker": 42, "Shift": 318, "Assignment": 1271}
"""Models, and how many rows each has in a new database: enough to see them gone."""
_FILE = re.compile(r"db/migrate/(\d{14}_[a-z0-9_]+)\.rb")


@dataclass(frozen=True, slots=True)
class Migration:
    """`name` is "" for one that the database has run and the source no longer has."""

    version: str
    name: str
    is_up: bool

    @property
    def class_name(self) -> str:
        return "".join(word.capitalize() for word in self.name.split("_"))


def migrations_in(paths: Iterable[str]) -> tuple[str, ...]:
    """Stems of the migrations among a source's files, oldest first."""
    return tuple(sorted(match[1] for path in paths if (match := _FILE.fullmatch(path))))


def primary(world: World, app: App) -> tuple[Addon, Database] | None:
    """The database behind the app's DATABASE_URL; None where there is none, or it does not answer."""
    attached = next((item for item in world.attachments.of(app.id) if item.name == "DATABASE"), None)
    addon = world.addons.get(attached.addon_id) if attached else None
    database = world.databases.get(addon.id) if addon else None
    if addon is None or database is None or addon.state != "provisioned" or database.access_restricted:
        return None
    return (
        (addon, current(world, addon, database)) if "DATABASE_URL" in environment.all_of(world, app) else None
    )


def current(world: World, addon: Addon, database: Database) -> Database:
    """With what PostgreSQL holds, where it holds the data. Raises DataError."""
    present = world.databases.get(addon.id) or database
    if world.postgres is None or not world.postgres.has(addon.url):
        return present
    held = world.postgres.held(addon.url)
    return replace(present, migrated=held.migrated, rows=held.rows)


def first_email(world: World, addon: Addon, database: Database) -> str:
    if world.postgres and world.postgres.has(addon.url):
        return world.postgres.held(addon.url).email
    return "test_1@example.com" if database.sanitized else "ana.lopez@mail.invalid"


def source_migrations(world: World, app: App) -> tuple[str, ...]:
    """Those of the release that runs."""
    release = releases.current(world, app)
    slug = world.slugs.get(release.slug_id or "") if release else None
    return (slug.migrations if slug else ()) or MIGRATIONS


def rows(database: Database) -> dict[str, int]:
    return {**ROWS, **database.rows}


def migrated(world: World, addon: Addon, database: Database) -> tuple[str, ...]:
    """What the database has run, oldest first."""
    first = next(iter(world.slugs.of(addon.app_id)), None)
    return database.migrated or (first.migrations if first else ()) or MIGRATIONS


def status(world: World, app: App, addon: Addon, database: Database) -> list[Migration]:
    """Every migration that the source or the database knows, oldest first."""
    names = dict(stem.split("_", 1) for stem in source_migrations(world, app))
    ran = {stem.partition("_")[0] for stem in migrated(world, addon, database)}
    return [
        Migration(version, names.get(version, ""), version in ran) for version in sorted(ran | names.keys())
    ]


def pending(world: World, app: App, addon: Addon, database: Database) -> list[Migration]:
    return [item for item in status(world, app, addon, database) if not item.is_up]


def run_migration(world: World, addon: Addon, migration: Migration) -> None:
    if world.postgres and world.postgres.has(addon.url):
        world.postgres.migrate(addon.url, migration.version)
        return
    database = world.databases.get(addon.id)
    if database is not None:
        ran = {*migrated(world, addon, database), f"{migration.version}_{migration.name}"}
        world.databases.put(replace(database, migrated=tuple(sorted(ran))))


def version(world: World, addon: Addon, database: Database) -> int:
    """The schema's version as Rails has it: the newest migration that ran."""
    return max(int(stem.partition("_")[0]) for stem in migrated(world, addon, database))


def sanitize(world: World, addon: Addon, database: Database, *, before: str, after: str) -> int:
    """`User.update_all(email: …)` to `before`, the row's id, `after`: how many rows it changed."""
    if world.postgres and world.postgres.has(addon.url):
        return world.postgres.sanitize(addon.url, before, after)
    world.databases.put(replace(database, sanitized=True))
    return rows(database)["User"]


def kept(world: World, addon: Addon, transfer: Transfer) -> Transfer:
    """The backup with what the database holds now."""
    database = world.databases.get(addon.id)
    if database is None:
        return transfer
    ran = migrated(world, addon, database)
    return replace(transfer, migrated=ran, rows=rows(database), sanitized=database.sanitized)


def put_back(database: Database, backup: Transfer) -> Database:
    """The database with what the backup holds; one of before this was kept changes nothing."""
    if not backup.migrated:
        return database
    return replace(database, migrated=backup.migrated, rows=backup.rows, sanitized=backup.sanitized)
