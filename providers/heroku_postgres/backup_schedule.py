"""`heroku-postgres:index:BackupSchedule`: a daily backup of a database, at a whole hour of a zone's wall clock.

Heroku keeps a schedule by database and name, where the name is the attachment's with `_URL`; posting the same name
again replaces hour and zone, perhaps under a new UUID. The resource's id is therefore `APP_UUID:NAME`, which survives
an update; the UUID is an output. Source: Heroku CLI, pg:backups:schedule.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from providers.heroku_postgres import inputs, lookup, schedules
from providers.heroku_postgres.schedules import Schedule
from providers.heroku_postgres.zones import ZoneError, zone_of
from providers.protocol.values import UNKNOWN, is_known
from providers.resources.calls import Call, Made, Plain, StoppedError
from providers.resources.import_ids import split
from providers.resources.missing import MissingError
from providers.resources.schema import Field, Kind, ResourceType

if TYPE_CHECKING:
    from providers.protocol.values import Properties


FORM = "APP:NAME_URL, such as sc-mvp-staging:DATABASE_URL"
"""Of the import id."""


def _hour(value: Any) -> str | None:
    is_hour = isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= schedules.LAST_HOUR
    return None if is_hour else f"must be an integer 0-{schedules.LAST_HOUR}"


def _zone(value: Any) -> str | None:
    if not isinstance(value, str):
        return 'must be a zone of the tz database, such as "America/Los_Angeles"'
    try:
        zone_of(value)
    except ZoneError as error:
        return f"must be {error}"
    return None


def _same_database(state: Properties, news: Properties) -> bool:
    """On the same database the new schedule would be the second one, or the very one that is deleted next."""
    return bool(state.get("databaseId") == news.get("databaseId"))


RESOURCE = ResourceType(
    token="heroku-postgres:index:BackupSchedule",  # noqa: S106 - Pulumi's word for a type
    bridged=False,
    old_goes_first=_same_database,
    about="A daily backup of a database, at a whole hour of a zone's wall clock. Import id: APP:DATABASE_URL.",
    fields=(
        inputs.APP,
        inputs.DATABASE,
        inputs.attachment("attachment"),
        Field(
            name="hour",
            kind=Kind.INT,
            required=True,
            strict=True,
            rule=_hour,
            about="Hour of the day, 0-23, in the zone.",
        ),
        Field(
            name="timezone",
            required=True,
            strict=True,
            rule=_zone,
            canonical=zone_of,
            about="Zone of the tz database, such as America/Los_Angeles; PST, PDT and other abbreviations of Heroku's "
            "CLI become their zone.",
        ),
        Field(
            name="scheduleId",
            computed=True,
            about="UUID of the schedule; changes when Heroku replaces it.",
        ),
        Field(name="name", computed=True, about="The schedule's name at Heroku, such as DATABASE_URL."),
        Field(name="at", computed=True, about="Hour and zone, such as 02:00 America/Los_Angeles."),
    ),
)


class BackupSchedule(Plain):
    """A schedule is made or taken over, read, moved to another time, and deleted."""

    resource = RESOURCE
    converges = True

    def completed(self, planned: Properties, news: Properties) -> Properties:
        name, time = news["attachment"], (news["hour"], news["timezone"])
        return {
            **planned,
            "scheduleId": UNKNOWN,
            "name": f"{name}_URL" if is_known(name) else UNKNOWN,
            "at": Schedule("", *time).at if is_known([*time]) else UNKNOWN,
        }

    def create(self, call: Call, news: Properties, made: Made) -> None:
        """Adopts an equal schedule, else posts one. A schedule of another time is taken over, and that is said.

        A create cut off after its write needs no record: the next one adopts what it finds.
        """
        lookup.own_database(call, news["appId"], news["databaseId"])
        _require_attachment(call, news)
        declared = _declared(news)
        try:
            schedule = schedules.converge(
                call, news["databaseId"], declared, lag=lookup.lag(call), tell=call.warn
            )
        except schedules.NotReadyError:
            _keep(made, news, declared)
            raise
        _keep(made, news, schedule)

    def update(self, call: Call, news: Properties, made: Made) -> None:
        """An update that failed is recorded as unfinished, so that the next run looks again."""
        schedule = schedules.converge(
            call, news["databaseId"], _declared(news), lag=lookup.NO_LAG, tell=call.tell
        )
        _keep(made, news, schedule)

    def find(self, call: Call, made: Made) -> bool:
        app_name, name = split(made.id, FORM)
        if not name.endswith("_URL"):
            raise StoppedError(f"import id {made.id!r} is of no use here; expected {FORM}")
        app = lookup.app(call, app_name)
        attachment = name.removesuffix("_URL")
        attachments = lookup.attachments(call, app.text("id"))
        if attachment not in attachments:
            there = ", ".join(sorted(attachments)) or "none"
            raise StoppedError(f"the app {app.text('name')} has no attachment {attachment}; it has {there}")
        database = attachments[attachment].text("addon", "id")
        made.state = {"appId": app.text("id"), "databaseId": database, "attachment": attachment}
        return True

    def read(self, call: Call, made: Made) -> bool:
        database, listed = _followed(call, made.state)
        schedule = schedules.only(listed, database, f"{made.state['attachment']}_URL")
        if schedule is None:
            return False
        _keep(made, {**made.state, "databaseId": database}, schedule)
        return True

    def delete(self, call: Call, made: Made) -> None:
        """Deletes the schedule of this name; one that is gone, with its database or without, is no error."""
        database, name = made.state["databaseId"], made.state["name"]
        try:
            listed = [schedule for schedule in schedules.listed(call, database) if schedule.name == name]
        except MissingError:
            call.warn(f"the database {database} is not found, so its backup schedule {name} counts as gone")
            return
        if len(listed) > 1:
            raise schedules.TooManyError(database, listed)
        for schedule in listed:
            schedules.unschedule(call, database, schedule)


def _declared(news: Properties) -> Schedule:
    return Schedule(f"{news['attachment']}_URL", news["hour"], news["timezone"])


def _keep(made: Made, place: Properties, schedule: Schedule) -> None:
    made.id = f"{place['appId']}:{schedule.name}"
    made.state = {
        **{name: place[name] for name in ("appId", "databaseId", "attachment")},
        "hour": schedule.hour,
        "timezone": schedule.zone,
        "scheduleId": schedule.uuid,
        "name": schedule.name,
        "at": schedule.at,
    }


def _followed(call: Call, state: Properties) -> tuple[str, list[Schedule]]:
    """The database and its schedules. One that is gone is followed to the one that has its name now.

    A plan upgrade may give a database another UUID. Raises MissingError when there is no such successor.
    """
    database = state["databaseId"]
    try:
        return database, schedules.listed(call, database)
    except MissingError:
        attachment = lookup.attachments(call, state["appId"]).get(state["attachment"])
        if attachment is None or attachment.text("addon", "id") == database:
            raise
        successor = attachment.text("addon", "id")
        call.warn(
            f"the database {database} is gone, and {state['attachment']} is {attachment.text('addon', 'name')} "
            f"({successor}) now"
        )
        return successor, schedules.listed(call, successor)


def _require_attachment(call: Call, news: Properties) -> None:
    """The name must be this database's in this app: Heroku's CLI finds a schedule by it."""
    attachments = lookup.attachments(call, news["appId"])
    attachment = attachments.get(news["attachment"])
    if attachment is not None and attachment.text("addon", "id") == news["databaseId"]:
        return
    holder = (
        f"belongs to {attachment.text('addon', 'name')} there"
        if attachment
        else f"is not there (it has {', '.join(attachments) or 'none'})"
    )
    raise StoppedError(
        f"databaseId {news['databaseId']} is not attached to the app {news['appId']} as {news['attachment']}: the "
        f"name {holder}. Declare a heroku-postgres Attachment first, or give the attachment's real name."
    )
