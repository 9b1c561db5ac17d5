"""What local Heroku holds, one frozen record per thing. Times are seconds since the epoch; sizes are bytes."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class App:
    id: str
    name: str
    region: str
    heroku_stack: str
    build_stack: str
    suffix: str
    created_at: float
    updated_at: float
    released_at: float
    acm: bool = False
    maintenance: bool = False
    buildpacks: tuple[str, ...] = ()
    config_vars: dict[str, str] = field(default_factory=dict, repr=False)
    features: tuple[str, ...] = ()
    web_behaviour: str = ""
    transfers: int = 0

    @property
    def host(self) -> str:
        return f"{self.name}-{self.suffix}.herokuapp.com"


@dataclass(frozen=True, slots=True)
class Slug:
    """A built source. `required`: config vars without which its processes crash; `archive_id`: the blob it was
    built from, "" for none; `migrations`: stems of its db/migrate, () where it has none.
    """

    id: str
    app_id: str
    process_types: dict[str, str]
    heroku_stack: str
    created_at: float
    commit: str | None = None
    commit_description: str | None = None
    checksum: str | None = None
    size: int | None = None
    buildpack_description: str | None = None
    required: tuple[str, ...] = ()
    blob_key: str = ""
    archive_id: str = ""
    migrations: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Release:
    """A release: a slug and the config vars set by hand; `addon_config_vars` as they stood, for the record. `key` opens the output."""

    id: str
    app_id: str
    version: int
    description: str
    status: str
    slug_id: str | None
    created_at: float
    config_vars: dict[str, str] = field(repr=False)
    addon_config_vars: dict[str, str] = field(repr=False)
    addon_plan_names: tuple[str, ...] = ()
    output: str = ""
    """What the release phase said; "" without one."""
    key: str = ""


@dataclass(frozen=True, slots=True)
class ProcessType:
    id: str
    app_id: str
    type: str
    command: str
    quantity: int
    size: str
    created_at: float
    updated_at: float


@dataclass(frozen=True, slots=True)
class Dyno:
    """A simulated dyno. `boots_until` is when `starting` ends; 0 when it has."""

    id: str
    app_id: str
    type: str
    number: int
    state: str
    size: str
    command: str
    release_id: str
    release_version: int
    created_at: float
    updated_at: float
    boots_until: float = 0.0

    @property
    def name(self) -> str:
        return f"{self.type}.{self.number}"


@dataclass(frozen=True, slots=True)
class Addon:
    """An add-on. `ready_at` is when provisioning ends; 0 when it has."""

    id: str
    app_id: str
    name: str
    service: str
    plan: str
    state: str
    provider_id: str
    created_at: float
    updated_at: float
    ready_at: float = 0.0
    url: str = field(default="", repr=False)
    config: dict[str, str] = field(default_factory=dict)
    doomed: bool = False

    @property
    def plan_name(self) -> str:
        return f"{self.service}:{self.plan}"


@dataclass(frozen=True, slots=True)
class Attachment:
    id: str
    app_id: str
    addon_id: str
    name: str
    namespace: str | None
    created_at: float
    updated_at: float


@dataclass(frozen=True, slots=True)
class Database:
    """What is inside a Postgres add-on; its id is the add-on's.

    `migrated`, `rows` and `sanitized` are the simulated application's (store/application.py); () is never migrated.
    """

    id: str
    bytes: int
    tables: int
    connections: int
    version: str
    access_restricted: bool = False
    migrated: tuple[str, ...] = ()
    rows: dict[str, int] = field(default_factory=dict)
    sanitized: bool = False


@dataclass(frozen=True, slots=True)
class BackupSchedule:
    """Daily at `hour` wall time in `timezone`; `next_run` is the next firing."""

    id: str
    addon_id: str
    name: str
    hour: int
    timezone: str
    created_at: float
    updated_at: float
    next_run: float


@dataclass(frozen=True, slots=True)
class Transfer:
    """A backup or a restore. `ends_at` while it runs; `outcome` is what it will end as.

    A backup keeps the database's `migrated`, `rows` and `sanitized` as they were when it started.
    """

    id: str
    app_id: str
    addon_id: str
    number: int
    kind: str
    created_at: float
    updated_at: float
    from_name: str
    from_url: str
    to_name: str
    to_url: str
    key: str
    source_bytes: int
    outcome: str
    ends_at: float
    processed_bytes: int = 0
    schedule_id: str | None = None
    finished_at: float | None = None
    canceled_at: float | None = None
    deleted_at: float | None = None
    succeeded: bool | None = None
    logs: tuple[tuple[float, str, str], ...] = ()
    migrated: tuple[str, ...] = ()
    rows: dict[str, int] = field(default_factory=dict)
    sanitized: bool = False


@dataclass(frozen=True, slots=True)
class Source:
    """A place to put a source archive; the key in its address stands for the token."""

    id: str
    key: str
    created_at: float


@dataclass(frozen=True, slots=True)
class Build:
    id: str
    app_id: str
    source_url: str
    checksum: str | None
    version: str | None
    status: str
    created_at: float
    updated_at: float
    buildpacks: tuple[str, ...]
    heroku_stack: str
    output: str
    key: str
    slug_id: str | None = None
    release_id: str | None = None


@dataclass(frozen=True, slots=True)
class Pipeline:
    id: str
    name: str
    owner_id: str
    owner_type: str
    created_at: float
    updated_at: float
    config_vars: dict[str, dict[str, str]] = field(default_factory=dict, repr=False)


@dataclass(frozen=True, slots=True)
class Coupling:
    id: str
    app_id: str
    pipeline_id: str
    stage: str
    created_at: float
    updated_at: float


@dataclass(frozen=True, slots=True)
class Promotion:
    """A finished promotion. Targets: (app id, release id, error message)."""

    id: str
    pipeline_id: str
    app_id: str
    release_id: str
    targets: tuple[tuple[str, str | None, str | None], ...]
    created_at: float


@dataclass(frozen=True, slots=True)
class Settings:
    """How this local Heroku behaves; one record, id `settings`. Delays in seconds.

    `hosts`: further names under which apps answer, as a written runbook has them; host -> app.
    """

    id: str = "settings"
    clock_offset: float = 0.0
    provisioning: float = 1.0
    boot: float = 1.0
    transfer: float = 1.5
    default_size: str = "Basic"
    transfer_outcome: str = "succeeded"
    hosts: dict[str, str] = field(default_factory=dict)
