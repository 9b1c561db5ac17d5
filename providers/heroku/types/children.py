"""What the objects inside an app have in common: how they are looked up, and what a 404 says."""

from __future__ import annotations

from typing import TYPE_CHECKING

from heroku_api.errors import NotFoundError
from heroku_api.objects import is_app_missing, is_missing
from providers.resources.missing import MissingError

if TYPE_CHECKING:
    from heroku_api.objects import Object
    from providers.resources.calls import Call


def import_of(call: Call, path: str) -> Object | None:
    """The object an import id names, None when there is no such object."""
    try:
        return call.heroku.get(path)
    except NotFoundError as error:
        if is_missing(error):
            return None
        raise


def read_of(call: Call, path: str, app: str) -> Object | None:
    """The object the state holds; None when it is gone. Raises MissingError when its app is what is missing."""
    try:
        return call.heroku.get(path)
    except NotFoundError as error:
        if is_app_missing(error):
            raise MissingError(f"app {app}", error) from None
        if is_missing(error):
            return None
        raise
