"""Diff and preview, on tables of fields alone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from providers.heroku.types import lifecycle
from providers.protocol.lifecycle import Kind
from providers.protocol.values import UNKNOWN
from providers.resources.diff import difference
from providers.resources.preview import planned

if TYPE_CHECKING:
    from providers.resources.schema import ResourceType

APP = lifecycle("heroku:app/app:App").resource
ADDON = lifecycle("heroku:addon/addon:Addon").resource
CONFIG = lifecycle("heroku:app/configAssociation:ConfigAssociation").resource
FORMATION = lifecycle("heroku:formation/formation:Formation").resource
FEATURE = lifecycle("heroku:app/feature:Feature").resource

DATABASE: dict[str, Any] = {
    "appId": "a",
    "plan": "heroku-postgresql:standard-0",
    "name": "sc-db",
    "config": None,
    "configVars": ["DATABASE_URL"],
    "configVarValues": {},
    "providerId": "p",
}


def kinds(found: Any) -> dict[str, str]:
    return {path: change.kind.name for path, change in found.detailed.items()}


@pytest.mark.fault("B51")
def test_a_plan_changes_in_place_and_an_app_replaces() -> None:
    declared = {"appId": "a", "plan": "heroku-postgresql:standard-2", "name": "sc-db"}
    assert kinds(difference(ADDON, DATABASE, declared)) == {"plan": "UPDATE"}
    moved = difference(ADDON, DATABASE, {**declared, "plan": DATABASE["plan"], "appId": "b"})
    assert (kinds(moved), moved.replaces, moved.delete_before_replace) == (
        {"appId": "UPDATE_REPLACE"},
        ["appId"],
        True,
    )


def test_an_automatic_name_lets_the_replacement_come_first() -> None:
    declared = {"appId": "b", "plan": DATABASE["plan"], "name": "sc-db", "__defaults": ["name"]}
    assert not difference(ADDON, DATABASE, declared).delete_before_replace


def test_what_heroku_decides_is_no_change_when_it_is_not_declared() -> None:
    declared = {"appId": "a", "plan": DATABASE["plan"]}
    found = difference(ADDON, DATABASE, declared)
    assert (found.changes, found.detailed) == (False, {})


@pytest.mark.fault("F68")
def test_a_state_of_another_version_with_more_or_fewer_outputs_is_no_change() -> None:
    declared = {name: DATABASE[name] for name in ("appId", "plan", "name")}
    later = {**DATABASE, "region": "us", "sharedWith": ["b"]}
    earlier = {name: DATABASE[name] for name in ("appId", "plan", "name")}
    for state in (later, earlier):
        assert difference(ADDON, state, declared).changes is False


def test_a_dyno_type_is_the_same_in_any_case() -> None:
    state = {"appId": "a", "type": "web", "quantity": 2, "size": "Standard-1X"}
    for size in ("standard-1x", "STANDARD-1X", "Standard-1X"):
        assert difference(FORMATION, state, {**state, "size": size}).changes is False
    assert kinds(difference(FORMATION, state, {**state, "size": "basic"})) == {"size": "UPDATE"}


def test_ignored_paths_are_no_change() -> None:
    state = {"appId": "a", "vars": {"A": "1", "B": "1"}, "sensitiveVars": {}}
    declared = {"appId": "a", "vars": {"A": "2", "B": "2"}}
    assert kinds(difference(CONFIG, state, declared, ignored=["vars.A"])) == {"vars.B": "UPDATE"}
    assert difference(CONFIG, state, declared, ignored=["vars"]).changes is False


def test_an_unknown_value_is_a_change_and_stays_unknown_in_the_preview() -> None:
    state = {"appId": "a", "vars": {"A": "1", "URL": "x"}, "sensitiveVars": {}}
    declared = {"appId": "a", "vars": {"A": "1", "URL": UNKNOWN}}
    assert kinds(difference(CONFIG, state, declared)) == {"vars.URL": "UPDATE"}
    assert planned(CONFIG, declared, state)["vars"] == {"A": "1", "URL": UNKNOWN}


def test_a_new_object_previews_what_is_given_and_leaves_the_rest_to_heroku() -> None:
    foreseen = planned(ADDON, {"appId": UNKNOWN, "plan": "heroku-postgresql:standard-0", "name": "sc-db"})
    assert foreseen == {
        "appId": UNKNOWN,
        "plan": "heroku-postgresql:standard-0",
        "name": "sc-db",
        "config": None,
        "configVars": UNKNOWN,
        "configVarValues": UNKNOWN,
        "providerId": UNKNOWN,
    }


def test_an_imported_add_on_believes_the_programs_config_and_is_not_replaced() -> None:
    """Heroku does not tell the config; an import stores {}. A config that changes later replaces."""
    declared = {**{name: DATABASE[name] for name in ("appId", "plan", "name")}, "config": {"version": "16"}}
    imported = difference(ADDON, {**DATABASE, "config": {}}, declared)
    assert (kinds(imported), imported.replaces) == ({"config": "UPDATE"}, [])
    assert difference(ADDON, {**DATABASE, "config": {}}, {**declared, "config": None}).changes is False
    assert difference(ADDON, {**DATABASE, "config": {"version": "15"}}, declared).replaces == ["config"]


maps = st.dictionaries(st.sampled_from("ABCDE"), st.text(max_size=3), max_size=5)


@given(old=maps, new=maps)
def test_a_map_differs_exactly_where_its_entries_do(old: dict[str, str], new: dict[str, str]) -> None:
    """Each added, changed and removed entry is named once, and nothing else."""
    state = {"appId": "a", "vars": old, "sensitiveVars": {}}
    found = difference(CONFIG, state, {"appId": "a", "vars": new})
    entries = {path: change.kind for path, change in found.detailed.items() if path != "vars"}
    expected = {f"vars.{name}": Kind.ADD for name in new.keys() - old.keys()}
    expected |= {f"vars.{name}": Kind.DELETE for name in old.keys() - new.keys()}
    expected |= {f"vars.{name}": Kind.UPDATE for name in new.keys() & old.keys() if new[name] != old[name]}
    assert entries == expected
    assert found.changes is (old != new)


lists = st.lists(st.sampled_from(["heroku/ruby", "heroku/nodejs", "heroku/go"]), min_size=1, max_size=4)


@given(old=lists, new=lists)
def test_a_list_differs_when_and_only_when_it_is_another(old: list[str], new: list[str]) -> None:
    state = {"name": "sc-app", "region": "us", "buildpacks": old}
    found = difference(APP, state, {"name": "sc-app", "region": "us", "buildpacks": new})
    assert found.changes is (old != new)


@pytest.mark.parametrize(
    ("resource", "field", "old", "new", "paths"),
    [
        (CONFIG, "vars", None, UNKNOWN, ["vars"]),
        (CONFIG, "vars", {}, UNKNOWN, ["vars"]),
        (CONFIG, "vars", {}, {"K": ""}, ["vars", "vars.K"]),
        (CONFIG, "vars", {"K": "1"}, {"K": UNKNOWN}, ["vars.K"]),
        (APP, "configVars", {"K": "1"}, {"K": ""}, ["configVars.K"]),
        (APP, "configVars", {"K": ""}, {}, ["configVars.K"]),
    ],
)
def test_each_config_var_that_changes_is_named(
    resource: ResourceType, field: str, *, old: Any, new: Any, paths: list[str]
) -> None:
    """The official plugin says less, and nothing of an app's config var that is emptied."""
    assert sorted(difference(resource, {field: old}, {field: new}).detailed) == paths


def test_an_empty_text_for_what_heroku_decides_is_one_that_is_not_given() -> None:
    declared = {"name": "sc-app", "region": "us", "stack": ""}
    assert planned(APP, declared)["stack"] is UNKNOWN
    state = {**declared, "stack": "heroku-24"}
    assert planned(APP, declared, state)["stack"] == "heroku-24"
    assert difference(APP, state, declared).changes is False


@pytest.mark.parametrize(("enabled", "kinds_"), [(True, {}), (False, {"enabled": "UPDATE"})])
def test_an_input_left_out_is_compared_as_its_default(*, enabled: bool, kinds_: dict[str, str]) -> None:
    """After an import the state's inputs lack what has its default, and a refresh compares them as they are."""
    state = {"appId": "a", "name": "preboot", "enabled": enabled}
    found = difference(FEATURE, state, {"__defaults": [], "appId": "a", "name": "preboot"})
    assert (found.changes, kinds(found)) == (bool(kinds_), kinds_)
