"""What a type's create, read, update and delete are given, and how they say how far they came."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from heroku_api.errors import HerokuError

if TYPE_CHECKING:
    import threading
    from collections.abc import Callable, Iterable
    from datetime import timedelta

    from heroku_api.objects import Heroku
    from providers.protocol.values import Properties
    from providers.resources.claims import Claims
    from providers.resources.configuration import Configuration
    from providers.resources.diff import PathChange
    from providers.resources.schema import ResourceType
    from providers.resources.sent_creates import SentCreates

T = TypeVar("T")


class StoppedError(HerokuError):
    """Went no further, on purpose; the text says why and what to do."""


class UnfinishedError(StoppedError):
    """The object exists and is read, but Heroku is still making it."""


class CancelledWaitError(StoppedError):
    """The run was cancelled while this plugin waited."""


@dataclass
class Made:
    """What exists on Heroku so far, kept in the state should the rest fail: an id once there is one."""

    id: str = ""
    state: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Call:
    """One call of the engine: Heroku, the provider's settings, and how to wait and tell."""

    heroku: Heroku
    configuration: Configuration
    cancelled: threading.Event
    claims: Claims
    creates: SentCreates
    urn: str
    timeout: timedelta | None = None
    """The resource's own limit for all waits of this call (customTimeouts)."""
    tell: Callable[[str], None] = lambda _: None
    warn: Callable[[str], None] = lambda _: None
    clock: Callable[[], float] = time.monotonic

    def pause(self, seconds: float, why: str) -> None:
        """Waits, unless the run is cancelled. Raises CancelledWaitError."""
        if self.cancelled.wait(seconds):
            raise CancelledWaitError(f"cancelled while waiting for {why}. Run again to go on.")

    def awaited(self, look: Callable[[], T | None], *, limit: timedelta, why: str) -> T | None:
        """Looks until there is something, for `limit` or the resource's own; None when there is nothing by then."""
        from heroku_api.waiting import look_until_there  # noqa: PLC0415 - tenacity takes 20 ms to import

        return look_until_there(
            look,
            seconds=min(limit, self.timeout or limit).total_seconds(),
            sleep=lambda seconds: self.pause(seconds, why),
            clock=self.clock,
            notice=lambda left: self.tell(f"waiting for {why}, up to {left:.0f} s more"),
        )

    def wait(self, look: Callable[[], T | None], *, limit: timedelta, why: str, then: str) -> T:
        """What there is at last. Raises StoppedError with the next step `then` after `limit`."""
        found = self.awaited(look, limit=limit, why=why)
        if found is None:
            waited = min(limit, self.timeout or limit).total_seconds()
            raise StoppedError(f"gave up waiting for {why} after {waited:.0f} s. {then}")
        return found


class Lifecycle(Protocol):
    """One resource type's calls. Raise `heroku_api.errors.HerokuError`; `made` says what was done before."""

    resource: ResourceType
    converges: bool
    """Whether update itself finds out what is there and what is left to do."""

    def create(self, call: Call, news: Properties, made: Made) -> None:
        """Makes the object; sets `made.id` as soon as it exists."""

    def read(self, call: Call, made: Made) -> bool:
        """Brings `made.state` up to date; False when the object is gone."""

    def find(self, call: Call, made: Made) -> bool:
        """Puts the id, and what `read` needs to know, in the place of the import id; False when there is no such object."""

    def update(self, call: Call, news: Properties, made: Made) -> None:
        """Makes the object as `news` say, bringing `made.state` up to date step by step."""

    def resume(self, call: Call, made: Made) -> None:
        """Waits on for what an earlier run left unfinished, in an object that is otherwise as declared."""

    def delete(self, call: Call, made: Made) -> None:
        """Removes the object."""

    def differences(self, state: Properties, news: Properties) -> Iterable[PathChange]:
        """Changes that the table of fields cannot tell."""

    def completed(self, planned: Properties, news: Properties) -> Properties:
        """What a preview can know beyond the table of fields."""


class Plain:
    """What most types leave as it is."""

    converges = False

    def update(self, call: Call, news: Properties, made: Made) -> None:
        """For types of which every change makes a new object: the engine never asks for this."""
        del call, news
        raise StoppedError(f"{made.id} cannot be changed in place, only replaced.")

    def resume(self, call: Call, made: Made) -> None:
        del call, made

    def differences(self, state: Properties, news: Properties) -> Iterable[PathChange]:
        del state, news
        return ()

    def completed(self, planned: Properties, news: Properties) -> Properties:
        del news
        return planned
