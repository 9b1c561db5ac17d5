"""What `ops verify` prints to be typed is typed, as it stands, in Heroku's own CLI; verify is asked again."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from typing import Any

import pytest

from heroku_api.client import Client
from tests.engine.live.account import (
    Rehearsed,
    attach,
    by_hand_database_url,
    config,
    detach,
    patch,
    post,
    schedule,
    second_schedule,
    unschedule,
)
from tests.engine.live.test_verify import failed_backup, failed_release, fill, later, verdicts, verify
from tests.engine.stacks.checkout import ROOT
from toolchain import heroku_cli

pytestmark = pytest.mark.engine
SETTLED_SECONDS = 300
"""Of local Heroku's clock: dynos are up, a backup has ended, a plan is changed."""


@pytest.fixture(autouse=True)
def _cli(monkeypatch: pytest.MonkeyPatch) -> None:
    if heroku_cli.find(ROOT, os.environ) is None and shutil.which("npm") is None:
        pytest.skip("NOT CHECKED with Heroku's CLI: there is no Node.js (npm) to install it with")
    monkeypatch.setenv("HEROKU_CLI", str(heroku_cli.ensure(ROOT, print)))


BROKEN: dict[str, tuple[str, Callable[[Client], object]]] = {
    "a release failed": ("release-succeeded", failed_release),
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
    "the database is attached to staging": (
        "database-not-shared",
        attach("PRODUCTION", app="sc-mvp-staging"),
    ),
}


@pytest.mark.parametrize("words", BROKEN)
def test_the_printed_command_typed_as_it_stands_makes_the_rule_hold(rehearsed: Rehearsed, words: str) -> None:
    rule, breaks = BROKEN[words]
    rehearsed.edit(breaks)
    command = fix_of(verdicts(verify(rehearsed), "fail")[rule])
    rehearsed.checkout.ops("local", "shell", "production", "sh", "-c", command)
    rehearsed.edit(later(SETTLED_SECONDS))
    left = verify(rehearsed)
    assert rule not in verdicts(left, "fail")
    assert rule not in verdicts(left, "not evaluated")


def fix_of(findings: list[Any]) -> str:
    (fix,) = findings[0]["fixes"]
    assert fix["kind"] == "type"
    return str(fix["text"])
