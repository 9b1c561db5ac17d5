"""Which config vars of a live app may stand in a stack file in clear. In doubt, none."""

from __future__ import annotations

import re

from runbook.rules.expected import API_URL, EXPECTED_VALUES, is_secret
from runbook.settings import Settings

NO_SECRETS = frozenset(
    {
        *EXPECTED_VALUES,
        API_URL,
        "LANG",
        "MALLOC_ARENA_MAX",
        "RACK_ENV",
        "RAILS_LOG_LEVEL",
        "RAILS_MAX_THREADS",
        "WEB_CONCURRENCY",
    }
)
"""What the runbook's environment configuration has as plain, and what Heroku's Ruby buildpack and Puma are told.
Source: ENV_CONFIG; Heroku Dev Center, "Heroku Ruby Support" and "Deploying Rails Applications with the Puma Web Server"."""

OPTIONAL = ("SMTP_HOST", "SMTP_USERNAME", "SMTP_PASSWORD", "GOOGLE_PLACES_API_KEY", "SENTRY_DSN")
"""Set by hand, and may be missing. Source: ENV_CONFIG, Optional Variables."""

LONGEST = 200
_KEY_LIKE = re.compile(r"[A-Za-z0-9+/_=-]{24,}")
"""Unbroken runs of this length are keys and tokens; words, numbers and paths of an address are shorter."""


def may_be_plain(name: str, decided: Settings | None) -> bool:
    """Whether a value under this name may be looked at in clear: people or the runbook call it no secret."""
    if decided is not None and name in decided.secrets:
        return False
    if decided is not None and name in decided.config_vars:
        return True
    return name in NO_SECRETS and not is_secret(name)


def looks_plain(value: str) -> bool:
    """Whether a value, without the app's own URL, is nothing like a key, a password in an address, or several lines."""
    return (
        len(value) <= LONGEST
        and value.isprintable()
        and "@" not in value
        and "${" not in value
        and not any(_KEY_LIKE.fullmatch(part) for part in re.split(r"[./:?&,; ]", value))
    )
