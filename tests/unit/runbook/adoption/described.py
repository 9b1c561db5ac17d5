"""A live app as a reader finds it when exactly these settings are up, and config vars in clear as Heroku has them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from runbook.digest import Digests
from runbook.environment import ConfigVar, ConfigVars, Environment
from runbook.live import Live, Surrounding, SurroundingKind
from runbook.readers.settings import environment_of_settings
from runbook.settings import APP_URL, Settings, StackName
from runbook.settings_reader import settings_from_values
from runbook.unknown import Known, Unknown

DIGESTS = Digests(b"k" * 32)
URL = "https://sc-mvp-staging-0a1b2c3d4e5f.herokuapp.com"


def settings(stack: StackName = "staging", **changes: Any) -> Settings:
    """The runbook's staging, with top-level keys of the file changed."""
    values: dict[str, Any] = {
        "app": {"name": f"sc-mvp-{stack}", "buildpacks": ["heroku/ruby"]},
        "formation": {"web": {"quantity": 1, "dyno_type": "basic"}},
        "database": {"name": f"sc-mvp-{stack}-db", "plan": "standard-0"},
        "backups": {"at": "02:00 America/Los_Angeles"},
        "config_vars": {"RAILS_ENV": "production", "VITE_API_URL": "${app.url}/api/v1", "SMTP_PORT": "587"},
        "secrets": {"RAILS_MASTER_KEY": "external", "SMTP_PASSWORD": "optional"},
        "cost": {"monthly_budget_usd": 60},
    }
    return settings_from_values({**values, **changes}, stack, secret=())


def values_of(declared: Settings) -> dict[str, str]:
    """Plain config vars as they are live."""
    return {name: value.replace(APP_URL, URL) for name, value in declared.config_vars.items()}


def live(declared: Settings, stack: StackName = "staging", **changes: Any) -> Environment:
    """With DATABASE_URL, which the add-on owns, beside what is declared; optional secrets are not set."""
    found = environment_of_settings(stack, declared, DIGESTS)
    assert found.app is not None
    assert not isinstance(found.app, Unknown)
    by_hand = [
        ConfigVar(name=name, kind=kind, digest=DIGESTS.of(f"live {name}"), has_value=kind != "optional")
        for name, kind in declared.secrets.items()
    ]
    plain = [
        ConfigVar(name=name, kind="plain", digest=DIGESTS.of(value))
        for name, value in values_of(declared).items()
    ]
    owned = ConfigVar(name="DATABASE_URL", kind="addon", digest=DIGESTS.of("postgres://u:p@host/db"))
    surroundings: dict[SurroundingKind, Known[tuple[Surrounding, ...]]] = {
        kind: tuple(Surrounding(kind=kind, name=name) for name in names)
        for kind, names in found.parts.items()
    }
    surroundings["log drain"] = tuple(
        Surrounding(kind="log drain", name=f"{host}#{name}", id=name)
        for name, host in declared.log_drains.items()
    )
    environment = found.model_copy(
        update={
            "app": found.app.model_copy(update={"url": URL}),
            "config_vars": ConfigVars(known=(*plain, *by_hand, owned)),
            "live": Live(
                read_at=datetime(2026, 1, 1, tzinfo=UTC), app_id="the-app", surroundings=surroundings
            ),
        }
    )
    return environment.model_copy(update=changes)


def with_vars(environment: Environment, *names: str) -> Environment:
    """And these, which the settings say nothing of."""
    more = tuple(ConfigVar(name=name, kind="plain", digest=DIGESTS.of(name)) for name in names)
    return environment.model_copy(
        update={"config_vars": ConfigVars(known=(*environment.config_vars.known, *more))}
    )
