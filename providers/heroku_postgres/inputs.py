"""Checks of one input each: the canonical value, or what is wrong with it. UNKNOWN passes and is checked at `up`."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from uuid import UUID

from providers.heroku_postgres.zones import ZoneError, zone_of
from providers.protocol.lifecycle import Checked, Failure
from providers.protocol.values import Secret, Unknown

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from providers.protocol.values import Properties, Value

ATTACHMENT = "DATABASE"
"""The name of an app's primary database. Source: Dev Center, "Heroku Postgres: designating a primary database"."""
LAST_HOUR = 23


class InputError(ValueError):
    """An input is refused; the text says what it must be and what was found."""


def checked(
    news: Properties, checks: Mapping[str, Callable[[Value], Value]], defaults: Properties
) -> Checked:
    """The inputs in canonical form. Every wrong one is reported, each once; an input not in `checks` is refused."""
    inputs: Properties = {}
    failures = [
        Failure(name, f"{name} is no input of this resource; it takes {', '.join(checks)}")
        for name in sorted(news)
        if name not in checks and not name.startswith("__")
    ]
    for name, check in checks.items():
        value = news.get(name)
        value = defaults.get(name) if value is None else value
        value = value.value if isinstance(value, Secret) else value
        try:
            inputs[name] = value if isinstance(value, Unknown) else check(value)
        except InputError as error:
            failures.append(Failure(name, f"{name} must be {error}; found {_found(value)}"))
    return Checked(inputs, failures)


def uuid(value: Value) -> str:
    """A UUID in lower case with hyphens."""
    if not isinstance(value, str) or not re.fullmatch(
        r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}", value
    ):
        raise InputError("a UUID, as `heroku apps:info --json` and `heroku addons:info --json` show it")
    return str(UUID(value))


def hour(value: Value) -> int:
    """A whole hour of the day, as a number."""
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= LAST_HOUR:
        raise InputError("an integer 0-23")
    return value


def timezone(value: Value) -> str:
    """A zone of the tz database, abbreviations replaced."""
    if not isinstance(value, str):
        raise InputError('a zone of the tz database, such as "America/Los_Angeles"')
    try:
        return zone_of(value)
    except ZoneError as error:
        raise InputError(str(error)) from None


def attachment(value: Value) -> str:
    """An attachment's name. Source: Platform API reference, "Add-on Attachment"."""
    if isinstance(value, str) and value.endswith("_URL"):
        raise InputError(f'the attachment\'s name without _URL, so "{value.removesuffix("_URL")}"')
    if not isinstance(value, str) or not re.fullmatch(r"[A-Z][A-Z0-9_]*", value):
        raise InputError(f'capital letters, digits and underscores, such as "{ATTACHMENT}"')
    return value


def _found(value: Value) -> str:
    match value:
        case None:
            return "nothing"
        case bool():
            return str(value).lower()
        case str():
            return f'"{value}"'
        case int() | float():
            return str(value)
        case _:
            return f"a {type(value).__name__}"
