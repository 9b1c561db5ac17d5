"""heroku:app/feature:Feature."""

from __future__ import annotations

from typing import TYPE_CHECKING

from providers.heroku.types import children
from providers.resources import rules
from providers.resources.calls import Call, Made, Plain
from providers.resources.import_ids import split
from providers.resources.schema import Field, Kind, ResourceType

if TYPE_CHECKING:
    from heroku_api.objects import Object
    from providers.protocol.values import Properties

RESOURCE = ResourceType(
    token="heroku:app/feature:Feature",  # noqa: S106 - Pulumi's word for a type
    schema_version="1",
    fields=(
        Field(name="appId", required=True, replaces=True, rule=rules.uuid),
        Field(name="name", required=True, replaces=True, rule=rules.not_empty),
        Field(name="enabled", kind=Kind.BOOL, optional=True, default=True),
    ),
)


class Feature(Plain):
    """One of Heroku's features of an app, on or off; delete switches it off. Its id is APP:FEATURE."""

    resource = RESOURCE

    def create(self, call: Call, news: Properties, made: Made) -> None:
        feature = call.heroku.patch(
            f"/apps/{news['appId']}/features/{news['name']}", {"enabled": news["enabled"]}
        )
        made.id = f"{news['appId']}:{feature.text('id')}"
        made.state = _seen(feature, news["appId"])
        self._look(call, made)

    def find(self, call: Call, made: Made) -> bool:
        app, name = split(made.id, "APP_UUID:NAME")
        feature = children.import_of(call, f"/apps/{app}/features/{name}")
        if feature is None:
            return False
        made.state = _seen(feature, app)
        return True

    def read(self, call: Call, made: Made) -> bool:
        app, identity = split(made.id, "APP_UUID:NAME")
        feature = children.read_of(call, f"/apps/{app}/features/{identity}", app)
        if feature is None:
            return False
        made.state = _seen(feature, app)
        return True

    def update(self, call: Call, news: Properties, made: Made) -> None:
        path = f"/apps/{news['appId']}/features/{news['name']}"
        made.state = _seen(call.heroku.patch(path, {"enabled": news["enabled"]}), news["appId"])
        self._look(call, made)

    def delete(self, call: Call, made: Made) -> None:
        app, identity = split(made.id, "APP_UUID:NAME")
        call.heroku.patch(f"/apps/{app}/features/{identity}", {"enabled": False})

    def _look(self, call: Call, made: Made) -> None:
        app, identity = split(made.id, "APP_UUID:NAME")
        made.state = _seen(call.heroku.get(f"/apps/{app}/features/{identity}"), app)


def _seen(feature: Object, app: str) -> Properties:
    return {"appId": app, "name": feature.text("name"), "enabled": feature.flag("enabled")}
