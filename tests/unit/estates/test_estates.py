"""Estates as public ones are, of our own making: declared whole, by the book, and their cost is known."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from operations.cli import ops
from runbook import stack_file
from runbook.cost import cost_of_settings
from runbook.settings import STACKS
from runbook.settings_reader import settings_from_file

HERE = Path(__file__).resolve().parent
COSTS = {"shop": (128, 178), "letters": (400, 450)}
"""US dollars a month, at least and at most."""


@pytest.mark.parametrize("estate", COSTS)
def test_an_estate_is_declared_whole_and_complies_with_the_runbook(estate: str) -> None:
    shown = CliRunner().invoke(ops, ["check", str(HERE / estate / "Pulumi.production.yaml")])
    assert shown.exit_code == 0, shown.output
    assert "fail" not in shown.output
    assert "not evaluated" not in shown.output


@pytest.mark.parametrize("stack", STACKS)
@pytest.mark.parametrize("estate", COSTS)
def test_what_an_estate_costs_is_told_whole(estate: str, stack: str) -> None:
    file = stack_file.read(HERE / estate / f"Pulumi.{stack}.yaml")
    cost = cost_of_settings(settings_from_file(file, "production" if stack == "production" else "staging"))
    assert (cost.least_usd, cost.monthly_usd) == COSTS[estate]
    assert [line.what for line in cost.without_price] == []
