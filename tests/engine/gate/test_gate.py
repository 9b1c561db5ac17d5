"""What the gate tells of that no change of a file shows: drift, one secret of both stacks, and what main says of a change."""

from __future__ import annotations

from pathlib import Path

import pytest

from operations.pulumi_run.runner import output
from operations.rehearsal.rehearsal import Rehearsal
from operations.workspace import Workspace
from runbook.settings import STACKS
from tests.engine.gate.changes import BUDGET, PRODUCTION, STAGING, differs, waived
from tests.engine.gate.conftest import Edit, Gate, git
from tests.engine.gate.proposing import is_judged_as_by_the_pack
from tests.engine.stacks.checkout import Checkout

pytestmark = pytest.mark.engine


def test_drift_stands_apart_from_the_change(up: Checkout, edit: Edit, gate: Gate) -> None:
    formation = "/apps/sc-mvp-production/formation/web"
    with up.heroku() as client:
        client.request("PATCH", formation, {"quantity": 2, "size": "Standard-1X"})
    edit(PRODUCTION, "monthly_budget_usd: 250", "monthly_budget_usd: 240")
    try:
        answer = gate("production")
    finally:
        with up.heroku() as client:
            client.request("PATCH", formation, {"quantity": 1, "size": "Basic"})
    stack = answer.stack("production")
    assert [(found["name"], found["properties"]) for found in stack["refreshed"]] == [
        ("formation-web", ["quantity", "size"])
    ]
    assert "quantity 2 → 1, size Standard-1X → Basic &#40;takes drift back&#41;" in answer.comment
    assert stack["cost"]["delta_monthly_usd"] == -43
    assert answer.code == 0
    is_judged_as_by_the_pack(answer)


@pytest.mark.fault("B33")
@pytest.mark.usefixtures("edit")
def test_staging_and_production_with_one_secret_are_blocked(up: Checkout, gate: Gate) -> None:
    """The rehearsal's own copies of the stack files hold the managed secrets."""
    shared = "canary-one-secret-of-both-stacks"
    for stack in STACKS:
        output(
            Rehearsal(Workspace(up.folder)),
            stack,
            ["config", "set", "--secret", "SECRET_KEY_BASE"],
            given=shared,
        )
    answer = gate("production")
    assert answer.red("production") == ["secrets-differ"]
    assert "SECRET&#95;KEY&#95;BASE has the same value as staging&#39;s &#40;not shown&#41;" in answer.comment
    assert shared not in answer.shown
    assert answer.code == 3
    is_judged_as_by_the_pack(answer)


def main_of(up: Checkout, folder: Path) -> Path:
    git(folder, "clone", "-q", str(up.folder), "main")
    return folder / "main"


@pytest.mark.fault("B57")
def test_a_rule_loosened_in_the_same_change_is_caught_by_mains_version(
    up: Checkout, edit: Edit, gate: Gate, tmp_path: Path
) -> None:
    main = main_of(up, tmp_path)
    edit(PRODUCTION, 'at: "02:00 America/Los_Angeles"', 'at: "05:00 UTC"')
    edit(*differs("backups"))
    assert gate("production").red("production") == ["backup-time"]
    edit(
        "runbook/rules/backups.py",
        'yield failed(where, f"is backed up at',
        'yield from [] and failed(where, f"is backed up at',
    )
    assert gate("production").code == 0
    answer = gate("production", main=main)
    assert answer.code == 3
    assert answer.troubles[0].startswith(
        "by main's version, backup-time fails: production/DATABASE is backed up at 05:00 UTC; the runbook wants 02:00"
    )


def test_a_waiver_that_the_change_brings_counts_and_stands_first(
    up: Checkout, edit: Edit, gate: Gate, tmp_path: Path
) -> None:
    main = main_of(up, tmp_path)
    for name in (PRODUCTION, STAGING):  # main reads the files: a managed secret needs a value there
        edit(name, "config:\n", f"config:\n  social-catering:SECRET_KEY_BASE: {{secure: v1:{name}}}\n")
    edit(PRODUCTION, BUDGET, "monthly_budget_usd: 50")
    edit(*waived("cost-budget"))
    answer = gate("production", main=main)
    assert (answer.code, answer.troubles) == (0, [])
    assert answer.comment.splitlines()[1] == "## ✅ Approved: 1 rule waived"
    assert answer.comment.splitlines()[3] == (
        "- This change brings a waiver, for a code owner to review: cost-budget on production, "
        "waived until 2027-06-30 by ops: the launch"
    )


def test_a_version_of_main_that_does_not_answer_is_red(gate: Gate, tmp_path: Path) -> None:
    answer = gate("production", main=tmp_path)
    assert answer.code == 1
    assert answer.troubles[0].startswith("main's version could not judge this change: ")
