"""Inputs that both resource types have."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from providers.resources import rules
from providers.resources.schema import Field

PRIMARY = "DATABASE"
"""The name of an app's primary database. Source: Dev Center, "Heroku Postgres: designating a primary database"."""


def _uuid(value: Any) -> str | None:
    is_uuid = isinstance(value, str) and rules.UUID.fullmatch(value)
    return (
        None
        if is_uuid
        else "must be a UUID, as `heroku apps:info --json` and `heroku addons:info --json` show it"
    )


def _attachment(value: Any) -> str | None:
    """Source: Platform API reference, "Add-on Attachment"."""
    if isinstance(value, str) and value.endswith("_URL"):
        return f'must be the attachment\'s name without _URL, so "{value.removesuffix("_URL")}"'
    is_name = isinstance(value, str) and rules.ATTACHMENT_NAME.fullmatch(value)
    return None if is_name else f'must be capital letters, digits and underscores, such as "{PRIMARY}"'


def _id(name: str, about: str) -> Field:
    return Field(
        name=name,
        required=True,
        strict=True,
        replaces=True,
        rule=_uuid,
        canonical=lambda value: str(UUID(value)),
        about=about,
    )


APP = _id("appId", "UUID of the app.")
DATABASE = _id("databaseId", "UUID of the Postgres add-on.")


def attachment(name: str) -> Field:
    """The name a database has in its app."""
    about = "The database's name in the app, without _URL."
    return Field(
        name=name, optional=True, strict=True, replaces=True, default=PRIMARY, rule=_attachment, about=about
    )
