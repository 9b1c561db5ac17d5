"""An app's place in a pipeline: made by name, moved, taken out; the pipeline belongs to neither stack."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest

from providers.protocol.lifecycle import CheckRequest, CreateRequest, UpdateRequest
from providers.resources.calls import StoppedError
from tests.unit.heroku_api.scripted_server import Cut, Received, Reply, ScriptedServer
from tests.unit.providers.heroku_postgres.fake_heroku import (
    APP,
    NOT_FOUND,
    OTHER_APP,
    FakeHeroku,
    Plugin,
    writes,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

URN = "urn:pulumi:staging::x::heroku-postgres:index:Coupling::pipeline"
DECLARED = {"appId": APP, "pipeline": "sc-mvp", "stage": "staging"}


@dataclass
class PipelineHeroku(FakeHeroku):
    pipelines: dict[str, str] = field(default_factory=dict)
    """Name by id."""
    places: dict[str, tuple[str, str, str]] = field(default_factory=dict)
    """Pipeline, stage and the coupling's id, by app."""

    def make(self, name: str) -> str:
        uuid = str(uuid4())
        self.pipelines[uuid] = name
        return uuid

    def put(self, app: str, pipeline: str, stage: str) -> None:
        self.places[app] = (pipeline, stage, str(uuid4()))

    @property
    def stages(self) -> dict[str, tuple[str, str]]:
        return {app: (self.pipelines[pipeline], stage) for app, (pipeline, stage, _) in self.places.items()}

    def _route(self, request: Received) -> Reply:
        routes: dict[str, Callable[..., Reply]] = {
            "GET /account": lambda _: Reply(200, {"id": "me"}),
            "GET /pipelines/(.+)": lambda _, key: self._found(key),
            "POST /pipelines": self._made,
            "POST /pipeline-couplings": self._coupled,
            "GET /apps/(.+)/pipeline-couplings": lambda _, app: self._coupling(app),
            "(PATCH|DELETE) /pipeline-couplings/(.+)": self._change,
        }
        for pattern, route in routes.items():
            if found := re.fullmatch(pattern, f"{request.method} {request.path}"):
                return route(request, *found.groups())
        return super()._route(request)

    def _found(self, key: str) -> Reply:
        uuid = next((uuid for uuid, name in self.pipelines.items() if key in (uuid, name)), None)
        return Reply(200, self._pipeline(uuid)) if uuid else NOT_FOUND

    def _made(self, request: Received) -> Reply:
        assert request.json["owner"] == {"id": "me", "type": "user"}
        if request.json["name"] in self.pipelines.values():
            return Reply(422, {"id": "invalid_params", "message": "Name is already taken"})
        return Reply(201, self._pipeline(self.make(request.json["name"])))

    def _coupled(self, request: Received) -> Reply:
        body = request.json
        if body["app"] in self.places:
            return Reply(422, {"id": "invalid_params", "message": "App is already added to a pipeline"})
        self.put(body["app"], body["pipeline"], body["stage"])
        return self._coupling(body["app"])

    def _pipeline(self, uuid: str) -> dict[str, Any]:
        return {"id": uuid, "name": self.pipelines[uuid]}

    def _coupling(self, app: str) -> Reply:
        if app not in self.places:
            return NOT_FOUND
        pipeline, stage, uuid = self.places[app]
        return Reply(200, {"id": uuid, "app": {"id": app}, "pipeline": {"id": pipeline}, "stage": stage})

    def _change(self, request: Received, method: str, uuid: str) -> Reply:
        app = next((app for app, place in self.places.items() if place[2] == uuid), None)
        if app is None:
            return NOT_FOUND
        if method == "PATCH":
            self.places[app] = (self.places[app][0], request.json["stage"], uuid)
            return self._coupling(app)
        answer = self._coupling(app)
        del self.places[app]
        return answer


@pytest.fixture
def heroku() -> PipelineHeroku:
    return PipelineHeroku()


@pytest.fixture
def plugin(heroku: PipelineHeroku) -> Iterator[Plugin]:
    with ScriptedServer(heroku.answer) as server:
        yield Plugin(server)


def create(plugin: Plugin, **changes: str) -> Any:
    return plugin.provider.create(CreateRequest(URN, {**DECLARED, **changes}))


def update(plugin: Plugin, **changes: str) -> Any:
    return plugin.provider.update(UpdateRequest(URN, APP, DECLARED, {**DECLARED, **changes}))


def test_whichever_stack_comes_first_makes_the_pipeline(heroku: PipelineHeroku, plugin: Plugin) -> None:
    made = create(plugin)
    create(plugin, appId=OTHER_APP, stage="production")
    assert (made.id, made.properties) == (APP, DECLARED)
    assert list(heroku.pipelines.values()) == ["sc-mvp"]
    assert heroku.stages == {APP: ("sc-mvp", "staging"), OTHER_APP: ("sc-mvp", "production")}


@pytest.mark.parametrize("path", ["/pipelines$", "/pipeline-couplings$"])
@pytest.mark.parametrize("done", [True, False], ids=["done", "not done"])
@pytest.mark.parametrize("lost", [Reply(502), Cut()], ids=["502", "reset"])
def test_a_lost_answer_leaves_one_pipeline_and_one_place_in_it(
    heroku: PipelineHeroku, plugin: Plugin, path: str, done: Any, lost: Any
) -> None:
    heroku.breaks("POST", path, lost, after_doing=done)
    create(plugin)
    assert list(heroku.pipelines.values()) == ["sc-mvp"]
    assert heroku.stages == {APP: ("sc-mvp", "staging")}


def test_an_app_that_a_person_put_there_is_taken_over_and_set_right(
    heroku: PipelineHeroku, plugin: Plugin
) -> None:
    heroku.put(APP, heroku.make("sc-mvp"), "development")
    create(plugin)
    assert heroku.stages == {APP: ("sc-mvp", "staging")}


def test_a_new_declaration_takes_no_app_out_of_another_pipeline(
    heroku: PipelineHeroku, plugin: Plugin
) -> None:
    heroku.put(APP, heroku.make("theirs"), "staging")
    with pytest.raises(
        StoppedError, match="sc-mvp-staging is in the pipeline theirs, and is not taken out of it"
    ):
        create(plugin)
    assert writes(plugin) == []


def test_another_stage_is_set_in_place_and_another_pipeline_is_moved_to(
    heroku: PipelineHeroku, plugin: Plugin
) -> None:
    create(plugin)
    update(plugin, stage="production")
    assert heroku.stages == {APP: ("sc-mvp", "production")}
    assert update(plugin, pipeline="sc-next") == {**DECLARED, "pipeline": "sc-next"}
    assert heroku.stages == {APP: ("sc-next", "staging")}


def test_what_a_person_changed_is_read(heroku: PipelineHeroku, plugin: Plugin) -> None:
    create(plugin)
    heroku.put(APP, heroku.make("theirs"), "production")
    found = plugin.read(DECLARED, APP, URN)
    assert found.properties == {"appId": APP, "pipeline": "theirs", "stage": "production"}


def test_an_app_that_was_taken_out_is_gone_and_one_that_cannot_be_seen_is_not(
    heroku: PipelineHeroku, plugin: Plugin
) -> None:
    assert plugin.read(DECLARED, APP, URN) is None
    del heroku.apps[APP]
    with pytest.raises(Exception, match=f"app {APP}"):
        plugin.read(DECLARED, APP, URN)


@pytest.mark.parametrize("import_id", [APP, "sc-mvp-staging"])
def test_an_import_takes_the_app(heroku: PipelineHeroku, plugin: Plugin, import_id: str) -> None:
    heroku.put(APP, heroku.make("sc-mvp"), "staging")
    found = plugin.imports(import_id, URN)
    assert (found.id, found.inputs) == (APP, DECLARED)


def test_a_deletion_takes_the_app_out_and_leaves_the_pipeline(heroku: PipelineHeroku, plugin: Plugin) -> None:
    create(plugin)
    plugin.delete(DECLARED, APP, URN)
    plugin.delete(DECLARED, APP, URN)
    assert (heroku.stages, list(heroku.pipelines.values())) == ({}, ["sc-mvp"])


def test_a_deletion_leaves_an_app_that_is_in_another_pipeline_by_now(
    heroku: PipelineHeroku, plugin: Plugin
) -> None:
    heroku.put(APP, heroku.make("theirs"), "staging")
    plugin.delete(DECLARED, APP, URN)
    assert heroku.stages == {APP: ("theirs", "staging")}
    assert plugin.screen.warned == ["the app is in the pipeline theirs by now, and stays there"]


@pytest.mark.parametrize(
    ("name", "value", "reason"),
    [
        ("stage", "live", "must be one of test, review, development, staging, production"),
        ("pipeline", "SC", "must be 3 to 30 lower-case letters, digits and hyphens, and start with a letter"),
    ],
)
def test_what_cannot_be_is_refused_by_check(plugin: Plugin, name: str, value: str, reason: str) -> None:
    (failure,) = plugin.provider.check(CheckRequest(URN, {**DECLARED, name: value})).failures
    assert reason in failure.reason
