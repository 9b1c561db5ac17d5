"""heroku:collaborator/collaborator:Collaborator."""

from __future__ import annotations

from typing import TYPE_CHECKING

from providers.heroku.types import children
from providers.resources import rules
from providers.resources.adopting import made_or_adopted
from providers.resources.calls import Call, Made, Plain
from providers.resources.import_ids import split
from providers.resources.schema import Field, ResourceType

if TYPE_CHECKING:
    from heroku_api.objects import Object
    from providers.protocol.values import Properties

RESOURCE = ResourceType(
    token="heroku:collaborator/collaborator:Collaborator",  # noqa: S106 - Pulumi's word for a type
    schema_version="1",
    fields=(
        Field(name="appId", required=True, replaces=True, rule=rules.uuid),
        Field(name="email", required=True, replaces=True, rule=rules.email),
    ),
)


class Collaborator(Plain):
    """A person with access to an app, who is not its owner. Heroku sends no mail about it."""

    resource = RESOURCE

    def create(self, call: Call, news: Properties, made: Made) -> None:
        people = f"/apps/{news['appId']}/collaborators"
        person = made_or_adopted(
            call,
            lambda: call.heroku.post(people, {"user": news["email"], "silent": True}),
            lambda: _left_behind(call, news),
            what=f"the access of {news['email']}, who had it already",
        )
        made.id = person.text("id")
        made.state = {name: news[name] for name in ("appId", "email")}
        made.state = _seen(call.heroku.get(f"{people}/{made.id}"))

    def find(self, call: Call, made: Made) -> bool:
        app, email = split(made.id, "APP:EMAIL")
        person = children.import_of(call, f"/apps/{app}/collaborators/{email}")
        if person is None:
            return False
        made.id = person.text("id")
        made.state = _seen(person)
        return True

    def read(self, call: Call, made: Made) -> bool:
        app = made.state["appId"]
        person = children.read_of(call, f"/apps/{app}/collaborators/{made.id}", app)
        if person is None:
            return False
        made.state = _seen(person)
        return True

    def delete(self, call: Call, made: Made) -> None:
        call.heroku.delete(f"/apps/{made.state['appId']}/collaborators/{made.state['email']}")


def _left_behind(call: Call, news: Properties) -> Object:
    return call.heroku.get(f"/apps/{news['appId']}/collaborators/{news['email']}")


def _seen(person: Object) -> Properties:
    return {"appId": person.text("app", "id"), "email": person.text("user", "email")}
