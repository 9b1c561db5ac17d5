"""Each proposed change ends in its outcome, its exit code, and every finding that stands in its way.

A few have their comment kept in comments/; UPDATE_COMMENTS=1 writes them anew, for a person to look at.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from operations.forms.html import html
from operations.forms.json import json
from operations.forms.junit import junit
from operations.forms.markdown import markdown
from operations.forms.sarif import sarif
from operations.forms.text import text
from operations.judging.answer import EXIT_CODES, Answer, Outcome
from runbook.rules.steps import HOLDS_DATA
from runbook.settings import APP_URL, StackName
from runbook.waivers import Waiver
from tests.unit.operations.judging.streams import Step, declare, gate, preview, step_on, steps
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
PROTECTED = (
    "app",
    "backups",
    "config-vars",
    "database",
    "database-attachment",
    "formation",
    "formation-web",
    "production",
)
UNPROTECTED = (
    *(f"production-protected: production/{name} is not protected" for name in PROTECTED),
    *(f"no-data-loss: production/{name} would lose its protection (update)" for name in PROTECTED),
)
LOOKED_AT = (
    "a new stack",
    "scaled up as in the runbook",
    "scaled over the budget",
    "the Postgres plan upgraded",
    "a secret made plain",
    "the database removed",
    "over the budget with a waiver",
    "a waiver that lets nothing off",
    "drift that up takes back",
)
"""Cases whose comment is kept."""
Edit = Callable[[list[Step]], None]


@dataclass(frozen=True)
class Case:
    words: str
    change: dict[str, Any] = field(default_factory=dict)
    """What production's stack file says otherwise."""
    findings: tuple[str, ...] = ()
    """All that fails or is not evaluated, each with its rule."""
    outcome: Outcome = "blocked"
    stack: StackName = "production"
    edit: Edit | None = None
    """What the program makes of it otherwise."""
    drift: Edit | None = None
    waivers: tuple[Waiver, ...] = ()
    delta: int = 0
    troubles: tuple[str, ...] = ()
    """What else stands in its way."""
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


STILL_RUNS = (
    "web would be removed with 1 x Basic, and `up` stops no dynos: they go on running, are billed, and nothing sees them any "
    "more. Set its quantity to 0 first, in a change of its own"
)


def idle_removed(taken: list[Step]) -> None:
    step = step_on(taken, BUILD)
    for part in ("inputs", "outputs"):
        if step["old"].get(part):
            step["old"][part] = {**step["old"][part], "quantity": 0}
    step.update(op="delete", new=None)


def unknown_step(taken: list[Step]) -> None:
    step_on(taken, SCHEDULE).update(op="teleport")


CASES = [
    Case("nothing changes", outcome="ok"),
    Case("a new stack", outcome="ok", new=True, delta=57),
    Case(
        "scaled up as in the runbook",
        {"formation": {"web": (2, "Standard-1X")}, "budget": 250, "differs": ("formation",)},
        outcome="ok",
        delta=43,
    ),
    Case(
        "scaled to three",
        {"formation": {"web": (3, "Standard-1X")}, "budget": 250, "differs": ("formation",)},
        outcome="ok",
        delta=68,
    ),
    Case("scaled up without a word on why", {"formation": {"web": (2, "Standard-1X")}, "budget": 250}, ("stacks-alike: production/formation differs from staging in web (2 x Standard-1X; there 1 x Basic)",), delta=43),
    Case("scaled over the budget", {"formation": {"web": (2, "Standard-1X")}, "differs": ("formation",)}, ("cost-budget: production costs $100 a month",), delta=43),
    Case("a second Basic dyno", {"formation": {"web": (2, "Basic")}, "budget": 250, "differs": ("formation",)}, ("dyno-horizontal: production/web has 2 dynos of type Basic, of which Heroku runs one a process type",), delta=7),
    Case("an Eco dyno", {"formation": {"web": (1, "Eco")}, "differs": ("formation",)}, ("dyno-awake: production/web runs on Eco, which sleeps after 30 minutes without a request",), delta=-2),
    Case("no web dyno", {"formation": {"web": (0, "Basic")}, "differs": ("formation",)}, ("web-runs: production/web is scaled to 0 dynos",), delta=-7),
    Case(
        "a worker of another tier",
        {"formation": {"web": (1, "Basic"), "worker": (1, "Standard-1X")}, "budget": 250, "differs": ("formation",)},
        ("dyno-tiers: production mixes web on Basic with worker on Standard-1X",),
        delta=25,
    ),
    Case("the Postgres plan upgraded", {"plan": "standard-2", "budget": 250, "differs": ("postgres_plan",)}, outcome="ok", delta=150),
    Case("a plan below Standard-0", {"plan": "essential-0", "differs": ("postgres_plan",)}, ("postgres-plan-minimum: production/sc-mvp-production-db has the Postgres plan essential-0",), delta=-45),
    Case(
        "the runbook's Standard-1",
        {"plan": "standard-1", "budget": 250, "differs": ("postgres_plan",)},
        ("postgres-plan-sold: production/sc-mvp-production-db has the Postgres plan standard-1, which Heroku does not sell",),
        delta=150,
    ),
    Case("the backup moved to another hour", {"hour": 3}, ("backup-time: production/DATABASE is backed up at 03:00 America/Los_Angeles",)),
    Case("the backup moved to UTC", {"zone": "UTC"}, ("backup-time: production/DATABASE is backed up at 02:00 UTC",)),
    Case("the backup schedule removed", edit=without(SCHEDULE), findings=("backup-daily: production/DATABASE has no backup schedule", "no-data-loss: production/backups would lose its protection (delete)")),
    Case(
        "a secret made plain",
        {"config_vars": {**VARIABLES, "SENTRY_DSN": "canary-in-clear"}, "differs": ("config_vars",)},
        ("secrets-secret: production/SENTRY_DSN is a secret among the plain config vars (value not shown)",),
    ),
    Case(
        "DATABASE_URL set by hand",
        {"config_vars": {**VARIABLES, "DATABASE_URL": "canary-in-clear"}, "differs": ("config_vars",)},
        ("database-url-owned: production/DATABASE_URL is set by hand (value not shown)",),
    ),
    Case(
        "an expected value changed",
        {"config_vars": {**VARIABLES, "NODE_ENV": "canary-in-clear"}, "differs": ("config_vars",)},
        ("config-expected: production/NODE_ENV has another value (not shown)",),
    ),
    Case(
        "a required config var removed",
        {"config_vars": {key: value for key, value in VARIABLES.items() if key != "NODE_ENV"}, "differs": ("config_vars",)},
        ("config-present: production/NODE_ENV is not set",),
    ),
    Case(
        "VITE_API_URL without its path",
        {"config_vars": {**VARIABLES, "VITE_API_URL": APP_URL}, "differs": ("config_vars",)},
        ("api-url-own: production/VITE_API_URL has another value (not shown)",),
    ),
    Case(
        "every secret set by hand",
        {"secrets": {"RAILS_MASTER_KEY": "external", "SECRET_KEY_BASE": "external"}, "differs": ("secrets",)},
        outcome="ok",
    ),
    Case("the app renamed in place", edit=on(APP, op="update", diffs=["name"]), outcome="ok"),
    Case("the app replaced", edit=on(APP, op="replace", diffs=["region"]), findings=("no-data-loss: production/app would be replaced, and it is the app",)),
    Case("the app deleted", edit=without(APP), findings=("no-data-loss: production/app would be deleted, and it is the app", "stacks-alike: production/acm what it is is unknown: the stack has no app", "stacks-alike: production/buildpacks what it is is unknown: the stack has no app", "stacks-alike: production/heroku_stack what it is is unknown: the stack has no app", "stacks-alike: production/region what it is is unknown: the stack has no app", "web-runs: production declares no app")),
    Case("the database removed", edit=without(ADDON), findings=("no-data-loss: production/database would be deleted, and it is the database", "postgres-primary: production/DATABASE is the database database-id, which this stack does not declare", "stacks-alike: production/postgres_plan differs from staging in Postgres plan (none; there standard-0)"), delta=-50),
    Case("the database's config changed", edit=on(ADDON, op="replace", diffs=["config"]), findings=("no-data-loss: production/database would be replaced, and it is the database",)),
    Case("protection dropped", edit=unprotected, findings=UNPROTECTED),
    Case("a step never seen", edit=unknown_step, findings=("backup-daily: production/DATABASE has no backup schedule", "no-data-loss: production/backups has the step teleport, which is not known here")),
    Case("staging's formation removed", edit=without(BUILD), stack="staging", findings=("stacks-alike: staging/formation differs from production in web (none; there 1 x Basic)", "web-runs: staging/web is not in the formation"), troubles=(STILL_RUNS,)),
    Case("a process type without dynos removed", edit=idle_removed, stack="staging", findings=("stacks-alike: staging/formation differs from production in web (none; there 1 x Basic)", "web-runs: staging/web is not in the formation")),
    Case("the region moved on staging", edit=on(APP, op="create-replacement", diffs=["region"]), stack="staging", findings=("no-data-loss: staging/app would be replaced, and it is the app",)),
    Case("over the budget with a waiver", {"budget": 50}, outcome="ok", waivers=(WAIVER,)),
    Case("over the budget with an expired waiver", {"budget": 50}, ("cost-budget: production costs $57 a month",), waivers=(WAIVER.model_copy(update={"expires": date(2026, 11, 23)}),)),
    Case("a waiver that lets nothing off", waivers=(WAIVER.model_copy(update={"policies": ("production-protected",)}),)),
    Case("a waiver that the live account may need", outcome="ok", waivers=(WAIVER,)),
    Case("a waiver that misses its target", {"budget": 50}, ("cost-budget: production costs $57 a month",), waivers=(WAIVER.model_copy(update={"targets": ("production/web",)}),)),
    Case("a waiver for years", {"budget": 50}, waivers=(WAIVER.model_copy(update={"expires": date(2030, 1, 1)}),)),
    Case("drift that up takes back", outcome="ok", edit=on(SCHEDULE, op="update", diffs=["hour"]), drift=on(SCHEDULE, diffs=["hour"])),
    Case("a URL that only up will know", edit=None, change={"config_vars": {**VARIABLES, "VITE_API_URL": "https://elsewhere.example/api/v1"}, "differs": ("config_vars",)}, findings=("api-url-own: production/VITE_API_URL has another value (not shown)",)),
]  # fmt: skip


def judged(case: Case, folder: Path) -> Answer:
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


@pytest.mark.fault("B48", "B49", "T05")
def test_a_change_ends_in_its_verdict_and_exit_code(case: Case, tmp_path: Path) -> None:
    answer = judged(case, tmp_path)
    (stack,) = answer.stacks
    assert tuple(trouble.what for trouble in stack.troubles) == case.troubles
    assert sorted(
        f"{verdict.rule.id}: {finding.target} {finding.found}"
        for verdict in stack.verdicts
        for finding in verdict.findings
        if finding.outcome != "elsewhere"
    ) == sorted(case.findings)
    assert (answer.outcome, answer.exit_code) == (case.outcome, EXIT_CODES[case.outcome])
    assert stack.cost is not None
    assert stack.cost.monthly_usd == case.delta


@pytest.mark.parametrize(
    "case", [case for case in CASES if case.words in LOOKED_AT], ids=lambda case: case.words
)
def test_its_comment_is_the_one_that_was_looked_at(case: Case, tmp_path: Path) -> None:
    comment = markdown(judged(case, tmp_path))
    kept = COMMENTS / f"{case.words.replace(' ', '-')}.md"
    if os.environ.get("UPDATE_COMMENTS"):
        kept.write_text(comment, encoding="utf-8")
    assert comment == kept.read_text(encoding="utf-8")


def test_no_value_of_a_config_var_is_in_any_output(case: Case, tmp_path: Path) -> None:
    answer = judged(case, tmp_path)
    shown = [form(answer) for form in (markdown, text, json, sarif, junit, html)]
    assert [found for found in shown if "canary" in found] == []


def test_at_least_thirty_changes_are_tried_each_by_its_own_name() -> None:
    assert len({case.words for case in CASES}) == len(CASES) >= 30
    assert {path.stem for path in COMMENTS.glob("*.md")} == {words.replace(" ", "-") for words in LOOKED_AT}
