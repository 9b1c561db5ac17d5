"""`heroku-postgres:index:BackupSchedule`: a daily backup of a database, at a whole hour of a zone's wall clock.

Heroku keeps a schedule by database and name, where the name is the attachment's with `_URL`; posting the same name
again replaces hour and zone, perhaps under a new UUID. The resource's id is therefore `APP_UUID:NAME`, which survives
an update; the UUID is an output. Source: Heroku CLI, pg:backups:schedule.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from providers.heroku_postgres import converging, lookup
from providers.heroku_postgres.declarations import at
from providers.heroku_postgres.steps import Steps
from providers.protocol.errors import InitFailedError, ProviderError
from providers.protocol.lifecycle import Created, Found

if TYPE_CHECKING:
    from heroku_api.models import TransferSchedule
    from providers.heroku_postgres.session import Session
    from providers.protocol.lifecycle import DeleteRequest, ReadRequest
    from providers.protocol.values import Properties


@dataclass(frozen=True)
class Wanted:
    """The declared schedule. `hour` is 0 to 23 on the wall clock of `timezone`."""

    appId: str  # noqa: N815 - the program's names
    databaseId: str  # noqa: N815
    attachment: str
    hour: int
    timezone: str

    @property
    def id(self) -> str:
        return f"{self.appId}:{self.name}"

    @property
    def name(self) -> str:
        """The name Heroku keeps it under, such as `DATABASE_URL`."""
        return f"{self.attachment}_URL"

    def outputs(self, schedule_id: str) -> Properties:
        return {
            **asdict(self),
            "scheduleId": schedule_id,
            "name": self.name,
            "at": at(self.hour, self.timezone),
        }


class BackupScheduleSteps(Steps):
    """The steps of a schedule's life."""

    def create(self, session: Session, news: Properties) -> Created:
        """Adopts an equal schedule, else posts one. A schedule of another time is taken over, and that is said.

        A create cut off after its write needs no record: the next one adopts what it finds.
        """
        wanted = Wanted(**news)
        lookup.app(session, wanted.appId, lag=session.lag)
        lookup.database(session, wanted.appId, wanted.databaseId, lag=session.lag)
        self._require_attachment(session, wanted)
        try:
            schedule = converging.converge(session, wanted, lag=session.lag, tell=session.warn)
        except converging.NotReadyError as error:
            raise InitFailedError(str(error), id=wanted.id, properties=wanted.outputs("")) from None
        except converging.UnfinishedError as error:
            raise error.reason from None
        return Created(wanted.id, wanted.outputs(str(schedule.uuid)))

    def update(self, session: Session, news: Properties, olds: Properties) -> Properties:
        """An update cut off after its write is recorded as unfinished, so that the next run looks again."""
        wanted = Wanted(**news)
        try:
            schedule = converging.converge(session, wanted, lag=0.0, tell=session.progress)
        except converging.UnfinishedError as error:
            raise InitFailedError(str(error), id=wanted.id, properties=olds) from None
        return wanted.outputs(str(schedule.uuid))

    def read(self, session: Session, request: ReadRequest) -> Found | None:
        if request.properties:
            state = request.properties
            app_id, database_id, attachment = state["appId"], state["databaseId"], state["attachment"]
        else:
            app_id, database_id, attachment = self._identified(session, request.id)
        database_id, schedules = self._schedules(session, app_id, database_id, attachment)
        found = converging.only(schedules, database_id, f"{attachment}_URL")
        if found is None:
            return None
        live = Wanted(app_id, database_id, attachment, found.hour, found.timezone)
        return Found(live.id, live.outputs(str(found.uuid)), asdict(live))

    def delete(self, session: Session, request: DeleteRequest) -> None:
        """Deletes the schedule of this name; one that is gone, with its database or without, is no error."""
        database_id, name = request.properties["databaseId"], request.properties["name"]
        try:
            found = [one for one in lookup.schedules(session, database_id) if one.name == name]
        except lookup.MissingError:
            session.warn(
                f"the database {database_id} is not found, so its backup schedule {name} counts as gone"
            )
            return
        if len(found) > 1:
            raise converging.TooManyError(database_id, found)
        for schedule in found:
            converging.unschedule(session, database_id, schedule)

    def _schedules(
        self, session: Session, app_id: str, database_id: str, attachment: str
    ) -> tuple[str, list[TransferSchedule]]:
        """The database and its schedules. One that is gone is followed to the one that has its name now.

        A plan upgrade may give a database another UUID. Raises MissingError when there is no such successor.
        """
        try:
            return database_id, lookup.schedules(session, database_id)
        except lookup.MissingError as error:
            names = {found.name: found.addon for found in lookup.attachments(session, app_id)}
            if attachment not in names or str(names[attachment].id) == database_id:
                raise error from None
            successor = names[attachment]
            session.warn(
                f"the database {database_id} is gone, and {attachment} is {successor.name} ({successor.id}) now"
            )
            return str(successor.id), lookup.schedules(session, str(successor.id))

    def _require_attachment(self, session: Session, wanted: Wanted) -> None:
        """The name must be this database's in this app: Heroku's CLI finds a schedule by it."""
        behind = {found.name: found.addon for found in lookup.attachments(session, wanted.appId)}
        addon = behind.get(wanted.attachment)
        if addon is None or str(addon.id) != wanted.databaseId:
            holder = (
                f"belongs to {addon.name} there"
                if addon
                else f"is not there (it has {', '.join(behind) or 'none'})"
            )
            raise ProviderError(
                f"databaseId {wanted.databaseId} is not attached to the app {wanted.appId} as {wanted.attachment}: the "
                f"name {holder}. Declare a heroku-postgres Attachment first, or give the attachment's real name."
            )

    def _identified(self, session: Session, import_id: str) -> tuple[str, str, str]:
        """App UUID, database UUID and attachment that an import id `APP:DATABASE_URL` names."""
        app_name, _, name = import_id.partition(":")
        if not app_name or not name.endswith("_URL"):
            raise ProviderError(
                f'the import id "{import_id}" is not APP:NAME_URL; expected such as sc-mvp-staging:DATABASE_URL'
            )
        app = lookup.app(session, app_name)
        attachment = name.removesuffix("_URL")
        attached = {found.name: found.addon for found in lookup.attachments(session, str(app.id))}
        if attachment not in attached:
            raise ProviderError(
                f"the app {app.name} has no attachment {attachment}; it has {', '.join(sorted(attached)) or 'none'}"
            )
        return str(app.id), str(attached[attachment].id), attachment
