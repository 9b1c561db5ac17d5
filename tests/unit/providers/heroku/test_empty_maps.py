"""Maps without an entry, and entries without a value, as the official plugin 1.0.4 has them (seen side by side)."""

from __future__ import annotations

from typing import Any

import pytest

from providers.heroku.types import lifecycle
from providers.protocol.lifecycle import CreateRequest, UpdateRequest
from providers.protocol.values import UNKNOWN, Secret
from providers.resources.check import check
from providers.resources.naming import Naming
from providers.resources.preview import planned
from tests.unit.providers.heroku.scripted import (
    ADDON,
    ADDON_ID,
    APP,
    APP_ID,
    APPS,
    CONFIG,
    DATABASE,
    Heroku,
    addon,
)

NOTHING: dict[str, Any] = {}
NAMES = {"ConfigAssociation": CONFIG, "Addon": ADDON, "App": APPS}
MAPS = [
    ("ConfigAssociation", "vars"),
    ("ConfigAssociation", "sensitiveVars"),
    ("Addon", "config"),
    ("App", "configVars"),
    ("App", "sensitiveConfigVars"),
]


def _resource(name: str) -> Any:
    return lifecycle(NAMES[name].split("::")[2]).resource


@pytest.mark.parametrize(("name", "field"), MAPS)
@pytest.mark.parametrize(
    ("given", "kept"), [({"K": None}, {}), ({"K": "1", "L": None}, {"K": "1"})], ids=["alone", "beside one"]
)
def test_an_entry_that_is_null_is_left_out(
    name: str, field: str, given: dict[str, Any], kept: dict[str, str]
) -> None:
    news = {"appId": APP_ID, "plan": "heroku-postgresql:standard-0", "name": "sc-db", "region": "us"}
    resource = _resource(name)
    known = {key: value for key, value in news.items() if key in {one.name for one in resource.inputs}}
    checked = check(resource, {**known, field: given}, {}, Naming("r", b"seed"))
    assert checked.failures == []
    found = checked.inputs[field]
    secret = isinstance(found, Secret)
    assert found == (Secret({key: Secret(value) for key, value in kept.items()}) if secret else kept)


@pytest.mark.parametrize(("name", "field"), MAPS)
@pytest.mark.parametrize(
    ("state", "given", "own", "herokus"),
    [
        (None, {}, None, UNKNOWN),
        ({}, {}, None, UNKNOWN),
        ({"map": {}}, {}, {}, {}),
        ({"map": {"K": "1"}}, {}, {}, {}),
        ({"map": {}}, None, {}, {}),
        ({}, None, None, UNKNOWN),
    ],
    ids=["a create", "where there was none", "where it was empty", "emptied", "left out", "still none"],
)
def test_a_preview_has_an_empty_map_as_the_official_plugin_has_it(
    name: str, field: str, *, state: Any, given: Any, own: Any, herokus: Any
) -> None:
    """Null where the program alone decides; unknown for an app's, which Heroku completes."""
    olds = None if state is None else {field: state.get("map")}
    found = planned(_resource(name), {field: given}, olds)[field]
    assert found == (herokus if name == "App" else own)


def test_a_config_association_made_with_empty_maps_stores_none(heroku: Heroku) -> None:
    heroku.plays(
        ("PATCH", f"/apps/{APP_ID}/config-vars", 200, {}),
        ("GET", f"/apps/{APP_ID}/releases", 206, []),
        ("GET", f"/apps/{APP_ID}/config-vars", 200, {"OTHER": "1"}),
    )
    news = {"appId": APP_ID, "vars": {}, "sensitiveVars": {}}
    made = heroku.provider.create(CreateRequest(CONFIG, news))
    assert (made.properties["vars"], made.properties["sensitiveVars"]) == (None, Secret(None))
    assert heroku.surprises() == []


def test_an_update_to_an_empty_map_stores_none_where_there_was_none(heroku: Heroku) -> None:
    heroku.plays(
        ("PATCH", f"/apps/{APP_ID}/config-vars", 200, {"S": "2"}),
        ("GET", f"/apps/{APP_ID}/releases", 206, []),
        ("GET", f"/apps/{APP_ID}/config-vars", 200, {"S": "2"}),
    )
    olds: dict[str, Any] = {
        "id": f"config:{APP_ID}",
        "appId": APP_ID,
        "vars": None,
        "sensitiveVars": {"S": "1"},
    }
    news = {"appId": APP_ID, "vars": {}, "sensitiveVars": {"S": "2"}}
    stored = heroku.provider.update(UpdateRequest(CONFIG, "config", olds=olds, news=news))
    assert (stored["vars"], stored["sensitiveVars"]) == (None, Secret({"S": Secret("2")}))


def test_an_add_on_bought_with_an_empty_config_stores_none(heroku: Heroku) -> None:
    bought, path = addon(), f"/apps/{APP_ID}/addons"
    heroku.plays(
        ("GET", f"/apps/{APP_ID}", 200, APP),
        ("POST", path, 201, bought),
        ("GET", f"{path}/{ADDON_ID}", 200, bought),
        ("GET", f"/apps/{APP_ID}/config-vars", 200, {"DATABASE_URL": "x"}),
        ("GET", f"/addons/{ADDON_ID}", 200, bought),
        ("GET", f"/apps/{APP_ID}/config-vars", 200, {"DATABASE_URL": "x"}),
    )
    made = heroku.provider.create(CreateRequest(ADDON, {**DATABASE, "config": NOTHING}))
    assert made.properties["config"] is None
    assert heroku.surprises() == []
