"""heroku:formation/formation:Formation."""

from __future__ import annotations

from typing import TYPE_CHECKING

from heroku_api.errors import NotFoundError
from heroku_api.objects import is_missing
from providers.heroku.types import children
from providers.resources import rules
from providers.resources.calls import Call, Made, Plain, StoppedError
from providers.resources.import_ids import split
from providers.resources.schema import Field, Kind, ResourceType

if TYPE_CHECKING:
    from heroku_api.objects import Object
    from providers.protocol.values import Properties

RESOURCE = ResourceType(
    token="heroku:formation/formation:Formation",  # noqa: S106 - Pulumi's word for a type
    schema_version="1",
    fields=(
        Field(name="appId", required=True, replaces=True, rule=rules.uuid),
        Field(name="type", required=True, rule=rules.not_empty),
        Field(name="quantity", kind=Kind.INT, required=True, rule=rules.quantity),
        Field(name="size", required=True, rule=rules.dyno_type, spelling=rules.as_dyno_type),
    ),
)


class Formation(Plain):
    """How many dynos of which dyno type one process type has. Heroku makes the process type, with a release."""

    resource = RESOURCE

    def create(self, call: Call, news: Properties, made: Made) -> None:
        _scale(call, news, {"quantity": news["quantity"], "size": news["size"]}, made)
        self._look(call, made)

    def find(self, call: Call, made: Made) -> bool:
        app, process_type = split(made.id, "APP:TYPE, such as sc-mvp-staging:web")
        entry = children.import_of(call, f"/apps/{app}/formation/{process_type}")
        if entry is None:
            return False
        made.id, made.state = entry.text("id"), {"appId": entry.text("app", "id")}
        return True

    def read(self, call: Call, made: Made) -> bool:
        app = made.state["appId"]
        entry = children.read_of(call, f"/apps/{app}/formation/{made.id}", app)
        if entry is None:
            return False
        made.state = _seen(entry, app)
        return True

    def update(self, call: Call, news: Properties, made: Made) -> None:
        old = dict(made.state)
        moved = news["type"] != old.get("type")
        body = {
            name: news[name]
            for name in ("quantity", "size")
            if moved or rules.as_dyno_type(str(news[name])) != str(old.get(name))
        }
        _scale(call, news, body, made)
        if moved:
            call.warn(_still_running(old))
        self._look(call, made)

    def delete(self, call: Call, made: Made) -> None:
        call.warn(_still_running(made.state))

    def _look(self, call: Call, made: Made) -> None:
        entry = call.heroku.get(f"/apps/{made.state['appId']}/formation/{made.id}")
        made.state = _seen(entry, made.state["appId"])


def _still_running(state: Properties) -> str:
    """What taking a formation out of the program leaves behind."""
    quantity = state.get("quantity")
    return (
        f"process type {state.get('type')} is no longer managed, and its {quantity} dynos keep running. To stop them: "
        f"heroku ps:scale {state.get('type')}=0 -a APP (app {state.get('appId')})."
    )


def _seen(entry: Object, app: str) -> Properties:
    return {
        "appId": app,
        "type": entry.text("type"),
        "quantity": entry.number("quantity"),
        "size": entry.text("size"),
    }


def _scale(call: Call, news: Properties, body: Properties, made: Made) -> None:
    """Sets quantity and dyno type. Raises StoppedError with the next step when there is no such process type yet."""
    app = news["appId"]
    call.heroku.get(f"/apps/{app}")
    try:
        entry = call.heroku.patch(f"/apps/{app}/formation/{news['type']}", body)
    except NotFoundError as error:
        if not is_missing(error):
            raise
        raise StoppedError(
            f"{error.asked}: the app has no process type {news['type']}. Heroku makes process types from a release: "
            "deploy one whose Procfile has it (or declare a Build and depend on it), then run again."
        ) from None
    made.id = entry.text("id")
    made.state = _seen(entry, app)
