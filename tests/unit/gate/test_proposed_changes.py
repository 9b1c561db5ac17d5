"""Each proposed change ends in its verdict, its exit code, the rules that stand in its way, and its comment.

The comments are kept in comments/; UPDATE_COMMENTS=1 writes them anew, for a person to look at.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from operations.forms.gate_json import as_mapping
from operations.forms.gate_markdown import comment_of
from operations.forms.gate_sarif import sarif_of
from operations.forms.gate_text import text_of
from operations.judging.gated import Gated
from runbook.rules.steps import HOLDS_DATA
from runbook.settings import APP_URL, StackName
from runbook.waivers import Waiver
from tests.unit.gate.streams import Step, declare, gate, preview, step_on, steps
from tests.unit.runbook.readers.rendering import Declared

COMMENTS = Path(__file__).parent / "comments"
APP, ADDON = HOLDS_DATA
SCHEDULE = "heroku-postgres:index:BackupSchedule"
BUILD = "heroku:formation/formation:Formation"
VARIABLES = Declared().config_vars
WAIVER = Waiver(
    policies=("cost-budget",),
    targets=("production",),
    reason="two dynos for the launch",
    owner="ops",
    expires=date(2026, 12, 31),
)
Edit = Callable[[list[Step]], None]


@dataclass(frozen=True)
class Case:
    words: str
    change: dict[str, Any] = field(default_factory=dict)
    """What production's stack file says otherwise."""
    red: tuple[str, ...] = ()
    """Rules that fail, or with `could_not_tell` are not run."""
    verdict: str = "blocked"
    stack: StackName = "production"
    edit: Edit | None = None
    """What the program makes of it otherwise."""
    drift: Edit | None = None
    waivers: tuple[Waiver, ...] = ()
    delta: int = 0
    new: bool = False
    both: bool = False
    """Staging says the same."""


def on(type_: str, **fields: Any) -> Edit:
    """Gives the step on this type of resource other fields."""
    return lambda taken: step_on(taken, type_).update(fields)


def unprotected(taken: list[Step]) -> None:
    for step in taken:
        if step["new"]:
            step["new"]["protect"] = False
            step["op"] = (
                "update" if step["op"] == "same" and step["type"] != "pulumi:pulumi:Stack" else step["op"]
            )


def without(type_: str) -> Edit:
    return on(type_, op="delete", new=None)


def unknown_step(taken: list[Step]) -> None:
    step_on(taken, SCHEDULE).update(op="teleport")


CASES = [
    Case("nothing changes", verdict="pass"),
    Case("a new stack", verdict="pass", new=True, delta=57),
    Case(
        "scaled up as in the runbook",
        {"formation": {"web": (2, "Standard-1X")}, "budget": 250, "differs": ("formation",)},
        verdict="pass",
        delta=43,
    ),
    Case(
        "scaled to three",
        {"formation": {"web": (3, "Standard-1X")}, "budget": 250, "differs": ("formation",)},
        verdict="pass",
        delta=68,
    ),
    Case("scaled up without a word on why", {"formation": {"web": (2, "Standard-1X")}, "budget": 250}, ("stacks-alike",), delta=43),
    Case("scaled over the budget", {"formation": {"web": (2, "Standard-1X")}, "differs": ("formation",)}, ("cost-budget",), delta=43),
    Case("a second Basic dyno", {"formation": {"web": (2, "Basic")}, "budget": 250, "differs": ("formation",)}, ("dyno-horizontal",), delta=7),
    Case("an Eco dyno", {"formation": {"web": (1, "Eco")}, "differs": ("formation",)}, ("dyno-awake",), delta=-2),
    Case("no web dyno", {"formation": {"web": (0, "Basic")}, "differs": ("formation",)}, ("web-runs",), delta=-7),
    Case(
        "a worker of another tier",
        {"formation": {"web": (1, "Basic"), "worker": (1, "Standard-1X")}, "budget": 250, "differs": ("formation",)},
        ("dyno-tiers",),
        delta=25,
    ),
    Case("the Postgres plan upgraded", {"plan": "standard-2", "budget": 250, "differs": ("postgres_plan",)}, verdict="pass", delta=150),
    Case("a plan below Standard-0", {"plan": "essential-0", "differs": ("postgres_plan",)}, ("postgres-plan-minimum",), delta=-45),
    Case(
        "the runbook's Standard-1",
        {"plan": "standard-1", "budget": 250, "differs": ("postgres_plan",)},
        ("postgres-plan-sold",),
        delta=150,
    ),
    Case("the backup moved to another hour", {"hour": 3, "differs": ("backups",)}, ("backup-time",)),
    Case("the backup moved to UTC", {"zone": "UTC", "differs": ("backups",)}, ("backup-time",)),
    Case("the backup schedule removed", edit=without(SCHEDULE), red=("backup-daily", "no-data-loss", "stacks-alike")),
    Case(
        "a secret made plain",
        {"config_vars": {**VARIABLES, "SENTRY_DSN": "canary-in-clear"}, "differs": ("config_vars",)},
        ("secrets-secret",),
    ),
    Case(
        "DATABASE_URL set by hand",
        {"config_vars": {**VARIABLES, "DATABASE_URL": "canary-in-clear"}, "differs": ("config_vars",)},
        ("database-url-owned",),
    ),
    Case(
        "an expected value changed",
        {"config_vars": {**VARIABLES, "NODE_ENV": "canary-in-clear"}, "differs": ("config_vars",)},
        ("config-expected",),
    ),
    Case(
        "a required config var removed",
        {"config_vars": {key: value for key, value in VARIABLES.items() if key != "NODE_ENV"}, "differs": ("config_vars",)},
        ("config-present",),
    ),
    Case(
        "VITE_API_URL without its path",
        {"config_vars": {**VARIABLES, "VITE_API_URL": APP_URL}, "differs": ("config_vars",)},
        ("api-url-own",),
    ),
    Case(
        "every secret set by hand",
        {"secrets": {"RAILS_MASTER_KEY": "external", "SECRET_KEY_BASE": "external"}, "differs": ("secrets",)},
        verdict="pass",
    ),
    Case("the app renamed in place", edit=on(APP, op="update", diffs=["name"]), verdict="pass"),
    Case("the app replaced", edit=on(APP, op="replace", diffs=["region"]), red=("no-data-loss",)),
    Case("the app deleted", edit=without(APP), red=("no-data-loss", "stacks-alike", "web-runs")),
    Case("the database removed", edit=without(ADDON), red=("no-data-loss", "postgres-primary", "stacks-alike"), delta=-50),
    Case("the database's config changed", edit=on(ADDON, op="replace", diffs=["config"]), red=("no-data-loss",)),
    Case("protection dropped", edit=unprotected, red=("no-data-loss", "production-protected")),
    Case("a step never seen", edit=unknown_step, red=("backup-daily", "no-data-loss", "stacks-alike")),
    Case("staging's formation removed", edit=without(BUILD), stack="staging", red=("stacks-alike", "web-runs"), delta=-7),
    Case("the region moved on staging", edit=on(APP, op="create-replacement", diffs=["region"]), stack="staging", red=("no-data-loss",)),
    Case("over the budget with a waiver", {"budget": 50}, verdict="pass", waivers=(WAIVER,)),
    Case("over the budget with an expired waiver", {"budget": 50}, ("cost-budget",), waivers=(WAIVER.model_copy(update={"expires": date(2026, 11, 23)}),)),
    Case("a waiver that lets nothing off", waivers=(WAIVER,)),
    Case("a waiver for years", {"budget": 50}, waivers=(WAIVER.model_copy(update={"expires": date(2030, 1, 1)}),)),
    Case("drift that up takes back", verdict="pass", edit=on(SCHEDULE, op="update", diffs=["hour"]), drift=on(SCHEDULE, diffs=["hour"])),
    Case("a URL that only up will know", edit=None, change={"config_vars": {**VARIABLES, "VITE_API_URL": "https://elsewhere.example/api/v1"}, "differs": ("config_vars",)}, red=("api-url-own",)),
]  # fmt: skip


def judged(case: Case, folder: Path) -> Gated:
    before = Declared(stack=case.stack)
    after = replace(before, **case.change)
    declare(folder, after)
    taken = steps(None if case.new else before, after)
    drift = steps(before, before)
    if case.edit:
        case.edit(taken)
    if case.drift:
        case.drift(drift)
    ran = preview(folder, case.stack, taken, drift=drift if case.drift else (), waivers=case.waivers)
    return gate(folder, {case.stack: ran}, case.waivers)


@pytest.fixture(params=CASES, ids=lambda case: case.words)
def case(request: pytest.FixtureRequest) -> Case:
    found = request.param
    assert isinstance(found, Case)
    return found


def test_a_change_ends_in_its_verdict_and_exit_code(case: Case, tmp_path: Path) -> None:
    gated = judged(case, tmp_path)
    (stack,) = gated.stacks
    assert [trouble.what for trouble in stack.troubles] == []
    assert tuple(sorted(row.verdict.rule.id for row in stack.rows_of("fail", "not run"))) == tuple(
        sorted(case.red)
    )
    assert gated.outcome == case.verdict
    assert gated.exit_code == {"pass": 0, "could not tell": 1, "blocked": 3}[case.verdict]
    assert stack.cost is not None
    assert stack.cost.monthly_usd == case.delta


def test_its_comment_is_the_one_that_was_looked_at(case: Case, tmp_path: Path) -> None:
    comment = comment_of(judged(case, tmp_path))
    kept = COMMENTS / f"{case.words.replace(' ', '-').replace(chr(39), '')}.md"
    if os.environ.get("UPDATE_COMMENTS"):
        kept.parent.mkdir(exist_ok=True)
        kept.write_text(comment, encoding="utf-8")
    assert comment == kept.read_text(encoding="utf-8")


def test_no_value_of_a_config_var_is_in_any_output(case: Case, tmp_path: Path) -> None:
    gated = judged(case, tmp_path)
    shown = [comment_of(gated), text_of(gated), str(as_mapping(gated)), sarif_of(gated, tmp_path)]
    assert [text for text in shown if "canary" in text] == []


def test_at_least_thirty_changes_are_tried_each_by_its_own_name() -> None:
    assert len({case.words for case in CASES}) == len(CASES) >= 30
    assert {path.stem for path in COMMENTS.glob("*.md")} == {
        case.words.replace(" ", "-").replace("'", "") for case in CASES
    }
