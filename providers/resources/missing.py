"""An app or database that is not found. It may be another account's, so nothing is concluded from it, and the run stops."""

from __future__ import annotations

from typing import TYPE_CHECKING

from providers.resources.calls import StoppedError

if TYPE_CHECKING:
    from heroku_api.errors import RequestError


class MissingError(StoppedError):
    """Taken for gone, it would be made anew, empty, without a word."""

    def __init__(self, what: str, error: RequestError) -> None:
        super().__init__(
            f"{error.asked}: Heroku does not find the {what}. Is it gone, or does HEROKU_API_KEY belong to another "
            "account? Nothing was changed. Check with `heroku auth:whoami`. If it is gone for good, take it out of the "
            "state: pulumi state delete URN."
        )
