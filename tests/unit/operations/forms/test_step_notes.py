"""A raised budget is told with both amounts, and a log drain with its host."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from operations.forms import steps as step_form
from operations.forms.step_notes import of_budgets, of_drain
from operations.pulumi_run.events import Change
from tests.unit.operations.judging.streams import declare, gate, preview, steps
from tests.unit.runbook.readers.rendering import SIGNATURE, Declared

ENVIRONMENT = "runbook:heroku:Environment"
DRAIN = "heroku:drain/drain:Drain"


def change(kind: str, old: object, new: object, *, key: str) -> Change:
    """One resource of this type whose one input was `old` and would be `new`; None where it is not there."""
    before, after = (None if value is None else {"inputs": {key: value}} for value in (old, new))
    return Change("update", f"urn:pulumi:s::p::{kind}::it", kind, (), before, after)


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        (250, 5000, ["! budget raised from $250 to $5000 a month"]),
        (250.0, 250, []),
        (250, 60, ["! budget changed from $250 to $60 a month"]),
        (None, 250, []),
    ],
)
def test_a_budget_is_told_with_both_amounts(before: object, after: object, said: list[str]) -> None:
    assert list(of_budgets([change(ENVIRONMENT, before, after, key="monthlyBudgetUsd")])) == said


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("https://user:canary@logs.stranger.example:8080/x?token=canary", ", to logs.stranger.example"),
        ("syslog+tls://logs.example:514", ", to logs.example"),
        ({**SIGNATURE, "ciphertext": "[secret]"}, ", to a host that is kept secret"),
        ({**SIGNATURE, "plaintext": '"https://canary.example"'}, ", to a host that is kept secret"),
        ("04da6b54-80e4-46f7-96ec-b56ff0331ba9", ", to a host that is not known yet"),
        ("not a url", ", to no host"),
    ],
)
def test_a_log_drain_is_told_with_its_host_alone(url: object, said: str) -> None:
    assert of_drain(change(DRAIN, None, url, key="url")) == said


def test_the_host_of_a_secret_url_is_told_by_the_component() -> None:
    urn = f"urn:pulumi:s::p::{DRAIN}::drain-LOGS"
    secret = {"inputs": {"sensitiveUrl": {**SIGNATURE, "ciphertext": "[secret]"}}}
    drain = Change("create", urn, DRAIN, (), None, secret)
    drains = change("runbook:heroku:LogDrains", None, {"LOGS": "logs.example"}, key="hosts")
    assert of_drain(drain, [drains]) == ", to logs.example"
    other = change("runbook:heroku:LogDrains", None, {"ARCHIVE": "archive.example"}, key="hosts")
    assert of_drain(drain, [other]) == ", to a host that is kept secret"


def test_the_gates_answer_says_a_budget_that_a_change_raises(tmp_path: Path) -> None:
    low, high = replace(Declared(), budget=250), replace(Declared(), budget=5000)
    declare(tmp_path, high)
    answer = gate(tmp_path, {"production": preview(tmp_path, "production", steps(low, high))})
    assert step_form.step_words(answer.stacks[0])[0] == "! budget raised from $250 to $5000 a month"
