"""What Heroku has: apps, databases, attachments. Absence is believed only when it is sure; else the run stops."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, TypeVar

from heroku_api.errors import NotFoundError
from providers.resources import rules
from providers.resources.calls import StoppedError
from providers.resources.missing import MissingError

if TYPE_CHECKING:
    from collections.abc import Callable

    from heroku_api.objects import Object
    from providers.resources.calls import Call

T = TypeVar("T")

LAG = timedelta(seconds=30)
"""For how long Heroku may not yet know an object it has just made."""
SECOND_LOOK = 0.5
"""Seconds before an absence is looked at again: lists answer [] in some outages."""
NO_LAG = timedelta()


def limit(call: Call) -> timedelta:
    """How long this call may wait for Heroku to finish something."""
    return call.timeout or call.heroku.client.budget


def lag(call: Call) -> timedelta:
    return min(LAG, limit(call))


def known(call: Call, what: str, ask: Callable[[], T], *, lag: timedelta = NO_LAG) -> T:
    """What Heroku answers. A 404 is asked again for `lag`, then it is a MissingError."""
    missing: NotFoundError

    def look() -> tuple[T] | None:
        nonlocal missing
        try:
            return (ask(),)
        except NotFoundError as error:
            missing = error
            return None

    found = call.awaited(look, limit=lag, why=f"Heroku to know the {what}")
    if found is None:
        raise MissingError(what, missing)
    return found[0]


def app(call: Call, name: str, *, lag: timedelta = NO_LAG) -> Object:
    """The app. Raises MissingError."""
    return known(call, f"app {name}", lambda: call.heroku.get(f"/apps/{name}"), lag=lag)


def attachments(call: Call, app_id: str) -> dict[str, Object]:
    """The app's attachments by name. Raises MissingError when there is no such app."""
    listed = known(call, f"app {app_id}", lambda: call.heroku.every(f"/apps/{app_id}/addon-attachments"))
    return {attachment.text("name"): attachment for attachment in listed}


def own_database(call: Call, app_id: str, database_id: str) -> None:
    """As `own_addon`; raises StoppedError also when the add-on is no Postgres."""
    addon = own_addon(call, app_id, database_id)
    name, plan = addon.text("name"), addon.text("plan", "name")
    if plan.partition(":")[0] != rules.POSTGRES:
        raise StoppedError(
            f"databaseId {database_id} is {name} ({plan}), no Heroku Postgres database; "
            "give the UUID of the app's database (heroku pg:info)"
        )


def own_addon(call: Call, app_id: str, database_id: str) -> Object:
    """Makes sure that app and add-on are there and belong together.

    Raises MissingError, or StoppedError when the add-on is another app's, or going away.
    """
    app(call, app_id, lag=lag(call))
    addon = known(
        call, f"database {database_id}", lambda: call.heroku.get(f"/addons/{database_id}"), lag=lag(call)
    )
    name = addon.text("name")
    what = "database" if addon.text("plan", "name").partition(":")[0] == rules.POSTGRES else "add-on"
    if addon.text("app", "id") != app_id:
        raise StoppedError(
            f"databaseId {database_id} is {name}, the {what} of the app {addon.text('app', 'name')}, not of the app "
            f"{app_id}; give the UUID of this app's own (heroku addons:info)"
        )
    if addon.text("state").startswith("deprovision"):
        raise StoppedError(f"the {what} {name} is {addon.text('state')}; nothing was done with it")
    return addon
