"""`rails db:migrate` and its like, with the lines that Rails prints."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from local_heroku.one_off.line import NotSimulatedError
from local_heroku.one_off.ran import Ran
from local_heroku.one_off.ruby import Ruby, statements
from local_heroku.store import application, dynos, environment
from local_heroku.store.postgres import DataError

if TYPE_CHECKING:
    from local_heroku.store.application import Migration
    from local_heroku.store.records import Addon, App, Database
    from local_heroku.store.world import World

NAMES = ("rails", "rake", "bin/rails", "bin/rake")
SIMULATED = (
    "rails db:migrate",
    "rails db:migrate:status",
    "rails db:version",
    "rails runner",
    "rails console",
)
_WIDTH = 75  # of a line about a migration: ActiveRecord::Migration#announce


def run(world: World, app: App, words: Sequence[str]) -> Ran:
    """All but the console, which needs a terminal. Raises NotSimulatedError."""
    task, options = (words[1] if len(words) > 1 else ""), list(words[2:])
    known = task in ("db:migrate", "db:migrate:status", "db:version") and not options
    is_runner = task in ("runner", "r") and len(options) == 1
    if not known and not is_runner:
        raise NotSimulatedError(" ".join(words))
    if problem := trouble(world, app):
        return problem
    try:
        return _asked(world, app, task, options)
    except DataError as error:
        return aborted(f"ActiveRecord::StatementInvalid: {error}")


def _asked(world: World, app: App, task: str, options: Sequence[str]) -> Ran:
    found = application.primary(world, app)
    if found is None:
        return aborted("ActiveRecord::ConnectionNotEstablished: could not connect to the database")
    addon, database = found
    match task:
        case "db:migrate":
            return _migrate(world, app, addon, database)
        case "db:migrate:status":
            return Ran(_status(world, app, addon, database))
        case "db:version":
            return Ran(f"Current version: {application.version(world, addon, database)}\n")
    return _runner(Ruby(world, app, addon, database), options[0])


def trouble(world: World, app: App) -> Ran | None:
    """What keeps Rails from starting: a config var that it requires."""
    missing = dynos.missing_config_vars(world, app)
    if missing and missing != ["DATABASE_URL"]:
        return aborted(dynos.complaint(missing[0]))
    return None


def aborted(text: str, after: str = "") -> Ran:
    return Ran(f"rails aborted!\n{text}\n{after}\n(See full trace by running task with --trace)\n", 1)


def _migrate(world: World, app: App, addon: Addon, database: Database) -> Ran:
    said = []
    for migration in application.pending(world, app, addon, database):
        said.append(_announced(migration, "migrating"))
        if world.struck_by("migration-fails"):
            failed = aborted(
                "StandardError: An error has occurred, this and all later migrations canceled:\n\n"
                "PG::LockNotAvailable: ERROR:  canceling statement due to lock timeout",
                "\nTasks: TOP => db:migrate",
            )
            return Ran("".join(said) + failed.output, failed.status)
        application.run_migration(world, addon, migration)
        said.append(_announced(migration, "migrated (0.0042s)") + "\n")
    return Ran("".join(said))


def _announced(migration: Migration, what: str) -> str:
    text = f"{migration.version} {migration.class_name}: {what}"
    return f"== {text} {'=' * max(0, _WIDTH - len(text))}\n"


def _status(world: World, app: App, addon: Addon, database: Database) -> str:
    name = environment.all_of(world, app)["DATABASE_URL"].rpartition("/")[2]
    rows = [
        f"{'up' if item.is_up else 'down':^8}  {item.version:<14}  {_title(item)}\n"
        for item in application.status(world, app, addon, database)
    ]
    head = f"{'Status':^8}  {'Migration ID':<14}  Migration Name\n{'-' * 50}\n"
    return f"\ndatabase: {name}\n\n{head}{''.join(rows)}\n"


def _title(migration: Migration) -> str:
    return (
        migration.name.replace("_", " ").capitalize() if migration.name else "********** NO FILE **********"
    )


def _runner(ruby: Ruby, script: str) -> Ran:
    """All of the script or nothing: what it asks for is looked at before anything is changed."""
    for statement in statements(script):
        ruby.statement(statement)
    return Ran("".join(ruby.printed))
