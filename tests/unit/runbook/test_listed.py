"""The catalogue beside what the API lists: each way in which they can differ, and the file that is written of it."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest

from local_heroku import catalogue as local
from local_heroku import render
from runbook.catalogue import FILE, catalogue_of
from runbook.listed import Answer, changes, paths, taken_in, text

TODAY = date(2026, 11, 25)
DATA: dict[str, Any] = json.loads(FILE.read_bytes())


def answers() -> dict[str, list[dict[str, Any]]]:
    """As an API answers that lists what the catalogue has, and what can't be declared here."""
    by_part = {
        "heroku_stacks": [{"name": "container", "state": "public"}, *map(render.heroku_stack, local.STACKS)],
        "regions": [render.region(name) for name in local.REGIONS],
        "dyno_types": [
            *map(render.dyno_size, local.DYNO_SIZES.values()),
            render.dyno_size(local.DYNO_SIZES["basic"]) | {"name": "Private-S", "private_space_only": True},
            render.dyno_size(local.DYNO_SIZES["basic"]) | {"name": "dyno-1c-0.5gb"},
        ],
        "postgres_plans": [
            *map(render.plan, local.plans_of(local.POSTGRES)),
            plan("private-0", installable_outside_private_network=False),
            plan("hobby-dev", state="retired"),
        ],
    }
    addons = {
        f"addon_plans/{service}": [render.plan(one) for one in local.plans_of(service)]
        for service in local.SERVICES
        if service != local.POSTGRES
    }
    return {**by_part, **addons}


def plan(name: str, **facts: Any) -> dict[str, Any]:
    like = render.plan(local.PLANS[f"{local.POSTGRES}:standard-0"])
    return {**like, "name": f"{local.POSTGRES}:{name}", **facts}


def edited(part: str, name: str, **facts: Any) -> dict[str, Answer]:
    """With other facts of one listed thing; without it where there are none."""
    found = answers()
    rows = [row for row in found[part] if row["name"] == name]
    assert rows
    at = found[part].index(rows[0])
    found[part][at : at + 1] = [rows[0] | facts] if facts else []
    return dict(found)


def added(part: str, row: dict[str, Any]) -> dict[str, Answer]:
    found = answers()
    return {**found, part: [*found[part], row]}


STACK = render.heroku_stack("heroku-24") | {"default": False}
SIZE = render.dyno_size(local.DYNO_SIZES["performance-m"])
PRICE = {"cents": 5100, "unit": "month"}
SAYS: dict[str, tuple[dict[str, Answer], str]] = {
    "a new Heroku stack": (
        added("heroku_stacks", STACK | {"name": "heroku-28"}),
        "new: Heroku has the Heroku stack heroku-28",
    ),
    "a Heroku stack deprecated": (
        edited("heroku_stacks", "heroku-24", state="deprecated"),
        "changed: heroku-24: deprecated is 2026-11-25 on Heroku; the catalogue says nothing",
    ),
    "a Heroku stack gone": (
        edited("heroku_stacks", "heroku-22"),
        "gone: Heroku lists no Heroku stack heroku-22 any more",
    ),
    "another default": (
        edited("heroku_stacks", "heroku-26", default=True),
        "changed: heroku-26: default for new apps is yes on Heroku; the catalogue says no",
    ),
    "a new region": (
        added("regions", render.region("eu") | {"name": "asia"}),
        "new: Heroku has the region asia",
    ),
    "a region gone": (edited("regions", "eu"), "gone: Heroku lists no region eu any more"),
    "a new dyno type": (
        added("dyno_types", SIZE | {"name": "Performance-S"}),
        "new: Heroku has the dyno type Performance-S at $250 a month",
    ),
    "a dyno type at another price": (
        edited("dyno_types", "Standard-1X", cost={"cents": 3000, "unit": "month"}),
        "changed: Standard-1X: dollars a month is 30 on Heroku; the catalogue says 25",
    ),
    "a dyno type with more memory": (
        edited("dyno_types", "Basic", memory=1.0),
        "changed: Basic: memory in MB is 1024 on Heroku; the catalogue says 512",
    ),
    "a dyno type gone": (
        edited("dyno_types", "Performance-L-RAM"),
        "gone: Heroku lists no dyno type Performance-L-RAM any more",
    ),
    "a new Postgres plan": (
        added("postgres_plans", plan("standard-5", price={"cents": 100_001, "unit": "month"})),
        "new: Heroku has the Heroku Postgres plan standard-5 at $1001 a month",
    ),
    "a Postgres plan at another price": (
        edited("postgres_plans", f"{local.POSTGRES}:standard-0", price=PRICE),
        "changed: standard-0: dollars a month is 51 on Heroku; the catalogue says 50",
    ),
    "a Postgres plan retired": (
        edited("postgres_plans", f"{local.POSTGRES}:premium-0", state="retired"),
        "gone: Heroku lists no Heroku Postgres plan premium-0 any more",
    ),
    "an add-on's new plan": (
        added(
            "addon_plans/heroku-redis",
            render.plan(local.PLANS["heroku-redis:mini"])
            | {"name": "heroku-redis:premium-7", "price": PRICE},
        ),
        "new: Heroku has the plan heroku-redis:premium-7 at $51 a month",
    ),
    "an add-on's plan gone": (
        edited("addon_plans/heroku-redis", "heroku-redis:premium-2"),
        "gone: Heroku lists no plan heroku-redis:premium-2 any more",
    ),
    "an add-on gone": (
        {**answers(), "addon_plans/papertrail": []},
        "gone: Heroku lists no plan papertrail:choklad any more",
    ),
}


def test_what_is_the_same_is_no_change() -> None:
    assert changes(DATA, answers(), TODAY) == ()


def test_each_list_is_asked_for_and_the_plans_of_each_service() -> None:
    assert paths(DATA, ["sendgrid:bronze"]) == {
        "heroku_stacks": "/stacks",
        "regions": "/regions",
        "dyno_types": "/dyno-sizes",
        "postgres_plans": "/addon-services/heroku-postgresql/plans",
        "addon_plans/heroku-redis": "/addon-services/heroku-redis/plans",
        "addon_plans/scheduler": "/addon-services/scheduler/plans",
        "addon_plans/papertrail": "/addon-services/papertrail/plans",
        "addon_plans/sendgrid": "/addon-services/sendgrid/plans",
    }


@pytest.mark.parametrize(("listed", "says"), SAYS.values(), ids=SAYS)
def test_what_differs_is_said_with_both_sides(listed: dict[str, Answer], says: str) -> None:
    assert [f"{one.kind}: {one.says}" for one in changes(DATA, listed, TODAY)] == [says]


@pytest.mark.parametrize("listed", [listed for listed, _ in SAYS.values()], ids=SAYS)
def test_what_is_written_is_what_heroku_lists_and_leaves_the_rest_alone(listed: dict[str, Answer]) -> None:
    (change,) = changes(DATA, listed, TODAY)
    new = json.loads(text(taken_in(DATA, [change], TODAY)))
    assert changes(new, listed, TODAY) == ()
    for part, whole in DATA.items():
        kept = [entry for entry in whole.get("entries", ()) if entry["name"] != change.name]
        assert [entry for entry in new[part].get("entries", ()) if entry["name"] != change.name] == kept
        assert {key: value for key, value in new[part].items() if key != "entries"} == {
            key: value for key, value in whole.items() if key != "entries"
        }
    (entry,) = [entry for entry in new[change.part]["entries"] if entry["name"] == change.name]
    assert entry["source"] == f"{change.source} of the account's API"
    assert entry["date"] == "2026-11-25"
    catalogue_of(new)


def test_what_is_withdrawn_names_what_takes_its_place() -> None:
    listed = edited("postgres_plans", f"{local.POSTGRES}:premium-0")
    new = catalogue_of(taken_in(DATA, changes(DATA, listed, TODAY), TODAY))
    plan_gone = new.postgres_plan("premium-0")
    assert plan_gone is not None
    assert (plan_gone.sold, plan_gone.use_instead) == (False, "premium-2")


def test_a_new_plan_keeps_backups_as_its_tier_does_and_has_no_limits_that_nobody_told() -> None:
    listed = added("postgres_plans", plan("premium-5"))
    new = catalogue_of(taken_in(DATA, changes(DATA, listed, TODAY), TODAY)).postgres_plan("premium-5")
    assert new is not None
    assert (new.tier, new.backup_days, new.manual_backups, new.rollback_days) == ("premium", 7, 50, 7)
    assert (new.storage_gb, new.connections) == (None, None)


def test_the_file_is_written_as_it_is_committed() -> None:
    assert text(DATA) == FILE.read_text(encoding="utf-8")
