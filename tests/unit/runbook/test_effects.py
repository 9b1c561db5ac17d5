"""What each step does to the running app is in one table, closed over all that the plugins and components declare."""

from __future__ import annotations

from importlib import import_module
from typing import Any

import pytest

from providers.heroku.types import MODULES
from providers.heroku_postgres.provider import LIFECYCLES
from providers.resources.schema import ResourceType
from runbook.effects import CASES, Effect, Rank, Taken, effects_of, table

RESOURCES: dict[str, ResourceType] = {
    **{
        token: import_module(f"providers.heroku.types.{name}").RESOURCE
        for token, (name, _) in MODULES.items()
    },
    **{token: lifecycle.resource for token, lifecycle in LIFECYCLES.items()},
}
OPERATIONS = ("create", "delete", "replace")
FORMATION, ADDON = "heroku:formation/formation:Formation", "heroku:addon/addon:Addon"
APP, VARS = "heroku:app/app:App", "heroku:app/configAssociation:ConfigAssociation"


def taken(
    type_: str, operation: str = "update", app: Any = "stays", **values: tuple[object, object]
) -> Taken:
    """One step; each input as it is and as it would be."""
    before = {name: old for name, (old, _) in values.items() if old is not None}
    after = {name: new for name, (_, new) in values.items() if new is not None}
    changed = {name for name in values if before.get(name) != after.get(name)}
    return Taken(type=type_, operation=operation, changed=changed, before=before, after=after, app=app)


@pytest.mark.parametrize("token", RESOURCES)
def test_every_resource_type_has_an_effect_for_each_operation_and_each_of_its_inputs(token: str) -> None:
    for operation in OPERATIONS:
        assert "not known" not in " ".join(one.says for one in effects_of(taken(token, operation)))
    row = table().types[token]["change"]
    assert isinstance(row, dict)
    assert {field.name for field in RESOURCES[token].inputs} <= row.keys()


def test_the_table_names_nothing_that_no_plugin_has() -> None:
    rows = {token: set(row["change"]) for token, row in table().types.items()}  # type: ignore[call-overload]
    extra = {
        token: names - {field.name for field in RESOURCES[token].inputs} for token, names in rows.items()
    }
    assert {token: names for token, names in extra.items() if names} == {APP: {"maintenance"}}


def test_every_name_in_the_table_is_an_effect_and_every_effect_is_used() -> None:
    named = {"state-alone", "of-a-new-app", "with-the-app", "imported", "not-known"}
    for token, row in table().types.items():
        change = row["change"]
        assert isinstance(change, dict)
        for value in [row.get("create"), row.get("delete"), row.get("replace"), *change.values()]:
            named |= {*value.values()} if isinstance(value, dict) else {str(value)} if value else set()
        several = {(token, name) for name, value in {**row, **change}.items() if isinstance(value, dict)}
        several.discard((token, "change"))
        assert several <= CASES.keys()
    assert named == table().effects.keys()


@pytest.mark.parametrize(
    ("step", "rank", "says"),
    [
        (taken(VARS, vars=({}, {"A": "1"})), Rank.RESTART, "A new release: all dynos restart"),
        (taken(FORMATION, type=("web", "web"), quantity=(1.0, 3.0)), Rank.RUNS, "Starts 2 dynos; those that run go on"),
        (taken(FORMATION, type=("web", "web"), quantity=(2, 1)), Rank.RUNS, "Stops 1 dyno; the others run on"),
        (taken(FORMATION, type=("web", "web"), quantity=(2, 0)), Rank.DOWN, "Stops all its dynos: without web the site answers 503 (H14)"),
        (taken(FORMATION, type=("worker", "worker"), quantity=(2, 0)), Rank.RUNS, "Stops all its dynos"),
        (taken(FORMATION, size=("Basic", "Standard-1X")), Rank.RESTART, "All its dynos restart, on the new dyno type"),
        (taken(FORMATION, "delete"), Rank.RUNS, "Its dynos run on and are billed: `up` stops none. Set its quantity to 0 first"),
        (taken(FORMATION, "delete", quantity=(0, None)), Rank.NONE, "It has no dynos: nothing stops"),
        (taken(FORMATION, "delete", app="goes"), Rank.LOSS, "Goes with the app"),
        (taken(FORMATION, "replace", quantity=(1, 1), app="goes"), Rank.LOSS, "Goes with the app"),
        (taken(FORMATION, "create", quantity=(None, 0)), Rank.NONE, "It has no dynos: nothing starts"),
        (taken(FORMATION, "create", quantity=(None, 2)), Rank.RUNS, "Starts its dynos; the others run on"),
        (taken(FORMATION, "create", app="is made"), Rank.NONE, "Part of a new app, which serves nobody yet"),
        (taken(APP, name=("a", "b")), Rank.DOWN, "The app's address changes: it is no longer found under the old herokuapp.com name, nor by git remotes. Set VITE_API_URL and whatever calls it"),
        (taken(APP, stack=("heroku-22", "heroku-24")), Rank.LATER, "Nothing restarts. The next build uses it"),
        (taken(APP, buildpacks=(["heroku/ruby"], [])), Rank.LATER, "Nothing restarts. The next build uses it"),
        (taken(ADDON, "delete", plan=("heroku-postgresql:standard-0", None)), Rank.LOSS, "The database goes with all its data and backups, and the app loses its config var"),
        (taken(ADDON, "replace", plan=("heroku-redis:mini", "heroku-redis:mini")), Rank.LOSS, "The add-on goes with all its data. Its config vars are taken off: a new release, and all dynos restart"),
        (taken("random:index/pet:Pet", "create"), Rank.DOWN, "What this does to the app is not known: look it up before you merge"),
        (taken("runbook:heroku:Environment"), Rank.NONE, "In Pulumi's state alone"),
        (taken(APP, later=("a", "b")), Rank.DOWN, "What this does to the app is not known: look it up before you merge"),
    ],
    ids=lambda value: str(value) if isinstance(value, Taken) else "",
)  # fmt: skip
def test_a_step_says_what_it_does_to_the_app(step: Taken, rank: Rank, says: str) -> None:
    assert effects_of(step) == (Effect(rank, says),)


@pytest.mark.parametrize(
    ("old", "new", "begins"),
    [
        ("standard-0", "standard-2", "Heroku prepares a replacement database for up to several hours"),
        ("standard-0", "premium-0", "Heroku prepares a replacement database for up to several hours"),
        ("essential-0", "essential-1", "Heroku prepares a replacement database for up to several hours"),
        (
            "standard-2",
            "standard-0",
            "The new plan stores less: the data must fit into 64 GB. Heroku prepares",
        ),
        (
            "standard-0",
            "essential-0",
            "Heroku moves no database between Essential and the other tiers in place",
        ),
        (
            "essential-2",
            "standard-0",
            "Heroku moves no database between Essential and the other tiers in place",
        ),
        ("standard-0", "canary-9", "Heroku prepares a replacement database for up to several hours"),
    ],
)
def test_a_postgres_plan_up_or_down_says_its_downtime_or_that_the_data_must_be_copied(
    old: str, new: str, begins: str
) -> None:
    plans = (f"heroku-postgresql:{old}", f"heroku-postgresql:{new}")
    ((effect),) = effects_of(taken(ADDON, plan=plans))
    assert effect.rank is Rank.DOWN
    assert effect.says.startswith(begins)


def test_the_worst_of_several_effects_comes_first() -> None:
    both = effects_of(taken(FORMATION, type=("web", "web"), quantity=(1, 2), size=("Basic", "Standard-1X")))
    assert [one.rank for one in both] == [Rank.RESTART, Rank.RUNS]
