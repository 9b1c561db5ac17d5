"""Proposed changes through the real engine: the gate's verdict, and that the policy pack says the same."""

from __future__ import annotations

import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.engine.gate.conftest import CANARY, Edit, Gate
from tests.engine.stacks.checkout import Checkout

pytestmark = pytest.mark.engine

WEB = "web: {quantity: 1, dyno_type: basic}"
PRODUCTION = "Pulumi.production.yaml"


@dataclass(frozen=True)
class Change:
    words: str
    edits: tuple[tuple[str, str, str], ...]
    red: tuple[str, ...] = ()
    headline: str = "## ✅ May go on"
    steps: tuple[str, ...] = ()
    delta: int = 0
    lines: tuple[int, ...] = ()
    """Of the stack file, that the findings point to."""
    says: str = ""


CHANGES = [
    Change("nothing changes", ()),
    Change(
        "scaled up as in the runbook",
        ((PRODUCTION, WEB, "web: {quantity: 2, dyno_type: standard-1x}"),),
        steps=("formation-web",),
        delta=43,
    ),
    Change(
        "the Postgres plan upgraded",
        ((PRODUCTION, "plan: standard-0", "plan: standard-2"), (PRODUCTION, "differs:", "differs:\n    postgres_plan: growth\n   ")),
        steps=("database",),
        delta=150,
    ),
    Change(
        "a plan below Standard-0",
        ((PRODUCTION, "plan: standard-0", "plan: essential-0"),),
        ("postgres-plan-minimum", "stacks-alike"),
        "## ⛔ Blocked: production breaks postgres-plan-minimum, stacks-alike",
        steps=("database",),
        delta=-45,
        lines=(12, 12),
    ),
    Change(
        "the backup moved",
        ((PRODUCTION, 'at: "02:00 America/Los_Angeles"', 'at: "03:00 America/Los_Angeles"'),),
        ("backup-time", "stacks-alike"),
        "## ⛔ Blocked: production breaks backup-time, stacks-alike",
        steps=("backups",),
        lines=(14, 13),
    ),
    Change(
        "a secret made plain",
        ((PRODUCTION, 'SMTP_PORT: "587"', f'SMTP_PORT: "587"\n    RAILS_TOKEN: {CANARY}'),),
        ("secrets-secret", "stacks-alike"),
        "## ⛔ Blocked: production breaks secrets-secret, stacks-alike",
        steps=("config-vars", "config-vars"),
        lines=(22, 15),
    ),
    Change(
        "the app moved to another region",
        ((PRODUCTION, "region: us", "region: eu"),),
        headline="## ⛔ Blocked: production could not be judged whole",
        says="would be deleted or replaced, which the engine refuses, as it is protected. Undo",
    ),
    Change(
        "the formation removed from the program",
        (("components/environment.py", "Formation(settings, app_id", "0 and Formation(settings, app_id"),),
        headline="## ⛔ Blocked: production breaks no-data-loss, could not be judged whole",
        red=("no-data-loss",),
        says="formation-web would be deleted or replaced",
    ),
    Change(
        "protection dropped",
        (("components/environment.py", "protect=is_protected(stack)", "protect=False"),),
        ("no-data-loss", "production-protected"),
        "## ⛔ Blocked: production breaks production-protected, no-data-loss",
    ),
]  # fmt: skip


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: change.words)
def test_a_change_ends_in_its_verdict(change: Change, edit: Edit, gate: Gate) -> None:
    for name, old, new in change.edits:
        edit(name, old, new)
    answer = gate("production")
    stack = answer.stack("production")
    is_blocked = change.headline.startswith("## ⛔")
    assert any(change.says in trouble for trouble in answer.troubles or [""]), answer.troubles
    assert (sorted(answer.red("production")), answer.code) == (sorted(change.red), 3 if is_blocked else 0), (
        answer.troubles
    )
    assert answer.comment.splitlines()[1] == change.headline
    if change.steps:
        assert answer.troubles == []
        named = sorted(
            step["name"] for step in stack["steps"] if "runbook:heroku:Environment" not in step["type"]
        )
        assert named == sorted(change.steps)
    if stack["cost"]:
        assert stack["cost"]["delta_monthly_usd"] == change.delta
    if change.lines:
        results = answer.sarif["runs"][0]["results"]
        where = [found["locations"][0]["physicalLocation"]["region"]["startLine"] for found in results]
        assert sorted(where) == sorted(change.lines)
    assert CANARY not in answer.shown


def test_both_stacks_are_judged_side_by_side(gate: Gate) -> None:
    answer = gate()
    assert [stack["stack"] for stack in answer.data["stacks"]] == ["staging", "production"]
    assert (answer.code, answer.troubles) == (0, [])


def test_settings_that_are_refused_block_before_anything_runs(edit: Edit, gate: Gate) -> None:
    edit(PRODUCTION, "plan: standard-0", "plan: standrad-0")
    answer = gate("production")
    assert answer.code == 3
    assert answer.troubles[0].startswith('Pulumi.production.yaml:12: database.plan: found "standrad-0"')


def test_drift_stands_apart_from_the_change(up: Checkout, edit: Edit, gate: Gate) -> None:
    formation = "/apps/sc-mvp-production/formation/web"
    with up.heroku() as client:
        client.request("PATCH", formation, {"quantity": 2, "size": "Standard-1X"})
    edit("Pulumi.production.yaml", "monthly_budget_usd: 250", "monthly_budget_usd: 240")
    try:
        answer = gate("production")
    finally:
        with up.heroku() as client:
            client.request("PATCH", formation, {"quantity": 1, "size": "Basic"})
    stack = answer.stack("production")
    assert [(found["name"], found["properties"]) for found in stack["drift"]] == [
        ("formation-web", ["quantity", "size"])
    ]
    assert "quantity 2 → 1, size Standard-1X → Basic &#40;takes drift back&#41;" in answer.comment
    assert stack["cost"]["delta_monthly_usd"] == -43
    assert answer.code == 0


def test_staging_and_production_with_one_secret_are_blocked(up: Checkout, gate: Gate) -> None:
    """The rehearsal's own copies of the stack files hold the managed secrets."""
    shared = "canary-one-secret-of-both-stacks"
    copies = {
        stack: up.folder / ".local" / "stacks" / f"Pulumi.{stack}.yaml" for stack in ("staging", "production")
    }
    before = {path: path.read_bytes() for path in copies.values()}
    from operations.rehearsal import Rehearsal  # noqa: PLC0415
    from operations.workspace import Workspace  # noqa: PLC0415

    try:
        for stack in ("staging", "production"):
            Rehearsal(Workspace(up.folder))._quietly(
                stack, ["config", "set", "--secret", "SECRET_KEY_BASE"], given=shared
            )
        answer = gate("production")
    finally:
        for path, content in before.items():
            path.write_bytes(content)
    assert answer.red("production") == ["secrets-differ"]
    assert "SECRET&#95;KEY&#95;BASE has the same value as staging&#39;s &#40;not shown&#41;" in answer.comment
    assert shared not in answer.shown
    assert answer.code == 3


@pytest.mark.parametrize(
    ("name", "old", "new", "says"),
    [
        ("waivers.yaml", "waivers: []", "waivers: [", "not YAML; is it cut"),
        ("policies/PulumiPolicy.yaml", "runtime:", "runtime_:", "olicy"),
        ("policies/pack.py", "from policies.resources import", "import no_such_module\nfrom policies.resources import", "olicy pack"),
        ("policies/__main__.py", "EnforcementLevel.MANDATORY", "EnforcementLevel.ADVISORY", "the policy pack only advises on cost-budget"),
        ("policies/pack.py", "planned = [rule for rule in rules if", "planned = [RULES[0]] * 18 or [rule for rule in rules if", "policy pack"),
    ],
    ids=["broken waivers", "no pack", "a dependency missing", "a pack that only advises", "a pack of one rule"],
)  # fmt: skip
def test_a_pack_that_does_not_work_is_red(
    edit: Edit, gate: Gate, *, name: str, old: str, new: str, says: str
) -> None:
    edit(name, old, new)
    edit(PRODUCTION, "monthly_budget_usd: 250", "monthly_budget_usd: 50")
    answer = gate("production")
    assert answer.code == 3
    assert any(says in trouble for trouble in answer.troubles), answer.troubles


def test_a_pack_that_hangs_is_stopped_at_the_time_limit(edit: Edit, gate: Gate) -> None:
    edit(
        "policies/pack.py",
        "            resource = of_resource(args)\n",
        "            __import__('time').sleep(600)\n            resource = of_resource(args)\n",
    )
    answer = gate("production", "--time-limit", "8")
    assert answer.code == 3
    assert "did not end within 8 s and was stopped" in answer.troubles[0]


def test_a_rule_loosened_in_the_same_change_is_caught_by_mains_version(
    up: Checkout, edit: Edit, gate: Gate, tmp_path: Path
) -> None:
    main = tmp_path / "main"
    subprocess.run(["git", "clone", "-q", str(up.folder), str(main)], check=True)
    edit(PRODUCTION, 'at: "02:00 America/Los_Angeles"', 'at: "05:00 UTC"')
    edit(PRODUCTION, "differs:", "differs:\n    backups: an hour that suits us\n   ")
    assert gate("production").red("production") == ["backup-time"]
    edit(
        "runbook/rules/backups.py",
        'yield failed(where, f"is backed up at',
        'yield from [] and failed(where, f"is backed up at',
    )
    assert gate("production").code == 0
    answer = gate("production", "--main", str(main))
    assert answer.code == 3
    assert answer.troubles[0].startswith(
        "by main's version, backup-time fails: production/DATABASE is backed up at 05:00 UTC; the runbook wants 02:00"
    )


def test_a_waiver_that_the_change_brings_counts_and_stands_first(
    up: Checkout, edit: Edit, gate: Gate, tmp_path: Path
) -> None:
    main = tmp_path / "main"
    subprocess.run(["git", "clone", "-q", str(up.folder), str(main)], check=True)
    edit(PRODUCTION, "monthly_budget_usd: 250", "monthly_budget_usd: 50")
    edit(
        "waivers.yaml",
        "waivers: []",
        "waivers:\n  - policies: [cost-budget]\n    targets: [production]\n"
        "    reason: the launch\n    owner: ops\n    expires: 2027-06-30",
    )
    answer = gate("production", "--main", str(main))
    assert (answer.code, answer.troubles) == (0, [])
    assert answer.comment.splitlines()[1] == "## ✅ May go on, with 1 rule waived"
    assert answer.comment.splitlines()[3] == (
        "- This change brings a waiver, for a code owner to review: cost-budget on production, "
        "waived until 2027-06-30 by ops: the launch"
    )


def test_a_database_that_ignores_changes_is_blocked(edit: Edit, gate: Gate) -> None:
    edit(
        "components/database.py",
        "opts=pulumi.ResourceOptions(parent=self),",
        'opts=pulumi.ResourceOptions(parent=self, ignore_changes=["plan"]),',
    )
    edit(PRODUCTION, "plan: standard-0", "plan: standard-2")
    edit(PRODUCTION, "differs:", "differs:\n    postgres_plan: growth\n   ")
    answer = gate("production")
    assert answer.code == 3
    assert any("database, the database, has the option ignoreChanges" in what for what in answer.troubles)


def test_a_version_of_main_that_does_not_answer_is_red(gate: Gate, tmp_path: Path) -> None:
    answer = gate("production", "--main", str(tmp_path))
    assert answer.code == 1
    assert answer.troubles[0].startswith("main's version could not judge this change: ")
