"""Monthly cost: of a stack, of a change, of what has no price, and the runbook's own two totals."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner

from local_heroku import process
from operations.cli import ops
from operations.judging.cost import wrong_prices
from runbook.catalogue import catalogue
from runbook.cost import CostLine
from runbook.environment import Addon, Database, Process
from runbook.runbook_costs import ESTIMATES, cost_today, differences, other_prices
from runbook.stack_cost import Delta, cost_of_stack
from runbook.unknown import Unknown
from tests.unit.runbook.rules.healthy import HEALTHY, change

LATER = Unknown("it is known once `pulumi up` has run")
SCALED = change(
    HEALTHY,
    formation=(Process(process_type="web", quantity=2, dyno_type="Standard-1X"),),
    databases=(Database(name="db", plan="standard-2"),),
)


def test_the_runbooks_two_totals_come_out_and_the_difference_is_explained() -> None:
    current, scaled = ESTIMATES
    assert (current.total_usd, cost_today(current).monthly_usd, differences(current)) == (57, 57, [])
    assert (scaled.total_usd, cost_today(scaled).monthly_usd) == (250, 250)
    assert differences(scaled) == [
        "Heroku sells no standard-1: standard-2 at $200 takes its place (the runbook: $200)"
    ]
    assert other_prices() == ["premium-0 is $200 a month (the runbook: $600)"]


def test_a_change_costs_what_is_new_less_what_goes() -> None:
    delta = Delta(cost_of_stack(HEALTHY), cost_of_stack(SCALED))
    assert delta.monthly_usd == 193
    assert delta.lines == (
        CostLine("web: 1 x Basic", -7),
        CostLine("Heroku Postgres standard-0", -50),
        CostLine("web: 2 x Standard-1X", 50),
        CostLine("Heroku Postgres standard-2", 200),
    )


def test_a_second_database_of_the_same_plan_has_a_line_of_its_own() -> None:
    two = change(HEALTHY, databases=tuple(Database(name=name, plan="standard-0") for name in ("db", "other")))
    delta = Delta(cost_of_stack(HEALTHY), cost_of_stack(two))
    assert (delta.monthly_usd, delta.lines) == (50, (CostLine("Heroku Postgres standard-0", 50),))


@pytest.mark.parametrize(
    ("fields", "unpriced"),
    [
        ({"formation": LATER}, ("the formation",)),
        ({"databases": LATER}, ("the databases",)),
        ({"addons": LATER}, ("other add-ons",)),
        ({"addons": (Addon(name="cache", plan="own-cache:mini"),)}, ("own-cache:mini",)),
        ({"formation": (Process(process_type="web", quantity=LATER, dyno_type="Basic"),)}, ("the dynos of web",)),
        ({"formation": (Process(process_type=LATER, quantity=1, dyno_type=LATER),)}, ("the dynos of process type 0",)),
        ({"formation": (Process(process_type="web", quantity=1, dyno_type="Private-S"),)}, ("web: 1 x Private-S",)),
        ({"databases": (Database(name="db", plan=LATER),)}, ("the Postgres plan of db",)),
        ({"databases": (Database(name="db", plan="private-0"),)}, ("Heroku Postgres private-0",)),
    ],
)  # fmt: skip
def test_what_has_no_price_is_said_and_never_taken_for_free(
    fields: dict[str, object], unpriced: tuple[str, ...]
) -> None:
    assert cost_of_stack(change(HEALTHY, **fields)).unpriced == unpriced


def test_a_process_type_that_stands_there_twice_is_paid_for_twice() -> None:
    web = Process(process_type="web", quantity=1, dyno_type="Basic")
    assert cost_of_stack(change(HEALTHY, formation=(web, web))).monthly_usd == 64


def test_the_command_says_what_a_change_of_the_runbook_costs() -> None:
    words = ["cost", "production", "--scale", "web=2:standard-1x", "--plan", "heroku-postgresql:standard-2"]
    shown = CliRunner().invoke(ops, words)
    assert shown.exit_code == 0
    lines = shown.output.splitlines()
    assert lines[0] == "Priced: $250 a month"
    assert [line.split(maxsplit=1)[1] for line in lines if line.startswith("  cost")] == [
        "$57 a month",
        "web: 1 x Basic: $7",
        "Heroku Postgres standard-0: $50",
        "$57 a month now, $250 after: +$193",
        "web: 1 x Basic: -$7",
        "Heroku Postgres standard-0: -$50",
        "web: 2 x Standard-1X: +$50",
        "Heroku Postgres standard-2: +$200",
    ]
    data = json.loads(CliRunner().invoke(ops, [*words, "--json"]).output)
    assert data["stacks"][0]["cost"]["delta_monthly_usd"] == 193
    assert [note.partition(";")[0] for note in data["notes"][:2]] == [
        "The runbook's Current Monthly Costs, without staging: about $57",
        "The runbook's Scaled Costs, without staging: about $250",
    ]


def test_a_plan_without_a_price_ends_in_exit_code_1() -> None:
    shown = CliRunner().invoke(ops, ["cost", "staging", "--plan", "private-0"])
    assert shown.exit_code == 1
    assert "the catalogue has no price for Heroku Postgres private-0: it is not in these sums" in shown.output


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["--plan", "standard-2"], "--scale and --plan are of one stack; name it"),
        (["staging", "--scale", "web:2"], 'found "web:2"; expected TYPE=N:DYNO_TYPE, as web=2:standard-1x'),
    ],
)
def test_what_it_does_not_take_it_explains(words: list[str], says: str) -> None:
    shown = CliRunner().invoke(ops, ["cost", *words])
    assert shown.exit_code == 64
    assert says in " ".join(shown.output.split())


def test_prices_are_compared_with_those_that_heroku_answers(tmp_path: Path) -> None:
    environment = process.environment(process.start(tmp_path / "heroku"))
    try:
        prices = catalogue()
        assert wrong_prices(environment, prices) == []
        entries = tuple(
            replace(entry, monthly_usd=51) if entry.name == "standard-0" else entry
            for entry in prices.postgres_plans.entries
        )
        other = replace(prices, postgres_plans=replace(prices.postgres_plans, entries=entries))
        assert wrong_prices(environment, other) == [
            "standard-0 is $50 a month on Heroku; the catalogue says $51"
        ]
    finally:
        process.stop(tmp_path / "heroku")
