"""Bringing a database to exactly one backup schedule, as declared, whatever happens on the way.

Posting a name again replaces its time, so a post may be repeated; nothing is believed before the list shows it.
Source: Heroku CLI 11.10.0, pg:backups:schedule; the Data API is not documented.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from heroku_api.errors import NotFoundError, UnexpectedAnswerError
from providers.heroku_postgres import lookup
from providers.resources.adopting import written
from providers.resources.calls import StoppedError
from providers.resources.missing import MissingError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import timedelta

    from heroku_api.objects import Object
    from providers.resources.calls import Call

LAST_HOUR = 23


@dataclass(frozen=True)
class Schedule:
    """A daily backup at `hour`:00 wall time of `zone`; `name` is such as `DATABASE_URL`."""

    name: str
    hour: int
    zone: str
    uuid: str = field(default="", compare=False)

    @property
    def at(self) -> str:
        """As people and Heroku's CLI write it: `02:00 America/Los_Angeles`."""
        return f"{self.hour:02}:00 {self.zone}"


class TooManyError(StoppedError):
    """A database has several schedules, or would have. Which one is right is a person's choice: none is deleted."""

    def __init__(self, database: str, schedules: Sequence[Schedule]) -> None:
        listed = ", ".join(f"{schedule.name} at {schedule.at} ({schedule.uuid})" for schedule in schedules)
        super().__init__(
            f"the database {database} has {len(schedules)} backup schedules and must have one: {listed}. None was "
            "changed; delete the wrong one (heroku pg:backups:unschedule NAME --app APP), then run again."
        )


class NotReadyError(StoppedError):
    """Heroku is still making the database; the next run goes on from here."""


def listed(call: Call, database: str, *, lag: timedelta = lookup.NO_LAG) -> list[Schedule]:
    """The database's schedules; an empty list is read a second time. Raises MissingError for no such database."""
    what = f"database {database}"
    schedules = lookup.known(call, what, lambda: _read(call, database), lag=lag)
    if not schedules:
        call.pause(lookup.SECOND_LOOK, f"a second look at the backup schedules of {what}")
        schedules = lookup.known(call, what, lambda: _read(call, database), lag=lag)
    return schedules


def only(schedules: Sequence[Schedule], database: str, name: str) -> Schedule | None:
    """The schedule of that name, when it is the database's only one; None when there is none.

    Raises TooManyError when there are several, StoppedError when there is one of another name.
    """
    if len(schedules) > 1:
        raise TooManyError(database, schedules)
    if schedules and schedules[0].name != name:
        other = schedules[0]
        raise StoppedError(
            f"the database {database} has a backup schedule of another name: {other.name} at {other.at}; expected "
            f"{name}. Nothing was changed; declare that attachment, or delete the schedule "
            f"(heroku pg:backups:unschedule {other.name} --app APP), then run again."
        )
    return schedules[0] if schedules else None


def converge(
    call: Call, database: str, declared: Schedule, *, lag: timedelta, tell: Callable[[str], None]
) -> Schedule:
    """Makes the schedule as declared and answers it as the list shows it; `tell` hears of another time taken over.

    A 404 of the database is asked again for `lag`, and one that is being provisioned is waited for.
    Raises NotReadyError when that takes too long.
    """
    _wait_until_ready(call, database, lag=lag)
    before = only(listed(call, database, lag=lag), database, declared.name)
    if before == declared:
        return before
    if before:
        tell(f"the backup schedule {before.name} was at {before.at}; it is set to {declared.at}")
    _post(call, database, declared, lag)
    return _verified(call, database, declared, before)


def unschedule(call: Call, database: str, schedule: Schedule) -> None:
    """Deletes the schedule. A 404 means gone; after a lost answer the list is looked at before the next try."""

    def delete() -> bool:
        with suppress(NotFoundError):
            call.heroku.delete(f"{_path(database)}/{schedule.uuid}", api="data")
        return True

    def is_gone() -> bool | None:
        return schedule.uuid not in {kept.uuid for kept in listed(call, database)} or None

    written(delete, is_gone)


def _wait_until_ready(call: Call, database: str, *, lag: timedelta) -> None:
    """Until the Data API knows the database and it waits for nothing.

    Raises NotReadyError when it is still being provisioned at the end of this call's time, MissingError when it is
    provisioned but unknown after `lag`.
    """
    started = call.clock()

    def look() -> bool | None:
        try:
            status = call.heroku.get(f"/client/v11/databases/{database}/wait_status", api="data")
        except NotFoundError as error:
            if call.clock() - started >= lag.total_seconds() and not _is_provisioning(call, database):
                raise MissingError(f"database {database}", error) from None
            return None
        if status.flag("error?"):
            raise StoppedError(
                f"the database {database} has an error ({status.maybe('message')}); see heroku pg:info"
            )
        return None if status.flag("waiting?", required=True) else True

    limit = lookup.limit(call)
    if not call.awaited(look, limit=limit, why=f"the database {database} to be available"):
        raise NotReadyError(
            f"the database {database} is still being provisioned after {limit.total_seconds():.0f} s; no backup schedule "
            "was made. Run again when `heroku pg:wait` has ended."
        )


def _is_provisioning(call: Call, database: str) -> bool:
    try:
        return call.heroku.get(f"/addons/{database}").text("state") == "provisioning"
    except NotFoundError:
        return False


def _post(call: Call, database: str, declared: Schedule, lag: timedelta) -> None:
    """Posts the schedule. After a lost answer the list says whether it is there; only then it is posted again."""
    body = {"hour": f"{declared.hour:02}", "timezone": declared.zone, "schedule_name": declared.name}

    def post() -> Schedule:
        return _schedule(call.heroku.post(_path(database), body, api="data"))

    def there() -> Schedule | None:
        schedule = only(listed(call, database), database, declared.name)
        return schedule if schedule == declared else None

    written(lambda: lookup.known(call, f"database {database}", post, lag=lag), there)


def _verified(call: Call, database: str, declared: Schedule, before: Schedule | None) -> Schedule:
    """The one schedule as the list now shows it. Should the post have made a second one, the old one is deleted."""
    shown: Schedule | None = None

    def look() -> Schedule | None:
        nonlocal shown
        schedules = _read(call, database)
        if before and len(schedules) > 1 and declared in schedules:
            for old in schedules:
                if old.uuid == before.uuid and old != declared:
                    unschedule(call, database, old)
            schedules = _read(call, database)
        shown = only(schedules, database, declared.name)
        return shown if shown == declared else None

    found = call.awaited(
        look, limit=lookup.lag(call), why=f"Heroku to show the backup schedule {declared.name}"
    )
    if found is None:
        raise StoppedError(
            f"Heroku took the backup schedule {declared.name} at {declared.at} for the database {database} but shows "
            f"{shown.at if shown else 'none'}; run again to set it."
        )
    return found


def _read(call: Call, database: str) -> list[Schedule]:
    listed = call.heroku.every(_path(database), api="data")
    return [_schedule(schedule) for schedule in listed if not schedule.has("deleted_at")]


def _schedule(answered: Object) -> Schedule:
    """The API takes the hour as a text of two digits and answers with a number; both are read."""
    hour = answered.fields.get("hour")
    if isinstance(hour, str) and hour.isascii() and hour.isdigit():
        hour = int(hour)
    if not isinstance(hour, int) or isinstance(hour, bool) or not 0 <= hour <= LAST_HOUR:
        raise UnexpectedAnswerError(
            answered.asked, f"unexpected answer: hour is {hour!r}, expected 0 to {LAST_HOUR}"
        )
    return Schedule(answered.text("name"), hour, answered.text("timezone"), answered.text("uuid"))


def _path(database: str) -> str:
    return f"/client/v11/databases/{database}/transfer-schedules"
