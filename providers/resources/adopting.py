"""A write whose answer may be lost: what is there is looked up before anything is made twice."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from heroku_api.errors import InvalidError, OutcomeUnknownError, RequestError
from heroku_api.objects import may_be_left_behind
from providers.resources.calls import StoppedError

if TYPE_CHECKING:
    from collections.abc import Callable

    from heroku_api.objects import Object
    from providers.resources.calls import Call

T = TypeVar("T")

TRIES = 3
"""How often a write whose answer was lost is made, each time after a look at what is there."""


def made_or_adopted(
    call: Call, make: Callable[[], Object], left_behind: Callable[[], Object | None], *, what: str = ""
) -> Object:
    """Makes the object, or takes the equal one that an earlier, lost answer left behind; `what` it is, is said.

    `left_behind` raises StoppedError with the reason why one of this name is not taken.
    """
    try:
        return make()
    except (OutcomeUnknownError, InvalidError) as error:
        if not may_be_left_behind(error):
            raise
        try:
            there = left_behind()
        except RequestError:
            raise error from None
        except StoppedError as reason:
            raise StoppedError(f"{error} {reason}") from None
        if there is None:
            raise
        if what:
            call.warn(f"{error.asked}: took over {what}")
        return there


def written(
    write: Callable[[], T],
    there: Callable[[], T | None],
    *,
    lost: tuple[type[RequestError], ...] = (OutcomeUnknownError,),
) -> T:
    """What a write makes that may be made again. After an answer that is `lost` it counts when it is `there`."""
    for tries_left in reversed(range(TRIES)):
        try:
            return write()
        except lost:
            found = there()
            if found is not None:
                return found
            if not tries_left:
                raise
    raise AssertionError  # pragma: no cover - the last try raises or returns
