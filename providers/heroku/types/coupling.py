"""heroku:pipeline/coupling:Coupling."""

from __future__ import annotations

from typing import TYPE_CHECKING

from providers.heroku.types import children
from providers.resources import rules
from providers.resources.adopting import made_or_adopted
from providers.resources.calls import Call, Made, Plain
from providers.resources.schema import Field, ResourceType

if TYPE_CHECKING:
    from heroku_api.objects import Object
    from providers.protocol.values import Properties

STAGES = ("review", "development", "staging", "production")

RESOURCE = ResourceType(
    token="heroku:pipeline/coupling:Coupling",  # noqa: S106 - Pulumi's word for a type
    schema_version="1",
    fields=(
        Field(name="appId", required=True, replaces=True, rule=rules.uuid),
        Field(name="pipeline", required=True, replaces=True, rule=rules.uuid),
        Field(name="stage", required=True, replaces=True, rule=rules.one_of(*STAGES)),
    ),
)


class Coupling(Plain):
    """An app's place in a pipeline."""

    resource = RESOURCE

    def create(self, call: Call, news: Properties, made: Made) -> None:
        body = {"app": news["appId"], "pipeline": news["pipeline"], "stage": news["stage"]}
        coupling = made_or_adopted(
            call,
            lambda: call.heroku.post("/pipeline-couplings", body),
            lambda: _left_behind(call, news),
            what="the coupling of this app, which was there already",
        )
        made.id = coupling.text("id")
        made.state = {name: news[name] for name in ("appId", "pipeline", "stage")}
        made.state = _seen(call.heroku.get(f"/pipeline-couplings/{made.id}"))

    def find(self, call: Call, made: Made) -> bool:
        del call, made
        return True

    def read(self, call: Call, made: Made) -> bool:
        coupling = children.import_of(call, f"/pipeline-couplings/{made.id}")
        if coupling is None:
            return False
        made.state = _seen(coupling)
        return True

    def delete(self, call: Call, made: Made) -> None:
        call.heroku.delete(f"/pipeline-couplings/{made.id}")


def _left_behind(call: Call, news: Properties) -> Object | None:
    coupling = call.heroku.get(f"/apps/{news['appId']}/pipeline-couplings")
    return (
        coupling if _seen(coupling) == {name: news[name] for name in ("appId", "pipeline", "stage")} else None
    )


def _seen(coupling: Object) -> Properties:
    return {
        "appId": coupling.text("app", "id"),
        "pipeline": coupling.text("pipeline", "id"),
        "stage": coupling.text("stage"),
    }
