"""The catalogue's facts hang together, and local Heroku sells the same things at the same prices."""

from __future__ import annotations

import json
from dataclasses import fields
from datetime import date
from pathlib import Path

import pytest
from pydantic import TypeAdapter

from local_heroku import catalogue as local
from runbook import catalogue as catalogue_module
from runbook.catalogue import (
    AddonPlan,
    DynoType,
    Entry,
    HerokuStack,
    PostgresPlan,
    PriceList,
    Region,
    catalogue,
)
from runbook.offered import instead_of


def _lists() -> list[PriceList[Entry]]:
    found = catalogue()
    return [getattr(found, field.name) for field in fields(found) if field.name != "most_dynos_an_app"]


def test_every_entry_is_of_the_declared_types() -> None:
    for entry in catalogue().dyno_types.entries:
        TypeAdapter(DynoType).validate_python(entry, strict=True)
    for plan in catalogue().postgres_plans.entries:
        TypeAdapter(PostgresPlan).validate_python(plan, strict=True)
    for addon in catalogue().addon_plans.entries:
        TypeAdapter(AddonPlan).validate_python(addon, strict=True)
    for heroku_stack in catalogue().heroku_stacks.entries:
        TypeAdapter(HerokuStack).validate_python(heroku_stack, strict=True)
    for region in catalogue().regions.entries:
        TypeAdapter(Region).validate_python(region, strict=True)


def test_every_list_has_a_source_and_a_day() -> None:
    for prices in _lists():
        assert prices.source
        assert date.fromisoformat(prices.date) > date(2026, 1, 1)
        names = [entry.name for entry in prices.entries]
        assert len(set(names)) == len(names)


def test_the_limits_have_a_source_and_a_day() -> None:
    limits = json.loads((Path(catalogue_module.__file__).with_name("catalogue.json")).read_text())["limits"]
    assert limits["source"]
    assert date.fromisoformat(limits["date"]) > date(2026, 1, 1)
    assert catalogue().most_dynos_an_app == 100
    assert {entry.most_a_type for entry in catalogue().dyno_types.entries if entry.tier == "performance"} == {
        10
    }


def test_what_is_not_sold_names_something_that_is() -> None:
    dynos = [entry for entry in catalogue().dyno_types.entries if not entry.sold]
    plans = [plan for plan in catalogue().postgres_plans.entries if not plan.sold]
    assert dynos
    assert plans
    for entry in dynos:
        instead = catalogue().dyno_type(entry.use_instead or "")
        assert instead is not None
        assert instead.sold, entry.name
    for plan in plans:
        better = catalogue().postgres_plan(plan.use_instead or "")
        assert better is not None
        assert better.sold, plan.name


def test_the_runbooks_standard_1_is_kept_and_marked_as_not_sold() -> None:
    plan = catalogue().postgres_plan("standard-1")
    assert plan is not None
    assert (plan.sold, plan.use_instead, plan.monthly_usd) == (False, "standard-2", 200)


@pytest.mark.parametrize("name", ["basic", "BASIC", "Basic"])
def test_a_dyno_type_is_known_in_any_case(name: str) -> None:
    found = catalogue().dyno_type(name)
    assert found is not None
    assert found.name == "Basic"


def test_local_heroku_sells_what_is_sold_at_the_same_price() -> None:
    ours = {entry.name: entry.monthly_usd * 100 for entry in catalogue().dyno_types.entries if entry.sold}
    assert {size.name: size.cents for size in local.DYNO_SIZES.values()} == ours
    plans = {plan.name: plan.monthly_usd * 100 for plan in catalogue().postgres_plans.entries if plan.sold}
    theirs = {plan.name: plan.cents for plan in local.PLANS.values() if plan.service == local.POSTGRES}
    assert theirs == plans
    addons = {f"{local.POSTGRES}:{name}": cents for name, cents in plans.items()} | {
        plan.name: plan.monthly_usd * 100 for plan in catalogue().addon_plans.entries if plan.sold
    }
    assert {name: plan.cents for name, plan in local.PLANS.items()} == addons
    assert {plan.service for plan in local.PLANS.values()} == local.SERVICES.keys()


def test_local_heroku_has_one_plan_of_each_service_to_begin_with() -> None:
    default = [plan.service for plan in local.PLANS.values() if plan.default]
    assert sorted(default) == sorted(local.SERVICES)


def test_local_heroku_lists_the_heroku_stacks_that_have_not_ended() -> None:
    assert local.STACKS == {"heroku-26": "public", "heroku-24": "public", "heroku-22": "deprecated"}
    assert local.DEFAULT_STACK == "heroku-24"


def test_the_days_of_a_heroku_stack_are_days_and_in_order() -> None:
    for entry in catalogue().heroku_stacks.entries:
        days = [day for day in (entry.deprecated, entry.builds_fail_from, entry.ends) if day]
        assert [date.fromisoformat(day).isoformat() for day in sorted(days)] == days
    names = [entry.name for entry in catalogue().heroku_stacks.entries]
    assert names == sorted(names, reverse=True)


@pytest.mark.parametrize("entries", [found.entries for found in _lists()])
def test_no_hint_names_what_is_withdrawn(entries: tuple[Entry, ...]) -> None:
    """Whatever is misspelt, and however."""
    offered = {entry.name.lower() for entry in entries if entry.is_offered}
    for entry in entries:
        name = entry.name.lower()
        for misspelt in (
            name[:-1],
            f"{name}x",
            name.replace("-", ""),
            f"{name[1]}{name[0]}{name[2:]}",
            name[:4],
        ):
            hint = instead_of(misspelt, entries)
            if "did you mean" in hint:
                assert hint.split('"')[1] in offered, (misspelt, hint)
            elif hint.startswith(" ("):
                assert set(hint[2 : hint.index(")")].split(", ")) <= offered, (misspelt, hint)
