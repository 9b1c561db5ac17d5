"""`heroku-postgres:index:Coupling`: the stage that an app has in a pipeline, by the pipeline's name.

Two stacks share a pipeline, and neither owns it: whichever comes first makes it, and none deletes it. An app is in one
pipeline at most, so the resource's id is the app's. Source: Platform API reference, "Pipeline Coupling".
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from heroku_api.errors import InvalidError, NotFoundError, OutcomeUnknownError
from providers.heroku_postgres import inputs, lookup
from providers.resources import rules
from providers.resources.adopting import written
from providers.resources.calls import Call, Made, Plain, StoppedError
from providers.resources.schema import Field, ResourceType

if TYPE_CHECKING:
    from heroku_api.objects import Object
    from providers.protocol.values import Properties

STAGES = ("test", "review", "development", "staging", "production")
"""Source: Platform API schema, pipeline-coupling.stage."""
_LOST = (InvalidError, OutcomeUnknownError)

RESOURCE = ResourceType(
    token="heroku-postgres:index:Coupling",  # noqa: S106 - Pulumi's word for a type
    bridged=False,
    about="The stage of an app in a pipeline, by the pipeline's name. Makes the pipeline where there is none, and never deletes it. "
    "Import id: APP.",
    fields=(
        inputs.APP,
        Field(
            name="pipeline",
            required=True,
            strict=True,
            rule=rules.pipeline_name,
            about="The pipeline's name.",
        ),
        Field(
            name="stage",
            required=True,
            strict=True,
            rule=rules.one_of(*STAGES),
            about="The app's stage in it, such as production.",
        ),
    ),
)


class Coupling(Plain):
    """An app is put into a pipeline, moved to another stage or pipeline, and taken out. Nothing restarts."""

    resource = RESOURCE
    converges = True

    def create(self, call: Call, news: Properties, made: Made) -> None:
        app = lookup.app(call, news["appId"], lag=lookup.lag(call))
        held = _held(call, news["appId"])
        if held is not None and (name := _pipeline_name(call, held)) != news["pipeline"]:
            raise StoppedError(
                f"the app {app.text('name')} is in the pipeline {name}, and is not taken out of it. Declare that one, or first: "
                f"heroku pipelines:remove -a {app.text('name')}"
            )
        self.update(call, news, made)

    def update(self, call: Call, news: Properties, made: Made) -> None:
        """An update that was cut off goes on from what it finds."""
        held = _held(call, news["appId"])
        if held is not None and _pipeline_name(call, held) != news["pipeline"]:
            _take_out(call, held)
            held = None
        if held is None:
            held = _put_in(call, news)
        if held.text("stage") != news["stage"]:
            path = f"/pipeline-couplings/{held.text('id')}"
            written(lambda: call.heroku.patch(path, {"stage": news["stage"]}), lambda: None)
        made.id, made.state = news["appId"], {name: news[name] for name in ("appId", "pipeline", "stage")}

    def find(self, call: Call, made: Made) -> bool:
        made.id = lookup.app(call, made.id).text("id")
        made.state = {"appId": made.id}
        return _held(call, made.id) is not None

    def read(self, call: Call, made: Made) -> bool:
        """Gone only when a second look finds nothing either, in an app that is there."""
        app = made.state["appId"]
        for pause in (lookup.SECOND_LOOK, 0.0):
            held = _held(call, app)
            if held is not None:
                made.state = {
                    "appId": app,
                    "pipeline": _pipeline_name(call, held),
                    "stage": held.text("stage"),
                }
                return True
            call.pause(pause, "a second look at the pipeline")
        lookup.app(call, app)
        return False

    def delete(self, call: Call, made: Made) -> None:
        """Takes the app out; one that is in another pipeline by now stays there, and the pipeline itself stays."""
        held = _held(call, made.state["appId"])
        if held is None:
            return
        if (name := _pipeline_name(call, held)) != made.state["pipeline"]:
            call.warn(f"the app is in the pipeline {name} by now, and stays there")
            return
        _take_out(call, held)


def _held(call: Call, app: str) -> Object | None:
    """The app's place in whatever pipeline it is in."""
    try:
        return call.heroku.get(f"/apps/{app}/pipeline-couplings")
    except NotFoundError:
        return None


def _pipeline_name(call: Call, held: Object) -> str:
    """The published schema promises the id alone; Heroku answers the name too."""
    name = held.maybe("pipeline", "name")
    return name or call.heroku.get(f"/pipelines/{held.text('pipeline', 'id')}").text("name")


def _put_in(call: Call, news: Properties) -> Object:
    body = {"app": news["appId"], "pipeline": _pipeline(call, news["pipeline"]), "stage": news["stage"]}
    return written(
        lambda: call.heroku.post("/pipeline-couplings", body),
        lambda: _in_it(call, news),
        lost=_LOST,
    )


def _in_it(call: Call, news: Properties) -> Object | None:
    held = _held(call, news["appId"])
    return held if held is not None and _pipeline_name(call, held) == news["pipeline"] else None


def _pipeline(call: Call, name: str) -> str:
    """The id of the pipeline of this name, which belongs to the account of the key where it is made here."""
    found = _by_name(call, name)
    if found is None:
        owner = {"id": call.heroku.get("/account").text("id"), "type": "user"}
        found = written(
            lambda: call.heroku.post("/pipelines", {"name": name, "owner": owner}),
            lambda: _by_name(call, name),
            lost=_LOST,
        )
    return found.text("id")


def _by_name(call: Call, name: str) -> Object | None:
    try:
        return call.heroku.get(f"/pipelines/{name}")
    except NotFoundError:
        return None


def _take_out(call: Call, held: Object) -> None:
    def delete() -> None:
        try:
            call.heroku.delete(f"/pipeline-couplings/{held.text('id')}")
        except NotFoundError:
            return

    written(delete, lambda: None)
