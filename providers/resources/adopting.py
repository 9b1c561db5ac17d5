"""A write whose answer may be lost: what is there is looked up before anything is made twice."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from heroku_api.errors import (
    InvalidError,
    OutcomeUnknownError,
    RefusedError,
    RequestError,
    UnreachableError,
)
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


@dataclass(frozen=True)
class Named:
    """What is made under a name of its own, which a person may have given to something else before."""

    kind: str
    name: str
    token: str


def made_or_own(
    call: Call,
    named: Named,
    make: Callable[[], Object],
    look: Callable[[], Object | None],
    is_left_behind: Callable[[Object], bool],
) -> Object:
    """Makes the object, or takes the one of its name that an earlier create of this stack's made, sent from here.

    Raises StoppedError where somebody else made it, or where it is more than such a create leaves.
    """
    create = f"{call.urn} {named.kind} {named.name}"

    def left_behind() -> Object | None:
        there = look()
        if there is not None and not call.creates.proves(create, there.text("id")):
            raise StoppedError(_not_ours(named))
        if there is not None and not is_left_behind(there):
            raise StoppedError(_in_use(named, there.text("id")))
        return there

    what = f"the {named.kind} {named.name}, left by a create whose answer was lost"
    made = made_or_adopted(call, lambda: _sent(call, create, make), left_behind, what=what)
    call.creates.answered(create, made.text("id"))
    return made


def _sent(call: Call, create: str, make: Callable[[], Object]) -> Object:
    """The create, known on this machine from before it goes out until its answer says that it made nothing."""
    before = call.creates.is_known(create)
    if not before:
        call.creates.sent(create)
    try:
        return make()
    except (RefusedError, UnreachableError):
        if not before:
            call.creates.refused(create)
        raise


def _not_ours(named: Named) -> str:
    return (
        f"The {named.kind} {named.name} is there, and no create of this stack's that was sent from this machine made it, so it is not "
        "taken over. To manage what is there with Pulumi: ./ops adopt STACK. Otherwise choose another name."
    )


def _in_use(named: Named, import_id: str) -> str:
    return (
        f"The {named.kind} {named.name} is there and in use, so it is not taken over. If it is this stack's own, its state was lost: "
        f"put a kept copy of the state back, or bring it in with pulumi import {named.token} NAME {import_id}."
    )


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
