"""heroku:pipeline/pipeline:Pipeline."""

from __future__ import annotations

from typing import TYPE_CHECKING

from heroku_api.errors import InvalidError, OutcomeUnknownError, RequestError
from heroku_api.objects import may_be_left_behind
from providers.heroku.types import children
from providers.resources import rules
from providers.resources.calls import Call, Made, Plain
from providers.resources.schema import Field, Kind, ResourceType

if TYPE_CHECKING:
    from heroku_api.objects import Object
    from providers.protocol.values import Properties

RESOURCE = ResourceType(
    token="heroku:pipeline/pipeline:Pipeline",  # noqa: S106 - Pulumi's word for a type
    autonamed=True,
    fields=(
        Field(name="name", required=True, rule=rules.pipeline_name),
        Field(
            name="owner",
            kind=Kind.OBJECT,
            optional=True,
            computed=True,
            fields=(
                Field(name="id", required=True, replaces=True, rule=rules.uuid),
                Field(name="type", required=True, replaces=True, rule=rules.one_of("team", "user")),
            ),
        ),
    ),
)


class Pipeline(Plain):
    """A pipeline; without an owner it belongs to the account of the API key."""

    resource = RESOURCE

    def create(self, call: Call, news: Properties, made: Made) -> None:
        owner = news.get("owner") or {"id": call.heroku.get("/account").text("id"), "type": "user"}
        made.id = _post_or_adopt(call, news["name"], owner).text("id")
        made.state = {"name": news["name"], "owner": owner}
        made.state = _seen(call.heroku.get(f"/pipelines/{made.id}"))

    def find(self, call: Call, made: Made) -> bool:
        found = children.import_of(call, f"/pipelines/{made.id}")
        if found is None:
            return False
        made.id = found.text("id")
        return True

    def read(self, call: Call, made: Made) -> bool:
        found = children.import_of(call, f"/pipelines/{made.id}")
        if found is None:
            return False
        made.state = _seen(found)
        return True

    def update(self, call: Call, news: Properties, made: Made) -> None:
        made.state = _seen(call.heroku.patch(f"/pipelines/{made.id}", {"name": news["name"]}))
        made.state = _seen(call.heroku.get(f"/pipelines/{made.id}"))

    def delete(self, call: Call, made: Made) -> None:
        call.heroku.delete(f"/pipelines/{made.id}")


def _post_or_adopt(call: Call, name: str, owner: Properties) -> Object:
    """Makes the pipeline, or takes the owner's own of this name that an earlier, lost answer left behind."""
    try:
        return call.heroku.post("/pipelines", {"name": name, "owner": owner})
    except (OutcomeUnknownError, InvalidError) as error:
        if not may_be_left_behind(error):
            raise
        try:
            found = call.heroku.get(f"/pipelines/{name}")
        except RequestError:
            raise error from None
        if _seen(found) != {"name": name, "owner": owner}:
            raise
        call.warn(f"{error.asked}: took over the pipeline {name}, which was there already")
        return found


def _seen(found: Object) -> Properties:
    owner = (
        {"id": found.text("owner", "id"), "type": found.text("owner", "type")} if found.has("owner") else None
    )
    return {"name": found.text("name"), "owner": owner}
