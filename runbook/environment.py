"""One stack of the runbook as Heroku knows it, whoever read it: a file, a plan, the state, or the live account.

Rules read this and nothing else. A field that a reader can't tell is Unknown; a config var's value is never held.
"""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict

from runbook.digest import Digest
from runbook.live import NOT_ASKED, Live, Surrounding, SurroundingKind
from runbook.settings import StackName
from runbook.unknown import Known, Unknown

PRIMARY = "DATABASE"
"""The attachment whose database the app uses, as config var DATABASE_URL."""


ONLY_LIVE = Unknown("only the live account tells")
BY_HAND = Unknown("it is set on Heroku by hand and read on the live account only")
"""The digest of an external or optional config var, on everything but the live account."""


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True, strict=True)


class App(_Frozen):
    name: Known[str]
    region: Known[str] = Unknown("not read")
    heroku_stack: Known[str] = Unknown("not read")
    buildpacks: Known[tuple[str, ...]] = Unknown("not read")
    acm: Known[bool] = Unknown("not read")
    url: Known[str] = Unknown("Heroku gives the app its URL when it is created")
    """Web URL without a slash at the end."""


class Process(_Frozen):
    """One process type of the formation. With `most`, any number from `quantity` on is as declared."""

    process_type: Known[str]
    quantity: Known[int]
    dyno_type: Known[str]
    most: int | None = None
    """The upper end of a declared range; None where the quantity is fixed."""

    @property
    def up_to(self) -> Known[int]:
        """The most dynos that it may have."""
        return self.quantity if self.most is None else self.most

    @property
    def dynos(self) -> str:
        """`2`, `2 to 6`, or `unknown`."""
        if isinstance(self.quantity, Unknown):
            return "unknown"
        return str(self.quantity) if self.most is None else f"{self.quantity} to {self.most}"

    def allows(self, quantity: Known[int]) -> bool:
        """Whether so many dynos are inside a declared range."""
        if self.most is None or isinstance(self.quantity, Unknown) or isinstance(quantity, Unknown):
            return False
        return self.quantity <= quantity <= self.most


class Database(_Frozen):
    """A Heroku Postgres add-on. `plan` is without its service: `standard-0`."""

    name: str
    plan: Known[str]


class Addon(_Frozen):
    """An add-on that is no database. `plan` is with its service: `heroku-redis:mini`."""

    name: str
    plan: Known[str]
    billed_usd: int | None = None
    """What Heroku bills a month, in whole dollars upwards; None where only the catalogue has a price."""


class Attachment(_Frozen):
    """The name a database has in the app. `database` is the database's name, or the id of one not declared here."""

    name: Known[str]
    database: Known[str]


class Coupling(_Frozen):
    """The app's place in a pipeline. `pipeline` is its name."""

    pipeline: Known[str]
    stage: Known[str]


class LogDrain(_Frozen):
    """A declared log drain, by its name in the stack file. Of its URL only the host is shown."""

    name: str
    host: Known[str]
    digest: Known[Digest]
    """Of the URL."""
    id: str | None = None
    """Heroku's; None before it was made."""


class BackupSchedule(_Frozen):
    """A daily backup at `hour` (0 to 23) on the wall clock of `zone`, of `database`, under the name `attachment`."""

    attachment: Known[str]
    database: Known[str]
    hour: Known[int]
    zone: Known[str]


ConfigVarKind = Literal["plain", "managed", "external", "optional", "addon"]
"""`managed`, `external`, `optional`: as in the settings. `addon`: set by Heroku for an add-on."""


class ConfigVar(_Frozen):
    name: str
    kind: ConfigVarKind
    digest: Known[Digest] = BY_HAND
    template: Digest | None = None
    """Of the value as the settings have it, where that is made of the app's URL."""
    secret_form: str | None = None
    """Of a plain value, what kind of secret it looks like; None where it looks like none or was not looked at."""
    has_value: bool = True
    """False for a managed secret whose value is in no stack file yet."""


class ConfigVars(_Frozen):
    """Those that are known, and whether these are all: `rest` is None then, else why others may exist."""

    known: tuple[ConfigVar, ...] = ()
    rest: Unknown | None = None

    def find(self, name: str) -> ConfigVar | Unknown | None:
        """The first of this name; None where there is surely none."""
        return next((var for var in self.known if var.name == name), self.rest)


class Resource(_Frozen):
    """Anything Pulumi manages for the stack, by its name there."""

    name: str
    protected: Known[bool]


class Step(_Frozen):
    """What a preview would do to one resource: `create`, `update`, `same`, `delete`, `replace` and so on."""

    operation: str
    name: str
    type: str
    was_protected: bool
    stays_protected: bool


class Environment(_Frozen):
    stack: StackName
    app: Known[App | None]
    formation: Known[tuple[Process, ...]] = ()
    databases: Known[tuple[Database, ...]] = ()
    addons: Known[tuple[Addon, ...]] = ()
    """Those that are no databases."""
    attachments: Known[tuple[Attachment, ...]] = ()
    """Those of databases."""
    addon_attachments: Known[tuple[Attachment, ...]] = ()
    """Those of other add-ons."""
    parts: dict[SurroundingKind, tuple[str, ...]] = {}
    """What is declared of the app's domains and the like, by name; on the live account too, by the settings."""
    coupling: Known[Coupling | None] = None
    log_drains: tuple[LogDrain, ...] = ()
    """What is declared; what is live stands in `live`."""
    backup_schedules: Known[tuple[BackupSchedule, ...]] = ()
    config_vars: ConfigVars = ConfigVars()
    resources: Known[tuple[Resource, ...]] = ()
    monthly_budget_usd: Known[int] = Unknown("no budget is declared")
    differs: Known[tuple[str, ...]] = ()
    """What the settings let differ from the other stack."""
    steps: Known[tuple[Step, ...]] = Unknown("only a preview has steps")
    live: Known[Live] = ONLY_LIVE

    @property
    def is_live(self) -> bool:
        """Whether it was read on the live account, even where that could not tell."""
        return self.live != ONLY_LIVE

    def surrounding(self, kind: SurroundingKind) -> Known[tuple[Surrounding, ...]]:
        """What of this kind is live."""
        return self.live if isinstance(self.live, Unknown) else self.live.surroundings.get(kind, NOT_ASKED)

    @property
    def primary_database(self) -> Known[str | None]:
        """The name of the database behind DATABASE_URL; None where nothing is attached so."""
        if isinstance(self.attachments, Unknown):
            return self.attachments
        found = next((one for one in self.attachments if one.name == PRIMARY), None)
        unnamed = next((one.name for one in self.attachments if isinstance(one.name, Unknown)), None)
        return found.database if found else unnamed
