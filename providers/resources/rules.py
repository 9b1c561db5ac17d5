"""What Heroku takes as a value: predicates that say what a value must be, None when it is."""

from __future__ import annotations

import json
import re
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
APP_NAME = re.compile(r"[a-z][a-z0-9-]{1,28}[a-z0-9]")
"""Source: Platform API schema, app.name."""
ADDON_NAME = re.compile(r"[a-zA-Z][A-Za-z0-9_-]+")
"""Source: Platform API schema, add-on.name."""
ATTACHMENT_NAME = re.compile(r"[A-Z][A-Z0-9_]*")
PIPELINE_NAME = re.compile(r"[a-z][a-z0-9-]{2,29}")
"""Source: Platform API schema, pipeline.name."""
CONFIG_VAR_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
EMAIL = re.compile(r"[A-Za-z0-9._+'-]+@([A-Za-z0-9-]+\.)+[A-Za-z]{2,}")
PLAN = re.compile(r"[a-z][a-z0-9_-]*(:[a-z0-9][a-z0-9_.-]*)?", re.IGNORECASE)
POSTGRES = "heroku-postgresql"
"""The service of Heroku Postgres. Source: Heroku CLI, which looks at the plan's service."""
CATALOGUE = Path(__file__).parents[2] / "runbook" / "catalogue.json"
"""What Heroku has, with sources and dates; `ops catalogue --check --write` keeps it."""
_OF_A_SPACE = re.compile(r"(private|shield)-[a-z0-9]+(-[a-z0-9]+)*", re.IGNORECASE)
"""Dyno types of Private Spaces, which the catalogue doesn't have."""


@cache
def _sold(part: str) -> tuple[str, ...]:
    """Names of the catalogue's part, read when a check first needs them; withdrawn ones are not among them."""
    entries = json.loads(CATALOGUE.read_bytes())[part]["entries"]
    return tuple(entry["name"] for entry in entries if entry.get("sold", True) and not entry.get("withdrawn"))


def matches(pattern: re.Pattern[str], must: str) -> Callable[[str], str | None]:
    """The whole value matches the pattern."""
    return lambda value: None if pattern.fullmatch(value) else must


def one_of(*known: str) -> Callable[[str], str | None]:
    """The value is one of these, in this spelling."""
    return lambda value: None if value in known else f"must be one of {', '.join(known)}"


uuid = matches(UUID, "must be a UUID (the `id` of the resource it names)")
app_name = matches(
    APP_NAME,
    "must be 3 to 30 lower-case letters, digits and hyphens, start with a letter and end with a letter or digit",
)
addon_name = matches(ADDON_NAME, "must be letters, digits, hyphens and underscores, and start with a letter")
attachment_name = matches(
    ATTACHMENT_NAME,
    "must be capital letters, digits and underscores, and start with a letter, such as DATABASE",
)
pipeline_name = matches(
    PIPELINE_NAME, "must be 3 to 30 lower-case letters, digits and hyphens, and start with a letter"
)
plan = matches(PLAN, "must be SERVICE:PLAN, such as heroku-postgresql:standard-0")
email = matches(EMAIL, "must be an e-mail address such as pat@example.com")


def region(value: str) -> str | None:
    """A region that Heroku has, of Private Spaces too."""
    return one_of(*_sold("regions"))(value)


def dyno_type(value: str) -> str | None:
    """A dyno type that is sold, in any case."""
    names = _sold("dyno_types")
    if _OF_A_SPACE.fullmatch(value) or value.lower() in {name.lower() for name in names}:
        return None
    return f"must be a dyno type: {', '.join(names)}, or one of a Private Space"


def as_dyno_type(value: str) -> str:
    """The dyno type as Heroku answers it: `standard-1x` is `Standard-1X`."""
    return next((name for name in _sold("dyno_types") if name.lower() == value.lower()), value)


def quantity(value: int) -> str | None:
    """A number of dynos. Source: Platform API, which takes 0 to 100 of one process type."""
    return None if 0 <= value <= 100 else "must be 0 to 100 dynos"  # noqa: PLR2004 - named in the text


def not_empty(value: str) -> str | None:
    return None if value.strip() else "must not be empty"
