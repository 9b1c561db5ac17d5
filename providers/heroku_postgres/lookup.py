"""What Heroku has: apps, databases, schedules. Absence is believed only when it is sure; else the run stops."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from heroku_api import data, platform
from heroku_api.errors import NotFoundError
from providers.protocol.errors import ProviderError

if TYPE_CHECKING:
    from collections.abc import Callable

    from heroku_api.models import AddOn, App, Attachment, TransferSchedule
    from providers.heroku_postgres.session import Session

T = TypeVar("T")

SECOND_LOOK = 0.5
"""Seconds before an absence is looked at again: lists answer [] in some outages."""


class MissingError(ProviderError):
    """An app or database is not there, or this key cannot see it. Nothing is concluded from it."""

    def __init__(self, what: str, error: NotFoundError) -> None:
        super().__init__(
            f"{what} is not found: is it gone, or does HEROKU_API_KEY belong to another account? Nothing was changed. "
            f"Check with `heroku auth:whoami`; if it is gone for good, take it out of the program or the state. ({error})"
        )


def known(session: Session, what: str, call: Callable[[], T], *, lag: float) -> T:
    """What the call answers. A 404 is tried again for `lag` seconds, then it is a MissingError."""
    for is_last in session.looks(lag, f"Heroku to know {what}"):
        try:
            return call()
        except NotFoundError as error:
            if is_last:
                raise MissingError(what, error) from None
    raise AssertionError  # pragma: no cover - looks ends with a last one


def app(session: Session, name: str, *, lag: float = 0.0) -> App:
    """The app. Raises MissingError."""
    return known(session, f"the app {name}", lambda: platform.app(session.client, name), lag=lag)


def attachments(session: Session, app_id: str) -> list[Attachment]:
    """The app's attachments. Raises MissingError when there is no such app."""
    return known(session, f"the app {app_id}", lambda: platform.attachments(session.client, app_id), lag=0.0)


def database(session: Session, app_id: str, database_id: str, *, lag: float) -> AddOn:
    """The Postgres add-on, which that app owns.

    Raises MissingError, or ProviderError when the add-on is another app's, no Postgres, or going away.
    """
    addon = known(
        session, f"the database {database_id}", lambda: platform.addon(session.client, database_id), lag=lag
    )
    if not addon.is_postgres:
        raise ProviderError(
            f"databaseId {database_id} is {addon.name} ({addon.plan.name}), no Heroku Postgres database; "
            "give the UUID of the app's database (heroku pg:info)"
        )
    if str(addon.app.id) != app_id:
        raise ProviderError(
            f"databaseId {database_id} is {addon.name}, the database of the app {addon.app.name}, not of the app "
            f"{app_id}; give the UUID of this app's own database (heroku pg:info)"
        )
    if addon.state.startswith("deprovision"):
        raise ProviderError(f"the database {addon.name} is {addon.state}; nothing was done with it")
    return addon


def schedules(session: Session, database_id: str, *, lag: float = 0.0) -> list[TransferSchedule]:
    """The database's schedules; an empty list is read a second time. Raises MissingError for no such database."""

    def read() -> list[TransferSchedule]:
        return data.schedules(session.client, database_id)

    found = known(session, f"the database {database_id}", read, lag=lag)
    if not found:
        session.wait(SECOND_LOOK)
        found = known(session, f"the database {database_id}", read, lag=lag)
    return found
