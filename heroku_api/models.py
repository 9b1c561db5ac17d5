"""What Heroku answers, as far as it is used here. Frozen; fields not named are ignored, and secrets are not named.

Source: Platform API reference for apps to builds; Heroku CLI for the Data API's objects, which are not documented.
Times are UTC.
"""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any
from urllib.parse import urlsplit
from uuid import UUID

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field


class Answered(BaseModel):
    """A part of an answer."""

    model_config = ConfigDict(frozen=True, extra="ignore", populate_by_name=True, defer_build=True)


class Ref(Answered):
    """Another object: its UUID and name."""

    id: UUID
    name: str


class Named(Answered):
    """Another object of which only the name is used."""

    name: str


class App(Answered):
    """An app. `stack` is the Heroku stack, such as `heroku-24`."""

    id: UUID
    name: str
    web_url: str | None = None
    region: Named
    stack: Named
    maintenance: bool = False
    released_at: datetime | None = None


class Price(Answered):
    """What an add-on costs: US cents per `unit`."""

    cents: int
    unit: str


class AddOn(Answered):
    """An add-on. `app` is the app it is billed to; `plan.name` is `service:plan`.

    `state`: provisioning, provisioned, deprovisioning or deprovisioned. `config_vars`: names only.
    """

    id: UUID
    name: str
    app: Ref
    addon_service: Named
    plan: Ref
    state: str
    config_vars: list[str] = []
    created_at: datetime | None = None
    billed_price: Price | None = None

    @property
    def is_postgres(self) -> bool:
        """Whether it is a Heroku Postgres database. Source: Heroku CLI, which looks at the plan's service."""
        return self.plan.name.partition(":")[0] == "heroku-postgresql"


class AttachedAddOn(Answered):
    """The add-on behind an attachment, with the app it is billed to."""

    id: UUID
    name: str
    app: Ref


class Attachment(Answered):
    """The name an add-on has in an app. `namespace` is None for the default credential."""

    id: UUID
    name: str
    namespace: str | None = None
    app: Ref
    addon: AttachedAddOn
    config_vars: list[str] = []


class FormationEntry(Answered):
    """One process type: how many dynos of which dyno type."""

    id: UUID
    type: str
    quantity: int
    size: str
    command: str = ""


class Dyno(Answered):
    """One dyno. `state`: starting, up, idle, crashed or down."""

    id: UUID
    name: str
    type: str
    size: str
    state: str


class ReleaseSlug(Answered):
    """The slug a release runs."""

    id: UUID


class Release(Answered):
    """A release. `status`: pending, succeeded, failed or expired."""

    id: UUID
    version: int
    description: str = ""
    status: str
    current: bool = False
    created_at: datetime
    slug: ReleaseSlug | None = None


class BuildRelease(Answered):
    """The release a build made."""

    id: UUID


class Build(Answered):
    """A build. `status`: pending, succeeded or failed."""

    id: UUID
    status: str
    release: BuildRelease | None = None
    output_stream_url: str | None = Field(default=None, repr=False)


class SourceBlob(Answered):
    """Where to put a source archive, and where a build gets it. Both URLs are signed: secret."""

    put_url: str = Field(repr=False)
    get_url: str = Field(repr=False)


class Source(Answered):
    """A place for a source archive."""

    source_blob: SourceBlob


class InfoRow(Answered):
    """One row of pg:info, such as `Data Size`: `84.1 MB / 64 GB (0.13%)`."""

    name: str
    values: list[Any] | None = None


class Database(Answered):
    """A Postgres database, as far as it says so. Its `resource_url` holds a password and is left out."""

    name: str | None = None
    num_bytes: int | None = None
    num_connections: int | None = None
    postgres_version: str | None = None
    info: list[InfoRow] = []


def database_place(url: object) -> str | None:
    """Host and name of the database that a URL is of; its user and password are left out. None for any other text."""
    parts = (
        urlsplit(url) if isinstance(url, str) and url.startswith(("postgres://", "postgresql://")) else None
    )
    try:
        return f"{parts.hostname}:{parts.port or 5432}{parts.path}" if parts and parts.hostname else None
    except ValueError:
        return None


def _hour(value: object) -> object:
    """The API takes the hour as a text; it answers with a number. Both are read."""
    if isinstance(value, str) and value.isascii() and value.isdigit():
        return int(value)
    return value


class TransferSchedule(Answered):
    """A backup schedule: daily at `hour`:00 wall time of `timezone`. `name` is such as `DATABASE_URL`."""

    uuid: UUID
    name: str
    hour: Annotated[int, BeforeValidator(_hour), Field(ge=0, le=23, strict=True)]
    timezone: str
    deleted_at: str | None = None


class Transfer(Answered):
    """A backup, restore or copy. Sizes are bytes; times as the API words them (`2026-08-04 02:00:05 +0000`).

    Its URLs are signed and left out; of `from_url`, which holds a password, only which database it is of.
    """

    uuid: UUID
    num: int
    from_type: str
    to_type: str
    from_name: str = ""
    from_place: Annotated[str | None, BeforeValidator(database_place)] = Field(default=None, alias="from_url")
    to_name: str = ""
    schedule: Any | None = None
    source_bytes: int | None = None
    processed_bytes: int = 0
    succeeded: bool | None = None
    warnings: int | None = None
    created_at: str
    started_at: str | None = None
    finished_at: str | None = None
    canceled_at: str | None = None
    deleted_at: str | None = None

    @property
    def is_backup(self) -> bool:
        """Whether it went from a database to the backup store. Source: Heroku CLI."""
        return self.from_type == "pg_dump" and self.to_type == "gof3r"

    @property
    def name(self) -> str:
        """As Heroku's CLI shows it: a### scheduled backup, b### manual, r### restore, c### copy."""
        if self.is_backup:
            kind = "a" if self.schedule else "b"
        else:
            kind = "c" if self.from_type == "pg_dump" else "r"
        return f"{kind}{self.num:03}"
