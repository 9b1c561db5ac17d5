"""One fact, one answer: what the engine's plugin reads of Heroku's objects and what drift and adopt read is the same."""

from __future__ import annotations

from typing import Any

import pytest

from heroku_api.errors import Asked
from heroku_api.models import FormationEntry
from heroku_api.objects import Object
from providers.heroku.types import app as app_of_plugin
from providers.heroku.types import formation as formation_of_plugin
from runbook.readers.live.answers import LiveApp

ASKED = Asked("GET", "/apps/an-id", "api.example")
APP: dict[str, Any] = {
    "id": "0b9a7d1e-7f4c-4a8e-9f0e-6a2b1c3d4e5f",
    "name": "sc-mvp-production",
    "acm": False,
    "maintenance": False,
    "internal_routing": None,
    "region": {"id": "r", "name": "us"},
    "stack": {"id": "s", "name": "heroku-24"},
    "build_stack": {"id": "s", "name": "heroku-24"},
    "space": None,
    "git_url": "https://git.heroku.com/sc-mvp-production.git",
    "web_url": "https://sc-mvp-production-0a1b2c3d4e5f.herokuapp.com/",
}


@pytest.mark.parametrize(
    "changed",
    [
        {},
        {"build_stack": {"id": "t", "name": "heroku-26"}},
        {"stack": {"id": "t", "name": "heroku-26"}},
        {"region": {"id": "e", "name": "eu"}},
        {"acm": True},
        {"name": "sc-new", "web_url": "https://sc-new.herokuapp.com/"},
    ],
    ids=["as declared", "a stack that was set", "a stack that a build ran on", "region", "ACM", "name"],
)
def test_of_an_app(changed: dict[str, Any]) -> None:
    """`heroku stack:set` changes build_stack; `stack` follows with the next build."""
    there = {**APP, **changed}
    ours, plugins = LiveApp.model_validate(there), app_of_plugin._seen(Object(ASKED, there))
    assert (ours.id, ours.name, ours.region, ours.heroku_stack, ours.acm, ours.web_url) == tuple(
        plugins[field] for field in ("uuid", "name", "region", "stack", "acm", "webUrl")
    )


@pytest.mark.parametrize("size", ["Basic", "Standard-1X", "Performance-L-RAM"])
def test_of_a_process_type(size: str) -> None:
    there = {"id": APP["id"], "type": "web", "quantity": 2, "size": size, "command": "bundle exec puma"}
    ours = FormationEntry.model_validate(there)
    plugins = formation_of_plugin._seen(Object(ASKED, there), "an app")
    assert (ours.type, ours.quantity, ours.size) == tuple(
        plugins[field] for field in ("type", "quantity", "size")
    )


def test_of_an_app_whose_build_stack_is_not_said() -> None:
    there = {name: value for name, value in APP.items() if name != "build_stack"}
    assert LiveApp.model_validate(there).heroku_stack == "heroku-24"
    assert app_of_plugin._seen(Object(ASKED, there))["stack"] == "heroku-24"
