"""The account and everything in it, in memory, with every change written through to the journal."""

from __future__ import annotations

import secrets
import uuid
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from local_heroku.store import part_records, records
from local_heroku.store.listed import Listed
from local_heroku.store.logs import Logs
from local_heroku.store.one_offs import OneOffs
from local_heroku.store.sessions import Sessions
from local_heroku.store.tables import Changes, Record, Table

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from local_heroku.clock import Clock
    from local_heroku.store.journal import Journal
    from local_heroku.store.postgres import Postgres

OWNER_EMAIL = "ops@local-heroku.invalid"
OWNER_ID = "3f1c7a52-6a0b-4a7e-9f4e-5a1f6f0b2c11"


class World:
    """One Heroku account. Change it inside `transaction()`: all of it is written, or none.

    `now` is the clock's time, or the moment of the event being played (see timeline). `run_released` plays a release
    phase's command: what it said, and whether it went well. `base_url` is where this account is served.
    """

    def __init__(self, journal: Journal, clock: Clock) -> None:
        self._journal = journal
        self._changes = Changes()
        self._moment: float | None = None
        self.clock = clock
        self.logs = Logs()
        self.sessions = Sessions()
        self.one_offs = OneOffs()
        self.postgres: Postgres | None = None
        self.served: dict[str, float] = {}
        self.struck_by: Callable[[str], bool] = lambda _: False
        self.run_released: Callable[[records.App, str], tuple[str, bool]] = lambda *_: ("", True)
        self.base_url = ""
        table = self._changes
        self.apps = Table(records.App, table, name_of=lambda row: row.name)
        self.slugs = Table(records.Slug, table, parent_of=lambda row: row.app_id)
        self.releases = Table(records.Release, table, parent_of=lambda row: row.app_id)
        self.process_types = Table(records.ProcessType, table, parent_of=lambda row: row.app_id)
        self.dynos = Table(records.Dyno, table, parent_of=lambda row: row.app_id)
        self.addons = Table(
            records.Addon, table, name_of=lambda row: row.name, parent_of=lambda row: row.app_id
        )
        self.attachments = Table(records.Attachment, table, parent_of=lambda row: row.app_id)
        self.databases = Table(records.Database, table)
        self.schedules = Table(records.BackupSchedule, table, parent_of=lambda row: row.addon_id)
        self.transfers = Table(records.Transfer, table, parent_of=lambda row: row.app_id)
        self.sources = Table(records.Source, table)
        self.builds = Table(records.Build, table, parent_of=lambda row: row.app_id)
        self.pipelines = Table(records.Pipeline, table, name_of=lambda row: row.name)
        self.couplings = Table(records.Coupling, table, parent_of=lambda row: row.pipeline_id)
        self.promotions = Table(records.Promotion, table)
        self.drains = Table(part_records.Drain, table, parent_of=lambda row: row.app_id)
        self.domains = Table(part_records.Domain, table, parent_of=lambda row: row.app_id)
        self.collaborators = Table(part_records.Collaborator, table, parent_of=lambda row: row.app_id)
        self.webhooks = Table(part_records.Webhook, table, parent_of=lambda row: row.app_id)
        self.listed = Table(Listed, table)
        self._settings = Table(records.Settings, table)
        self._load()

    def _load(self) -> None:
        tables: dict[str, Table[Any]] = {
            table.kind.__name__: table for table in vars(self).values() if isinstance(table, Table)
        }
        for kind, fields in self._journal.rows():
            table = tables[kind]
            row = table.kind(**{key: _frozen(value) for key, value in fields.items()})
            table.set(row.id, row)
        self.clock.offset = self.settings.clock_offset

    @property
    def now(self) -> float:
        return self.clock.now() if self._moment is None else self._moment

    @property
    def settings(self) -> records.Settings:
        return self._settings.get("settings") or records.Settings()

    def change_settings(self, settings: records.Settings) -> None:
        self._settings.put(settings)
        self.clock.offset = settings.clock_offset

    @contextmanager
    def at(self, moment: float) -> Iterator[None]:
        """Play what follows as if it were `moment`."""
        self._moment = moment
        try:
            yield
        finally:
            self._moment = None

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Write every change at the end; undo every change when the block or the write fails."""
        try:
            yield
            self._write()
        except BaseException:
            for (table, row_id), before in self._changes.before.items():
                table.set(row_id, before)
            self.clock.offset = self.settings.clock_offset
            raise
        finally:
            self._changes.before.clear()

    def _write(self) -> None:
        puts: list[tuple[str, str, object]] = []
        removals: list[tuple[str, str]] = []
        for (table, row_id), before in self._changes.before.items():
            kind, row = table.kind.__name__, table.get(row_id)
            if row is not None and row is not before:
                puts.append((kind, row_id, row))
            elif row is None and before is not None:
                removals.append((kind, row_id))
        if puts or removals:
            self._journal.write(puts, removals)

    @property
    def changed(self) -> list[tuple[type[Record], Record | None, Record | None]]:
        """(kind, before, after) of every row that the running transaction changed."""
        return [
            (table.kind, before, table.get(row_id))
            for (table, row_id), before in self._changes.before.items()
        ]

    def put_blob(self, blob_id: str, content: bytes) -> None:
        self._journal.put_blob(blob_id, content)

    def blob(self, blob_id: str) -> bytes | None:
        return self._journal.blob(blob_id)

    def close(self) -> None:
        self._journal.close()


def new_id() -> str:
    return str(uuid.uuid4())


def new_key() -> str:
    """What stands for the token in an address that is fetched without one, as in Heroku's signed addresses."""
    return secrets.token_hex(16)


def _frozen(value: object) -> object:
    """JSON lists are tuples in records."""
    return tuple(_frozen(item) for item in value) if isinstance(value, list) else value
