"""`heroku-postgres:index:Attachment`: the name a database, or another add-on, has in its app.

Heroku attaches a new database by itself and refuses the same name twice. So an equal attachment is adopted, a missing
one is made, and a name that another add-on holds is an error: it is never taken away from that add-on.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from heroku_api.errors import InvalidError, NotFoundError, OutcomeUnknownError
from providers.heroku_postgres import inputs, lookup
from providers.protocol.values import UNKNOWN, is_known
from providers.resources import rules
from providers.resources.adopting import written
from providers.resources.calls import Call, Made, Plain, StoppedError
from providers.resources.import_ids import split
from providers.resources.schema import Field, ResourceType

if TYPE_CHECKING:
    from heroku_api.objects import Object
    from providers.protocol.values import Properties


def _same_name(state: Properties, news: Properties) -> bool:
    """The name is free only after the old attachment is gone."""
    return all(state.get(name) == news.get(name) for name in ("appId", "name"))


RESOURCE = ResourceType(
    token="heroku-postgres:index:Attachment",  # noqa: S106 - Pulumi's word for a type
    bridged=False,
    old_goes_first=_same_name,
    about="The name a database, or another add-on, has in its app. Adopts an equal one, never takes a name from another add-on. "
    "Import id: APP:DATABASE, or the attachment's UUID.",
    fields=(
        inputs.APP,
        inputs.DATABASE,
        inputs.attachment("name"),
        Field(name="attachmentId", computed=True, about="UUID of the attachment."),
        Field(
            name="configVar", computed=True, about="The config var Heroku sets for it, such as DATABASE_URL."
        ),
    ),
)


class Attachment(Plain):
    """An attachment is made or adopted, read, and detached; every change is another one."""

    resource = RESOURCE

    def completed(self, planned: Properties, news: Properties) -> Properties:
        name = news["name"]
        config_var = f"{name}_URL" if is_known(name) else UNKNOWN
        return {**planned, "attachmentId": UNKNOWN, "configVar": config_var}

    def create(self, call: Call, news: Properties, made: Made) -> None:
        lookup.own_addon(call, news["appId"], news["databaseId"])
        attached = _held(call, news) or written(
            lambda: call.heroku.post("/addon-attachments", _body(news)),
            lambda: _held(call, news),
            lost=(InvalidError, OutcomeUnknownError),
        )
        made.id, made.state = attached.text("id"), _state(attached)

    def find(self, call: Call, made: Made) -> bool:
        if rules.UUID.fullmatch(made.id):
            return True
        app_name, name = split(made.id, "APP:NAME, such as sc-mvp-staging:DATABASE, or a UUID")
        app = lookup.app(call, app_name)
        attached = lookup.attachments(call, app.text("id")).get(name)
        made.id = attached.text("id") if attached else ""
        return attached is not None

    def read(self, call: Call, made: Made) -> bool:
        """Gone only when a second look finds nothing either, in an app that is there and where nothing has its name.

        One that was taken away and made again has another id: it is followed to that.
        """
        for pause in (lookup.SECOND_LOOK, 0.0):
            try:
                made.state = _state(call.heroku.get(f"/addon-attachments/{made.id}"))
            except NotFoundError:
                call.pause(pause, "a second look at the attachment")
            else:
                return True
        if made.state:
            lookup.app(call, made.state["appId"])
            return _is_followed(call, made)
        return False

    def delete(self, call: Call, made: Made) -> None:
        """Detaches. One that is gone is no error; one that Heroku keeps to the add-on's end is left, and that is said."""
        try:
            written(lambda: _detach(call, made.id), lambda: None)
        except InvalidError:
            if not _is_last_one(call, made):
                raise
            call.warn(f"Heroku keeps a database's last attachment: {made.state['name']} goes with it")


def _body(news: Properties) -> Properties:
    return {"addon": news["databaseId"], "app": news["appId"], "name": news["name"]}


def _state(attached: Object) -> Properties:
    name = attached.text("name")
    config_vars = [variable for variable in attached.texts("config_vars") if variable.endswith("_URL")]
    return {
        "appId": attached.text("app", "id"),
        "databaseId": attached.text("addon", "id"),
        "name": name,
        "attachmentId": attached.text("id"),
        "configVar": config_vars[0] if config_vars else f"{name}_URL",
    }


def _held(call: Call, news: Properties) -> Object | None:
    """What has the name in the app. Raises StoppedError when it is anything but the declared database."""
    attached = lookup.attachments(call, news["appId"]).get(news["name"])
    if attached is None:
        return None
    namespace = attached.maybe("namespace")
    if attached.text("addon", "id") != news["databaseId"] or namespace is not None:
        credential = f" ({namespace})" if namespace else ""
        raise StoppedError(
            f"the name {news['name']} in the app {attached.text('app', 'name')} belongs to {attached.text('addon', 'name')}"
            f"{credential}, not to the database {news['databaseId']}, and is not taken from it. To change the primary "
            "database on purpose see heroku pg:promote; then run with --refresh."
        )
    return attached


def _is_followed(call: Call, made: Made) -> bool:
    """Whether the database has the name again, under another id.

    Raises StoppedError where another database has it by now: nothing is to be made or taken back then.
    """
    state = made.state
    attached = lookup.attachments(call, state["appId"]).get(state["name"])
    if attached is not None and attached.text("addon", "id") != state["databaseId"]:
        raise StoppedError(
            f"{state['name']} of the app {attached.text('app', 'name')} is {attached.text('addon', 'name')} by now, and the state has "
            f"the database {state['databaseId']}: another one was promoted. Nothing was changed. Carry the stack over to it: "
            "ops adopt STACK --promoted"
        )
    if attached is not None:
        made.id, made.state = attached.text("id"), _state(attached)
    return attached is not None


def _detach(call: Call, attachment_id: str) -> None:
    try:
        call.heroku.delete(f"/addon-attachments/{attachment_id}")
    except NotFoundError:
        return


def _is_last_one(call: Call, made: Made) -> bool:
    try:
        attachments = call.heroku.every(f"/addons/{made.state['databaseId']}/addon-attachments")
    except NotFoundError:
        return False
    return [attachment.text("id") for attachment in attachments] == [made.id]
