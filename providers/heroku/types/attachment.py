"""heroku:addon/attachment:Attachment."""

from __future__ import annotations

from typing import TYPE_CHECKING

from providers.heroku.types import children
from providers.resources import rules
from providers.resources.adopting import made_or_adopted
from providers.resources.calls import Call, Made, Plain, StoppedError
from providers.resources.schema import Field, ResourceType

if TYPE_CHECKING:
    from heroku_api.objects import Object
    from providers.protocol.values import Properties

RESOURCE = ResourceType(
    token="heroku:addon/attachment:Attachment",  # noqa: S106 - Pulumi's word for a type
    schema_version="1",
    fields=(
        Field(name="appId", required=True, replaces=True, rule=rules.uuid),
        Field(name="addonId", required=True, replaces=True),
        Field(name="name", optional=True, computed=True, replaces=True, rule=rules.attachment_name),
        Field(name="namespace", optional=True, computed=True, replaces=True),
    ),
)


class Attachment(Plain):
    """The name an add-on has in an app, by which its config vars are called."""

    resource = RESOURCE

    def create(self, call: Call, news: Properties, made: Made) -> None:
        attached = made_or_adopted(
            call,
            lambda: call.heroku.post("/addon-attachments", _body(news)),
            lambda: _left_behind(call, news),
            what=f"the attachment {news.get('name')}, which was there already",
        )
        made.id, made.state = attached.text("id"), _seen(attached)
        made.state = _seen(call.heroku.get(f"/addon-attachments/{made.id}"))

    def find(self, call: Call, made: Made) -> bool:
        del call
        if not rules.UUID.fullmatch(made.id):
            raise StoppedError(f"import id {made.id!r} is of no use here; expected the attachment's UUID")
        return True

    def read(self, call: Call, made: Made) -> bool:
        attached = children.read_of(call, f"/addon-attachments/{made.id}", str(made.state.get("appId")))
        if attached is None:
            return False
        made.state = _seen(attached)
        return True

    def delete(self, call: Call, made: Made) -> None:
        call.heroku.delete(f"/addon-attachments/{made.id}")


def _body(news: Properties) -> Properties:
    body = {"addon": news["addonId"], "app": news["appId"]}
    return body | {name: news[name] for name in ("name", "namespace") if news.get(name)}


def _left_behind(call: Call, news: Properties) -> Object | None:
    """The equal attachment. A name is never re-pointed."""
    if not news.get("name"):
        return None
    attached = call.heroku.get(f"/apps/{news['appId']}/addon-attachments/{news['name']}")
    same_addon = news["addonId"] in (attached.text("addon", "id"), attached.text("addon", "name"))
    return (
        attached
        if same_addon and (attached.maybe("namespace") or "") == (news.get("namespace") or "")
        else None
    )


def _seen(attached: Object) -> Properties:
    return {
        "appId": attached.text("app", "id"),
        "addonId": attached.text("addon", "id"),
        "name": attached.text("name"),
        "namespace": attached.maybe("namespace") or "",
    }
