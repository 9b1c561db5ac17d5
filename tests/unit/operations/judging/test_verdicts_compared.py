"""The comparison of the gate with the policy pack, which the tests on the real engine lean on, can fail."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from operations.forms.json import data
from tests.engine.gate.verdicts import Said, by_the_gate, by_the_pack
from tests.unit.operations.judging.streams import declare, events, gate, preview, steps, text
from tests.unit.runbook.readers.rendering import Declared

POOR = Declared(budget=50)
COSTS = (
    "cost-budget fails: production costs $57 a month; the runbook wants at most its budget of $50. Lower it."
)


def said_by_the_pack(*told: tuple[str, str]) -> Said:
    """Each policy's title stands above what it says."""
    return by_the_pack(
        text(events([], violations=[(policy, f"Its title\n{words}\n") for policy, words in told]))
    )


@pytest.mark.parametrize(
    ("told", "verdict"),
    [
        ((), "pass"),
        ((("cost-budget", COSTS),), "fail"),
        (
            (("cost-budget", "cost-budget not evaluated: production: what it costs is unknown."),),
            "not evaluated",
        ),
        (
            (("waivers-in-force", "cost-budget: production costs $57 a month: waived until 2027-06-30"),),
            "waived",
        ),
    ],
)
def test_the_packs_verdict_is_read_from_what_it_says(told: tuple[tuple[str, str], ...], verdict: str) -> None:
    assert said_by_the_pack(*told).verdicts["cost-budget"] == verdict


def test_a_pack_that_did_not_finish_is_told() -> None:
    unfinished = [event for event in events([]) if "policyAnalyzeStackSummaryEvent" not in event]
    assert not by_the_pack(text(unfinished)).finished


def gated(folder: Path) -> dict[str, Any]:
    declare(folder, POOR)
    (stack,) = data(gate(folder, {"production": preview(folder, "production", steps(None, POOR))}))["stacks"]
    return dict(stack)


def test_a_gate_that_says_the_same_is_equal_and_any_other_is_not(tmp_path: Path) -> None:
    stack = gated(tmp_path)
    message = next(row["findings"][0]["message"] for row in stack["verdicts"] if row["rule"] == "cost-budget")
    pack = said_by_the_pack(("cost-budget", message))
    ours = by_the_gate(stack, pack.verdicts)
    assert ours == pack
    assert ours != said_by_the_pack()
    assert ours != said_by_the_pack(("cost-budget", COSTS))
    assert ours != said_by_the_pack(("cost-budget", message), ("web-runs", "web-runs fails: production"))
    assert ours != replace(pack, finished=False)
    assert by_the_gate({"verdicts": []}, pack.verdicts) != pack
