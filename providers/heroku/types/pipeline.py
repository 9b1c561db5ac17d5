"""heroku:pipeline/pipeline:Pipeline."""

from __future__ import annotations

from typing import TYPE_CHECKING

from providers.heroku.types import children
from providers.resources import rules
from providers.resources.adopting import made_or_adopted
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
        made.state = {"name": news["name"], "owner": owner}
        pipeline = made_or_adopted(
            call,
            lambda: call.heroku.post("/pipelines", made.state),
            lambda: _left_behind(call, news["name"], owner),
            what=f"the pipeline {news['name']}, which was there already",
        )
        made.id = pipeline.text("id")
        made.state = _seen(call.heroku.get(f"/pipelines/{made.id}"))

    def find(self, call: Call, made: Made) -> bool:
        pipeline = children.import_of(call, f"/pipelines/{made.id}")
        if pipeline is None:
            return False
        made.id = pipeline.text("id")
        return True

    def read(self, call: Call, made: Made) -> bool:
        pipeline = children.import_of(call, f"/pipelines/{made.id}")
        if pipeline is None:
            return False
        made.state = _seen(pipeline)
        return True

    def update(self, call: Call, news: Properties, made: Made) -> None:
        made.state = _seen(call.heroku.patch(f"/pipelines/{made.id}", {"name": news["name"]}))
        made.state = _seen(call.heroku.get(f"/pipelines/{made.id}"))

    def delete(self, call: Call, made: Made) -> None:
        call.heroku.delete(f"/pipelines/{made.id}")


def _left_behind(call: Call, name: str, owner: Properties) -> Object | None:
    """The owner's own pipeline of this name."""
    pipeline = call.heroku.get(f"/pipelines/{name}")
    return pipeline if _seen(pipeline) == {"name": name, "owner": owner} else None


def _seen(pipeline: Object) -> Properties:
    owner = (
        {"id": pipeline.text("owner", "id"), "type": pipeline.text("owner", "type")}
        if pipeline.has("owner")
        else None
    )
    return {"name": pipeline.text("name"), "owner": owner}
