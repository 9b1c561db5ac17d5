"""Config vars as the runbook's environment configuration (ENV_CONFIG) has them: what must be set, to what, and what is secret."""

from __future__ import annotations

import re

from runbook.settings import StackName

EXPECTED_VALUES = {
    "RAILS_ENV": "production",
    "RAILS_LOG_TO_STDOUT": "enabled",
    "RAILS_SERVE_STATIC_FILES": "enabled",
    "NODE_ENV": "production",
    "SMTP_PORT": "587",
}
"""None of them a secret. SMTP_PORT may be missing. Source: ENV_CONFIG, Required Variables and Optional Variables."""
STAGING_MAY_BE_STAGING: dict[str, tuple[str, ...]] = {"RAILS_ENV": ("production", "staging")}
"""Source: ENV_CONFIG, Staging (Heroku)."""

API_URL = "VITE_API_URL"
API_PATH = "/api/v1"
REQUIRED = (
    "RAILS_ENV",
    "RAILS_LOG_TO_STDOUT",
    "RAILS_SERVE_STATIC_FILES",
    "NODE_ENV",
    API_URL,
    "RAILS_MASTER_KEY",
    "SECRET_KEY_BASE",
)
DATABASE_URL = "DATABASE_URL"

COMMANDS = {"web": "bundle exec puma -C config/puma.rb"}
"""What a process type runs. Source: RUNBOOK, Dyno Status."""

_SECRET_NAME = re.compile(
    r"(^|_)(PASSWORD|PASSWD|PASS|PASSPHRASE|SECRET|TOKEN|CREDENTIALS|DSN|API_KEY|ACCESS_KEY|MASTER_KEY|PRIVATE_KEY|SECRET_KEY|ENCRYPTION_KEY|SIGNING_KEY|KEY_BASE)$"
)

_ALSO_SECRET = frozenset({"SMTP_USERNAME"})

SAMPLES = (
    "changeme",
    "change_me",
    "change-me",
    "secret",
    "password",
    "test",
    "your-secret-key-base",
    "dummy",
)
"""Values that tutorials and templates have where a secret belongs."""


def expected_values(stack: StackName) -> dict[str, tuple[str, ...]]:
    """The values each config var may have on this stack."""
    values: dict[str, tuple[str, ...]] = {name: (value,) for name, value in EXPECTED_VALUES.items()}
    return values | STAGING_MAY_BE_STAGING if stack == "staging" else values


def expected_words() -> tuple[str, ...]:
    """`RAILS_ENV=production; on staging also staging`, one per config var."""
    return tuple(_words(name, value) for name, value in EXPECTED_VALUES.items())


def _words(name: str, value: str) -> str:
    others = [other for other in STAGING_MAY_BE_STAGING.get(name, ()) if other != value]
    return f"{name}={value}" + (f"; on staging also {' or '.join(others)}" if others else "")


def is_secret(name: str) -> bool:
    """Whether a config var of this name holds a secret: RAILS_MASTER_KEY, SMTP_PASSWORD, SENTRY_DSN and their like."""
    return name.upper() in _ALSO_SECRET or _SECRET_NAME.search(name.upper()) is not None
