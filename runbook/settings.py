"""The settings of one stack: the closed models that `Pulumi.<stack>.yaml` is read into.

Everything the components declare comes from here, and nothing else does.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Annotated, Literal, get_args

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    Discriminator,
    Field,
    SecretStr,
    Tag,
    model_validator,
)

from runbook.access import EMAIL, Access
from runbook.app_parts import PATTERNS as PART_PATTERNS
from runbook.app_parts import AddonName, Addons, Domains, Features
from runbook.backup_time import BackupTime, BackupTimeError
from runbook.catalogue import Entry, catalogue
from runbook.drains import DRAIN, DRAIN_HOST, LogDrains
from runbook.offered import instead_of
from runbook.pipeline import PIPELINE_NAME, Pipeline
from runbook.setting_types import Closed, expected, matching, repeated

PROJECT = "social-catering"
StackName = Literal["staging", "production"]
STACKS: tuple[StackName, ...] = get_args(StackName)
APP_URL = "${app.url}"
"""Stands in a config var's value for the app's own web URL, without a slash at the end."""
CONFIG_VARS_LIMIT = 32 * 1024
"""Bytes of all keys and values of one app (Heroku Dev Center, Limits: config vars)."""
LARGEST_QUANTITY = 100
"""Dynos of one process type (Heroku Dev Center, Limits: dyno scale)."""

_APP_NAME = re.compile(r"[a-z][a-z0-9-]{1,28}[a-z0-9]")
_CONFIG_VAR = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_PROCESS_TYPE = re.compile(r"[a-z][a-z0-9_-]*")

PATTERNS = {
    "app": _APP_NAME,
    "config_var": _CONFIG_VAR,
    "process_type": _PROCESS_TYPE,
    "email": EMAIL,
    "pipeline": PIPELINE_NAME,
    "drain": DRAIN,
    "drain_host": DRAIN_HOST,
    **PART_PATTERNS,
}
"""Of names of one's own, whole; for the JSON schema."""


def _heroku_stack(value: str) -> str:
    if value == "container":
        raise expected(
            "a Heroku stack that runs slugs; an app of containers can't be declared, and nothing here touches one"
        )
    return _offered(value, catalogue().heroku_stacks.entries, "a Heroku stack")


def _region(value: str) -> str:
    known = catalogue().regions.find(value.lower())
    if known and known.private:
        raise expected(
            f"a region of Heroku's common runtime{_regions()}; {known.name} is one of Private Spaces, "
            "which can't be declared here"
        )
    return _offered(value, catalogue().regions.entries, "a region of Heroku's common runtime")


def _regions() -> str:
    return f" ({', '.join(entry.name for entry in catalogue().regions.entries if entry.is_offered)})"


def _dyno_type(value: str) -> str:
    return _offered(value, catalogue().dyno_types.entries, "a dyno type that Heroku has")


def _postgres_plan(value: str) -> str:
    bare = value.removeprefix("heroku-postgresql:")
    return _offered(bare, catalogue().postgres_plans.entries, "a Heroku Postgres plan")


def _offered(name: str, entries: Sequence[Entry], what: str) -> str:
    """The entry's own name, in its own case. What is withdrawn can still be in use: rules say so, not this."""
    known = next((entry.name for entry in entries if entry.name.lower() == name.lower()), None)
    if known is None:
        raise expected(f"{what}{instead_of(name, entries)}")
    return known


def _backup_time(value: object) -> BackupTime:
    if isinstance(value, BackupTime):
        return value
    if not isinstance(value, str):
        raise expected('text such as "02:00 America/Los_Angeles"')
    try:
        return BackupTime.parse(value)
    except BackupTimeError as error:
        raise expected(str(error)) from None


def _config_value(value: str) -> str:
    if "${" in value.replace(APP_URL, ""):
        raise expected(f"{APP_URL} as the only placeholder")
    return value


AppName = Annotated[
    str,
    matching(
        _APP_NAME,
        "3 to 30 characters: lower case letters, digits and hyphens, a letter first, no hyphen last (Heroku's rule for app names)",
    ),
]
ConfigVarName = Annotated[
    str, matching(_CONFIG_VAR, "letters, digits and _, no digit first (Heroku's rule for config vars)")
]
ProcessType = Annotated[str, matching(_PROCESS_TYPE, "a process type as in a Procfile, such as web")]
RegionName = Annotated[str, AfterValidator(_region)]
HerokuStackName = Annotated[str, AfterValidator(_heroku_stack)]
DynoTypeName = Annotated[str, AfterValidator(_dyno_type)]
PostgresPlanName = Annotated[str, AfterValidator(_postgres_plan)]


# BaseModel is named again for ruff, which looks for it in this file alone.
class AppSettings(Closed, BaseModel):
    name: AppName
    region: RegionName = "us"
    heroku_stack: HerokuStackName = "heroku-24"
    buildpacks: list[str] = []
    acm: bool = False


class RehearsalSettings(Closed):
    """What only a rehearsal's own copy of a stack file may say, for an account that is local and empty."""

    placeholder_release: bool = False
    """Give a new app its first release from bootstrap/. On a live app it would be deployed over what runs there."""
    create_delay_seconds: Annotated[int, Field(ge=0, le=60)] = 5
    """Wait after a new app, for Heroku to know it everywhere."""


WholeQuantity = Annotated[int, Field(ge=0, le=LARGEST_QUANTITY)]


class QuantityRange(Closed):
    """How many dynos a process type may have, where an autoscaler or a person sets the number."""

    min: Annotated[
        WholeQuantity,
        Field(description="Dynos at least; a new process type starts with so many.", examples=[2]),
    ]
    max: Annotated[
        WholeQuantity, Field(description="Dynos at most; the budget is held against them.", examples=[6])
    ]

    @model_validator(mode="after")
    def _is_a_range(self) -> QuantityRange:
        if self.max <= self.min:
            raise expected(f"max above min ({self.min}); a fixed quantity is written as a number alone")
        return self

    def __str__(self) -> str:
        return f"{self.min} to {self.max}"


def _kind_of_quantity(value: object) -> str:
    return "[range]" if isinstance(value, dict | QuantityRange) else "[fixed]"


Quantity = Annotated[
    Annotated[WholeQuantity, Tag("[fixed]")] | Annotated[QuantityRange, Tag("[range]")],
    Discriminator(_kind_of_quantity),
]
"""A number, which Pulumi keeps; or a range, inside which it never scales. The tags are no part of a key's path."""


class ProcessSettings(Closed):
    quantity: Annotated[
        Quantity,
        Field(
            description="Dynos. A number: Pulumi keeps it. A range: Pulumi never scales, and only what is outside of it "
            "is drift.",
            examples=[1, {"min": 2, "max": 6}],
        ),
    ]
    dyno_type: DynoTypeName

    @property
    def least(self) -> int:
        return self.quantity.min if isinstance(self.quantity, QuantityRange) else self.quantity

    @property
    def most(self) -> int:
        return self.quantity.max if isinstance(self.quantity, QuantityRange) else self.quantity


class DatabaseSettings(Closed):
    name: AddonName
    """The add-on's own name, fixed: a run whose answer was lost finds the database again and buys no second."""
    plan: PostgresPlanName


class BackupSettings(Closed):
    at: Annotated[BackupTime, BeforeValidator(_backup_time)]


class CostSettings(Closed):
    monthly_budget_usd: Annotated[int, Field(ge=0)]


Difference = Literal[
    "region",
    "heroku_stack",
    "buildpacks",
    "acm",
    "formation",
    "postgres_plan",
    "backups",
    "config_vars",
    "secrets",
    "addons",
    "features",
    "pipeline",
]
"""What can differ between the stacks, beside names, budgets and the values of secrets, which always may."""

SecretKind = Literal["managed", "external", "optional"]
"""Where a secret lives. `managed`: encrypted in the stack file. `external`: set with `heroku config:set`, its value
never known to Pulumi; it must be there. `optional`: as external, and may be missing."""


class Settings(Closed, BaseModel):
    """One stack, whole. Frozen; unknown keys are refused."""

    app: AppSettings
    formation: Annotated[dict[ProcessType, ProcessSettings], Field(min_length=1)]
    database: DatabaseSettings
    backups: BackupSettings
    addons: Addons = {}
    domains: Domains = []
    features: Features = []
    log_drains: LogDrains = {}
    access: Access = {}
    pipeline: Pipeline = None
    config_vars: dict[ConfigVarName, Annotated[str, AfterValidator(_config_value)]]
    secrets: dict[ConfigVarName, SecretKind] = {}
    secret_values: dict[str, SecretStr | None] = Field(default={}, exclude=True)
    """Managed secrets and URLs of log drains that have a value; None where only its ciphertext was read. No key of the
    file: the file has each value under its own name."""
    cost: CostSettings
    differs: dict[Difference, Annotated[str, Field(min_length=1)]] = {}
    """What may differ from the other stack, each with the reason."""
    rehearsal: RehearsalSettings = RehearsalSettings()
    """No key of a reviewed file (settings_reader.settings_from_file)."""

    @model_validator(mode="after")
    def _each_var_once(self) -> Settings:
        both = sorted(self.config_vars.keys() & self.secrets.keys())
        if both:
            raise expected(f"{both[0]} under config_vars or under secrets, not both")
        if taken := sorted(self.log_drains.keys() & (self.config_vars.keys() | self.secrets.keys())):
            raise expected(f"another name for the log drain {taken[0]}: a config var of this stack has it")
        return self

    @model_validator(mode="after")
    def _each_addon_once(self) -> Settings:
        names = [self.database.name, *(addon.name for addon in self.addons.values())]
        if twice := repeated(names):
            raise expected(
                f"add-ons with names of their own; {twice} appears twice, and Heroku takes it once"
            )
        for what, listed in (("domains", self.domains), ("features", self.features)):
            if twice := repeated(listed):
                raise expected(f"each of the {what} once; {twice} appears twice")
        return self

    @model_validator(mode="after")
    def _addons_own_their_vars(self) -> Settings:
        owned = {f"{attachment}_URL" for attachment in self.addons}
        if taken := sorted(owned & (self.config_vars.keys() | self.secrets.keys())):
            raise expected(
                f"{taken[0]} to be left out of config_vars and secrets: the add-on attached as "
                f"{taken[0].removesuffix('_URL')} sets it"
            )
        return self

    @model_validator(mode="after")
    def _config_vars_fit(self) -> Settings:
        size = sum(len(key.encode()) + len(value.encode()) for key, value in self.config_vars.items())
        if size > CONFIG_VARS_LIMIT:
            raise expected(
                f"config vars of at most {CONFIG_VARS_LIMIT} bytes in all, Heroku's limit; these have {size}"
            )
        return self

    def names_of(self, kind: SecretKind) -> list[str]:
        return [name for name, found in self.secrets.items() if found == kind]

    @property
    def encrypted(self) -> list[str]:
        """Names of what the file has a ciphertext of."""
        return [*self.names_of("managed"), *self.log_drains]

    @property
    def managed_values(self) -> dict[str, SecretStr | None]:
        """Of config vars alone."""
        return {name: value for name, value in self.secret_values.items() if name in self.secrets}

    @property
    def drain_urls(self) -> dict[str, SecretStr | None]:
        """By the log drain's name; without those that have no value yet."""
        return {name: value for name, value in self.secret_values.items() if name in self.log_drains}


def is_protected(stack: StackName) -> bool:
    """Production's resources are protected, always; nothing in a file or the environment lifts it."""
    return stack == "production"
