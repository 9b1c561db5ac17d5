"""`heroku-postgres:index:Attachment`: the name a database has in its app.

Heroku attaches a new database by itself and refuses the same name twice. So an equal attachment is adopted, a missing
one is made, and a name that another add-on holds is an error: it is never taken away from that add-on.
"""

from __future__ import annotations

import re
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from heroku_api import platform
from heroku_api.errors import InvalidError, NotFoundError, OutcomeUnknownError
from providers.heroku_postgres import lookup
from providers.heroku_postgres.steps import Steps
from providers.protocol.errors import ProviderError
from providers.protocol.lifecycle import Created, Found

if TYPE_CHECKING:
    from heroku_api.models import Attachment as Attached
    from providers.heroku_postgres.session import Session
    from providers.protocol.lifecycle import DeleteRequest, ReadRequest
    from providers.protocol.values import Properties

UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
TRIES = 3
"""How often a write whose answer was lost is made, each after a look at what is there."""


@dataclass(frozen=True)
class Wanted:
    """The declared attachment: the database under that name in that app."""

    appId: str  # noqa: N815 - the program's names
    databaseId: str  # noqa: N815
    name: str

    def outputs(self, found: Attached) -> Properties:
        names = [name for name in found.config_vars if name.endswith("_URL")]
        return {
            **asdict(self),
            "attachmentId": str(found.id),
            "configVar": names[0] if names else f"{self.name}_URL",
        }


class AttachmentSteps(Steps):
    """The steps of an attachment's life."""

    def create(self, session: Session, news: Properties) -> Created:
        wanted = Wanted(**news)
        lookup.app(session, wanted.appId, lag=session.lag)
        lookup.database(session, wanted.appId, wanted.databaseId, lag=session.lag)
        found = self._ensured(session, wanted)
        return Created(str(found.id), wanted.outputs(found))

    def update(self, session: Session, news: Properties, olds: Properties) -> Properties:  # noqa: ARG002 - nothing changes in place
        wanted = Wanted(**news)
        return wanted.outputs(self._ensured(session, wanted))

    def read(self, session: Session, request: ReadRequest) -> Found | None:
        if request.properties:
            found = self._by_id(session, request.id, request.properties["appId"])
        else:
            found = self._imported(session, request.id)
        if found is None:
            return None
        live = Wanted(str(found.app.id), str(found.addon.id), found.name)
        return Found(str(found.id), live.outputs(found), asdict(live))

    def delete(self, session: Session, request: DeleteRequest) -> None:
        """Detaches. One that is gone is no error; one that Heroku keeps to the add-on's end is left, and that is said."""
        for is_last in (*[False] * (TRIES - 1), True):
            try:
                platform.detach(session.client, request.id)
            except NotFoundError:
                return
            except InvalidError:
                if not self._is_last_one(session, request):
                    raise
                session.warn(
                    f"Heroku keeps a database's last attachment: {request.properties['name']} goes with it"
                )
                return
            except OutcomeUnknownError:
                if is_last:
                    raise
            else:
                return

    def _ensured(self, session: Session, wanted: Wanted) -> Attached:
        """The attachment: found, or made. After a refusal or a lost answer what is there is looked at again."""
        for is_last in (*[False] * (TRIES - 1), True):
            found = self._held(session, wanted)
            if found:
                return found
            try:
                return platform.attach(
                    session.client, addon=wanted.databaseId, app=wanted.appId, name=wanted.name
                )
            except (InvalidError, OutcomeUnknownError):
                if is_last:
                    raise
        raise AssertionError  # pragma: no cover - the last try raises or returns

    def _held(self, session: Session, wanted: Wanted) -> Attached | None:
        """What has the name in the app. Raises ProviderError when it is anything but the wanted database."""
        found = next(
            (one for one in lookup.attachments(session, wanted.appId) if one.name == wanted.name), None
        )
        if found is None:
            return None
        if str(found.addon.id) != wanted.databaseId or found.namespace is not None:
            credential = f" ({found.namespace})" if found.namespace else ""
            raise ProviderError(
                f"the name {wanted.name} in the app {found.app.name} belongs to {found.addon.name}{credential}, not to "
                f"the database {wanted.databaseId}, and is not taken from it. To change the primary database on purpose "
                f"see heroku pg:promote; then run with --refresh."
            )
        return found

    def _by_id(self, session: Session, uuid: str, app_id: str) -> Attached | None:
        """None only when a second look finds nothing either, in an app that is there."""
        for pause in (lookup.SECOND_LOOK, 0.0):
            try:
                return platform.attachment(session.client, uuid)
            except NotFoundError:
                session.wait(pause)
        lookup.app(session, app_id)
        return None

    def _imported(self, session: Session, import_id: str) -> Attached | None:
        """The attachment of an import id: `APP:NAME`, or its UUID."""
        if UUID.fullmatch(import_id):
            try:
                return platform.attachment(session.client, import_id)
            except NotFoundError:
                return None
        app_name, _, name = import_id.partition(":")
        if not app_name or not name:
            raise ProviderError(
                f'the import id "{import_id}" is neither APP:NAME nor a UUID; expected such as sc-mvp-staging:DATABASE'
            )
        app = lookup.app(session, app_name)
        return next((one for one in lookup.attachments(session, str(app.id)) if one.name == name), None)

    def _is_last_one(self, session: Session, request: DeleteRequest) -> bool:
        try:
            found = platform.attachments_of(session.client, request.properties["databaseId"])
        except NotFoundError:
            return False
        return [str(one.id) for one in found] == [request.id]
