"""What `ops verify` prints to be typed is typed, as it stands, in Heroku's own CLI; verify is asked again."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from typing import Any

import pytest

from heroku_api.client import Client
from heroku_api.errors import HerokuError
from tests.engine.live.account import (
    DATABASE,
    Rehearsed,
    attach,
    by_hand_database_url,
    config,
    deploy_broken,
    deploy_rails,
    detach,
    fall_asleep,
    patch,
    post,
    schedule,
    second_schedule,
    swap_databases,
    unschedule,
)
from tests.engine.live.test_verify import behaviour, failed_backup, fill, later, verdicts, verify
from tests.engine.stacks.checkout import ROOT
from tests.unit.runbook.rules.test_fixes import TYPED
from toolchain import heroku_cli

pytestmark = pytest.mark.engine
SETTLED_SECONDS = 300
"""Of local Heroku's clock: dynos are up, a backup has ended, a plan is changed."""


@pytest.fixture(autouse=True)
def _cli(monkeypatch: pytest.MonkeyPatch) -> None:
    if heroku_cli.find(ROOT, os.environ) is None and shutil.which("npm") is None:
        pytest.skip("NOT CHECKED with Heroku's CLI: there is no Node.js (npm) to install it with")
    monkeypatch.setenv("HEROKU_CLI", str(heroku_cli.ensure(ROOT, print)))


def mix(client: Client) -> None:
    deploy_rails(client)
    patch("/formation/worker", quantity=1, size="standard-1x")(client)


def couple_wrongly(client: Client) -> None:
    pipeline = client.request("POST", "/pipelines", {"name": "sc-mvp"})["id"]
    coupling = {"app": "sc-mvp-production", "pipeline": pipeline, "stage": "staging"}
    client.request("POST", "/pipeline-couplings", coupling)


BROKEN: dict[str, tuple[str, Callable[[Client], object]]] = {
    "web is off": ("web-runs", patch("/formation/web", quantity=0)),
    "the dyno sleeps": ("dyno-awake", patch("/formation/web", size="eco")),
    "a secret was taken away": ("config-present", config(SECRET_KEY_BASE=None)),
    "a config var has a wrong value": ("config-expected", config(NODE_ENV="canary")),
    "the API is elsewhere": ("api-url-own", config(VITE_API_URL="https://canary.example/api/v1")),
    "the schedule is gone": ("backup-daily", unschedule),
    "there are two schedules": ("backup-daily", second_schedule),
    "the schedule is moved": ("backup-time", schedule(5, "UTC")),
    "the database is detached": ("postgres-primary", detach),
    "DATABASE_URL is set by hand": ("database-url-owned", by_hand_database_url),
    "maintenance mode is on": ("maintenance-off", patch("", maintenance=True)),
    "the newest backup failed": ("backup-fresh", failed_backup),
    "somebody has access": (
        "access-reviewed",
        post("/collaborators", user="somebody@example.com", silent=True),
    ),
    "the database is nearly full": ("database-headroom", fill(bytes=60 * 10**9)),
    "the app is in staging's stage": ("pipeline-stage", couple_wrongly),
    "a deploy crashes": ("rollback-window", deploy_broken),
    "a dyno is stuck": ("health-answers", behaviour("stuck")),
    "a dyno is idle": ("dynos-up", fall_asleep),
    "production runs on staging's database": ("secrets-differ", swap_databases),
    "the database is attached to staging": (
        "database-not-shared",
        attach("PRODUCTION", app="sc-mvp-staging"),
    ),
}


REFUSED: dict[str, tuple[str, Callable[[Client], object], str]] = {
    "two Basic dynos": ("dyno-horizontal", patch("/formation/web", quantity=2), "the most is 1"),
    "eleven Performance dynos": (
        "dyno-limits",
        patch("/formation/web", quantity=11, size="performance-m"),
        "the most is 10",
    ),
    "Basic beside Standard": ("dyno-tiers", mix, "Cannot mix"),
    "a plan that is not sold": (
        "postgres-plan-sold",
        patch(f"/addons/{DATABASE}", plan="heroku-postgresql:standard-1"),
        "Couldn't find either the add-on",
    ),
}
"""What Heroku lets nobody do: only an account from before the limit has it. These commands are checked as text, in
tests/unit/runbook/rules/test_fixes.py."""


TOGETHER: list[tuple[str, ...]] = [
    (
        "a config var has a wrong value",
        "the API is elsewhere",
        "the schedule is moved",
        "maintenance mode is on",
        "somebody has access",
        "the database is nearly full",
        "the dyno sleeps",
    ),
    (
        "web is off",
        "the schedule is gone",
        "a secret was taken away",
        "the database is attached to staging",
        "the app is in staging's stage",
    ),
    ("there are two schedules", "the newest backup failed"),
]
"""Of other objects and other rules: verify is asked once before their commands and once after."""
RUNS = [*TOGETHER, *((words,) for words in BROKEN if not any(words in run for run in TOGETHER))]


@pytest.mark.parametrize("run", RUNS, ids=" and ".join)
def test_the_printed_command_typed_as_it_stands_makes_the_rule_hold(
    rehearsed: Rehearsed, run: tuple[str, ...]
) -> None:
    for words in run:
        rehearsed.edit(BROKEN[words][1])
    rules = [BROKEN[words][0] for words in run]
    failing = verdicts(verify(rehearsed), "fail")
    commands = [fix_of(failing[rule]) for rule in rules]
    rehearsed.checkout.ops("local", "shell", "production", "sh", "-ec", "\n".join(commands))
    rehearsed.edit(later(SETTLED_SECONDS))
    left = verify(rehearsed)
    assert {*rules} & {*verdicts(left, "fail"), *verdicts(left, "not evaluated")} == set()


@pytest.mark.parametrize("words", REFUSED)
def test_what_heroku_refuses_can_only_be_left_from_before(rehearsed: Rehearsed, words: str) -> None:
    _, breaks, says = REFUSED[words]
    with pytest.raises(HerokuError, match=says):
        rehearsed.edit(breaks)


def test_every_rule_whose_fix_is_a_command_is_typed_here() -> None:
    """The others say that a person is needed and why: tests/unit/runbook/rules/test_fixes.py has them."""
    here = {rule for rule, *_ in (*BROKEN.values(), *REFUSED.values())}
    assert here == {case.rule for case in TYPED}


def fix_of(findings: list[Any]) -> str:
    (fix,) = findings[0]["fixes"]
    assert fix["kind"] == "type"
    return str(fix["text"])
