"""A production and a staging by the book. A case starts from one and breaks one thing."""

from __future__ import annotations

from typing import Any

from runbook.digest import Digests
from runbook.environment import (
    App,
    Attachment,
    BackupSchedule,
    ConfigVar,
    ConfigVarKind,
    ConfigVars,
    Database,
    Environment,
    Process,
    Resource,
)
from runbook.rules.rule import Context
from runbook.settings import APP_URL, StackName
from runbook.unknown import Known, Unknown

DIGESTS = Digests(b"the key of this test run, 32 byte")
LATER = Unknown("it is known once `pulumi up` has run")
PLAIN = {
    "RAILS_ENV": "production",
    "RAILS_LOG_TO_STDOUT": "enabled",
    "RAILS_SERVE_STATIC_FILES": "enabled",
    "NODE_ENV": "production",
    "SMTP_PORT": "587",
}


def plain(name: str, value: str) -> ConfigVar:
    return ConfigVar(name=name, kind="plain", digest=DIGESTS.of(value))


def secret(name: str, value: Known[str], kind: ConfigVarKind = "managed") -> ConfigVar:
    digest = value if isinstance(value, Unknown) else DIGESTS.of(value)
    return ConfigVar(name=name, kind=kind, digest=digest)


def by_hand(name: str, kind: ConfigVarKind = "external") -> ConfigVar:
    return ConfigVar(name=name, kind=kind)


def environment(stack: StackName = "production") -> Environment:
    url = f"https://sc-mvp-{stack}-6b7a268cc8ad.herokuapp.com"
    database = f"sc-mvp-{stack}-db"
    api_url = ConfigVar(
        name="VITE_API_URL",
        kind="plain",
        digest=DIGESTS.of(f"{url}/api/v1"),
        template=DIGESTS.of(f"{APP_URL}/api/v1"),
    )
    return Environment(
        stack=stack,
        app=App(
            name=f"sc-mvp-{stack}",
            region="us",
            heroku_stack="heroku-24",
            buildpacks=("heroku/ruby",),
            acm=False,
            url=url,
        ),
        formation=(Process(process_type="web", quantity=1, dyno_type="Basic"),),
        databases=(Database(name=database, plan="standard-0"),),
        attachments=(Attachment(name="DATABASE", database=database),),
        backup_schedules=(
            BackupSchedule(attachment="DATABASE", database=database, hour=2, zone="America/Los_Angeles"),
        ),
        config_vars=ConfigVars(
            known=(
                *(plain(name, value) for name, value in PLAIN.items()),
                api_url,
                by_hand("RAILS_MASTER_KEY"),
                secret("SECRET_KEY_BASE", f"canary-{stack}-secret-key-base"),
                by_hand("SMTP_PASSWORD", "optional"),
            )
        ),
        resources=(
            Resource(name="app", protected=stack == "production"),
            Resource(name="database", protected=stack == "production"),
        ),
        monthly_budget_usd=60,
        steps=(),
    )


def change(found: Environment, **fields: Any) -> Environment:
    """The environment with other fields, checked as a reader's would be."""
    values = {name: getattr(found, name) for name in Environment.model_fields}
    return Environment(**{**values, **fields})


def with_var(found: Environment, *variables: ConfigVar) -> Environment:
    """With these config vars in the place of those of the same names."""
    names = {var.name for var in variables}
    kept = tuple(var for var in found.config_vars.known if var.name not in names)
    return change(found, config_vars=ConfigVars(known=(*kept, *variables), rest=found.config_vars.rest))


def without_var(found: Environment, name: str, rest: Unknown | None = None) -> Environment:
    kept = tuple(var for var in found.config_vars.known if var.name != name)
    return change(found, config_vars=ConfigVars(known=kept, rest=rest))


def context(other: Known[Environment] | None = None) -> Context:
    return Context(DIGESTS, environment("staging") if other is None else other)


HEALTHY = environment()
STAGING = environment("staging")
