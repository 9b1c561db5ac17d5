"""What the objects inside an app have in common: their import ids, and what a 404 says."""

from __future__ import annotations

from typing import TYPE_CHECKING

from heroku_api.errors import NotFoundError
from heroku_api.objects import is_app_missing, is_missing
from providers.resources.calls import StoppedError

if TYPE_CHECKING:
    from heroku_api.errors import RequestError
    from heroku_api.objects import Object
    from providers.resources.calls import Call


def split(import_id: str, form: str) -> tuple[str, str]:
    """The two parts of an import id such as APP:HOSTNAME. Raises StoppedError for any other text."""
    app, _, rest = import_id.partition(":")
    if not app or not rest:
        raise StoppedError(f"import id {import_id!r} is of no use here; expected {form}")
    return app, rest


def import_of(call: Call, path: str) -> Object | None:
    """The object an import id names, None when there is no such object."""
    try:
        return call.heroku.get(path)
    except NotFoundError as error:
        if is_missing(error):
            return None
        raise


def read_of(call: Call, path: str, app: str) -> Object | None:
    """The object the state holds; None when it is gone. Raises StoppedError when its app is what is missing."""
    try:
        return call.heroku.get(path)
    except NotFoundError as error:
        if is_app_missing(error):
            raise StoppedError(gone_or_token(error, f"app {app}")) from None
        if is_missing(error):
            return None
        raise


def gone_or_token(error: RequestError, what: str) -> str:
    """Why a missing app or database stops the run: it would be made anew, empty, without a word."""
    return (
        f"{error.asked}: Heroku does not find {what}. Is it gone, or does HEROKU_API_KEY belong to another account? "
        "Nothing was changed. If it is gone for good, take it out of the state: pulumi state delete URN."
    )


def in_use(what: str, name: str, token: str, import_id: str) -> str:
    """Why a name that is taken in this account is not taken over, and what to do where it is the stack's own."""
    return (
        f"The {what} {name} is there and in use, so it is not taken over. If it is this stack's own, its state was lost: "
        f"put a kept copy of the state back, or bring it in with pulumi import {token} NAME {import_id}."
    )
