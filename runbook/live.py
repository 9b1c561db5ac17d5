"""What only the live account tells of a stack: what runs, what was backed up, who has access, how the app answers.

Values that may be secret are not held: of a log line only the pattern it matches, of a drain or webhook only its host.
"""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict

from runbook.digest import Digest
from runbook.unknown import Known, Unknown

NOT_ASKED = Unknown("it was not asked for in this run")


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True, strict=True)


class Dyno(_Frozen):
    """`state`: starting, up, idle, crashed or down."""

    name: str
    process_type: str
    state: str


class Backup(_Frozen):
    """A backup as `heroku pg:backups` lists it. `succeeded` is None while it runs."""

    name: str
    database: Known[str | None]
    """The database it was made of, by its name; None for one that the app has no more."""
    scheduled: bool
    started_at: datetime
    finished_at: datetime | None
    succeeded: bool | None
    size_bytes: int


class DatabaseUse(_Frozen):
    """How full a database is."""

    database: str
    size_bytes: Known[int]
    connections: Known[int]


class Release(_Frozen):
    """`status`: pending, succeeded, failed or expired."""

    version: int
    description: str
    status: str
    current: bool
    created_at: datetime
    has_slug: bool = True
    """Whether there is something to run: a new app's first releases have nothing."""


class Health(_Frozen):
    """What /healthz answered. `status` is None when nothing came within the time limit of `milliseconds`."""

    status: int | None
    says: str = ""
    """The report's own `status`, or "" where the answer was no health report."""
    said_at: datetime | None = None
    """The report's own `timestamp`; None where it has none that can be read."""
    milliseconds: int


class LogMatches(_Frozen):
    """How many recent log lines match a pattern of the runbook."""

    pattern: str
    lines: int
    newest_at: datetime


SurroundingKind = Literal["domain", "log drain", "feature", "collaborator", "webhook"]


class Surrounding(_Frozen):
    """Something set on the app beside what is declared. `name`: a host, a feature, or a person's address."""

    kind: SurroundingKind
    name: str
    says: str = ""
    """What an operator needs of it, such as a domain's DNS target; never a secret."""
    id: str = ""
    digest: Digest | None = None
    """Of a log drain's URL."""

    @property
    def host(self) -> str:
        """Of a log drain or a webhook."""
        return self.name.partition("#")[0]


class Rename(_Frozen):
    """An add-on that has another name than the declared one; its id is the same."""

    declared: str
    live: str


class Lost(_Frozen):
    """Something that holds data, is declared, and is surely not on the account; `another` has its name by now."""

    what: Literal["app", "database"]
    name: str
    another: bool = False


class Live(_Frozen):
    """Each part is Unknown, with the reason, where it could not be read or was not asked for."""

    read_at: datetime
    app_id: str | None = None
    maintenance: Known[bool] = NOT_ASKED
    dynos: Known[tuple[Dyno, ...]] = NOT_ASKED
    backups: Known[tuple[Backup, ...]] = NOT_ASKED
    database_use: Known[tuple[DatabaseUse, ...]] = NOT_ASKED
    releases: Known[tuple[Release, ...]] = NOT_ASKED
    """The newest ten, newest first."""
    health: Known[Health] = NOT_ASKED
    log_matches: Known[tuple[LogMatches, ...]] = NOT_ASKED
    commands: dict[str, str] = {}
    """What each process type that has dynos runs, as its Procfile says it; never one with a secret in it."""
    surroundings: dict[SurroundingKind, Known[tuple[Surrounding, ...]]] = {}
    renames: tuple[Rename, ...] = ()
    lost: Known[tuple[Lost, ...]] = ()
    elsewhere: Known[tuple[tuple[str, str], ...]] = ()
    """Attachments of this app's databases in other apps: the app, and the name there."""
