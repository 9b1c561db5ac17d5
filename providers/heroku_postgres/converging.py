"""Bringing a database to exactly one backup schedule, as wanted, whatever happens on the way.

Posting a name again replaces its time, so a post may be repeated; nothing is believed before the list shows it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from heroku_api import data, platform
from heroku_api.errors import HerokuError, NotFoundError, OutcomeUnknownError
from providers.heroku_postgres import lookup
from providers.protocol.errors import ProviderError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from heroku_api.models import TransferSchedule
    from providers.heroku_postgres.session import Session

TRIES = 3
"""How often a write whose answer was lost is made, each after a look at what is there."""


class Schedule(Protocol):
    """What is wanted."""

    @property
    def databaseId(self) -> str: ...  # noqa: N802 - the program's name
    @property
    def name(self) -> str: ...
    @property
    def hour(self) -> int: ...
    @property
    def timezone(self) -> str: ...


class TooManyError(ProviderError):
    """A database has several schedules, or would have. Which one is right is a person's choice: none is deleted."""

    def __init__(self, database_id: str, found: Sequence[TransferSchedule]) -> None:
        listed = ", ".join(f"{one.name} at {one.hour:02}:00 {one.timezone} ({one.uuid})" for one in found)
        super().__init__(
            f"the database {database_id} has {len(found)} backup schedules and must have one: {listed}. None was "
            "changed; delete the wrong one (heroku pg:backups:unschedule NAME --app APP), then run again."
        )


class NotReadyError(ProviderError):
    """Heroku did not come so far in time; the next run goes on from here."""


class UnfinishedError(ProviderError):
    """A write was begun and its result is not sure; `reason` says why."""

    def __init__(self, reason: HerokuError | ProviderError) -> None:
        super().__init__(str(reason))
        self.reason = reason


def only(found: Sequence[TransferSchedule], database_id: str, name: str) -> TransferSchedule | None:
    """The schedule of that name, when it is the database's only one; None when there is none.

    Raises TooManyError when there are several, or one of another name.
    """
    if len(found) > 1:
        raise TooManyError(database_id, found)
    if found and found[0].name != name:
        raise ProviderError(
            f"the database {database_id} has a backup schedule of another name: {found[0].name} at "
            f"{found[0].hour:02}:00 {found[0].timezone}; expected {name}. Nothing was changed; declare that attachment, "
            f"or delete the schedule (heroku pg:backups:unschedule {found[0].name} --app APP), then run again."
        )
    return found[0] if found else None


def converge(
    session: Session, wanted: Schedule, *, lag: float, tell: Callable[[str], None]
) -> TransferSchedule:
    """Makes the schedule as wanted and answers it as the list shows it; `tell` hears of another time taken over.

    A 404 of the database is tried again for `lag` seconds, and one that is provisioning is waited for.
    Raises NotReadyError when that takes too long, UnfinishedError for anything that goes wrong from the post on.
    """
    wait_until_ready(session, wanted.databaseId, lag=lag)
    before = only(lookup.schedules(session, wanted.databaseId, lag=lag), wanted.databaseId, wanted.name)
    if before and _is_equal(before, wanted):
        return before
    if before:
        tell(
            f"the backup schedule {before.name} was at {before.hour:02}:00 {before.timezone}; "
            f"it is set to {wanted.hour:02}:00 {wanted.timezone}"
        )
    try:
        _post(session, wanted, lag)
        return _verified(session, wanted, before)
    except (HerokuError, ProviderError) as error:
        raise UnfinishedError(error) from error


def unschedule(session: Session, database_id: str, schedule: TransferSchedule) -> None:
    """Deletes the schedule. A 404 means gone; after a lost answer the list is looked at before the next try."""
    for is_last in (*[False] * (TRIES - 1), True):
        try:
            data.unschedule(session.client, database_id, str(schedule.uuid))
        except NotFoundError:
            return
        except OutcomeUnknownError:
            found = lookup.schedules(session, database_id)
            if schedule.uuid not in {one.uuid for one in found}:
                return
            if is_last:
                raise
        else:
            return


def wait_until_ready(session: Session, database_id: str, *, lag: float) -> None:
    """Until the Data API knows the database and it waits for nothing, at most `session.limit` seconds.

    Raises NotReadyError when it is still being provisioned then, MissingError when it is provisioned but unknown
    after `lag` seconds.
    """
    started = session.clock()
    for is_last in session.looks(session.limit, f"the database {database_id} to be available"):
        try:
            status = data.wait_status(session.client, database_id)
            if status.error:
                raise ProviderError(
                    f"the database {database_id} has an error ({status.message}); see heroku pg:info"
                )
            if not status.waiting:
                return
        except NotFoundError as error:
            if session.clock() - started >= lag and not _is_provisioning(session, database_id):
                raise lookup.MissingError(f"the database {database_id}", error) from None
        if is_last:
            raise NotReadyError(
                f"the database {database_id} is still being provisioned after {session.limit:.0f} s; no backup schedule "
                "was made. Run again when `heroku pg:wait` has ended."
            )


def _is_provisioning(session: Session, database_id: str) -> bool:
    try:
        return platform.addon(session.client, database_id).state == "provisioning"
    except NotFoundError:
        return False


def _post(session: Session, wanted: Schedule, lag: float) -> None:
    """Posts the schedule. After a lost answer the list says whether it is there; only then it is posted again."""

    def post() -> None:
        data.schedule(
            session.client, wanted.databaseId, name=wanted.name, hour=wanted.hour, timezone=wanted.timezone
        )

    for is_last in (*[False] * (TRIES - 1), True):
        try:
            lookup.known(session, f"the database {wanted.databaseId}", post, lag=lag)
        except OutcomeUnknownError:
            found = only(lookup.schedules(session, wanted.databaseId), wanted.databaseId, wanted.name)
            if found and _is_equal(found, wanted):
                return
            if is_last:
                raise
        else:
            return


def _verified(session: Session, wanted: Schedule, before: TransferSchedule | None) -> TransferSchedule:
    """The one schedule as the list now shows it. Should the post have made a second one, the old one is deleted."""
    for is_last in session.looks(session.lag, f"Heroku to show the backup schedule {wanted.name}"):
        found = data.schedules(session.client, wanted.databaseId)
        if before and len(found) > 1 and any(_is_equal(one, wanted) for one in found):
            for old in [one for one in found if one.uuid == before.uuid and not _is_equal(one, wanted)]:
                unschedule(session, wanted.databaseId, old)
            found = data.schedules(session.client, wanted.databaseId)
        schedule = only(found, wanted.databaseId, wanted.name)
        if schedule and _is_equal(schedule, wanted):
            return schedule
        if is_last:
            shown = f"{schedule.hour:02}:00 {schedule.timezone}" if schedule else "none"
            raise NotReadyError(
                f"Heroku took the backup schedule {wanted.name} at {wanted.hour:02}:00 {wanted.timezone} for the "
                f"database {wanted.databaseId} but shows {shown}; run again to set it."
            )
    raise AssertionError  # pragma: no cover - looks ends with a last one


def _is_equal(schedule: TransferSchedule, wanted: Schedule) -> bool:
    return (schedule.name, schedule.hour, schedule.timezone) == (wanted.name, wanted.hour, wanted.timezone)
