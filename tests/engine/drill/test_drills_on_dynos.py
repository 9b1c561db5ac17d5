"""Every drill on the running app: it breaks what it says, the runbook's remedy mends it, and its end leaves nothing."""

from __future__ import annotations

import os
import signal

import pytest

from drills.drill import Drill
from drills.dyno_drills import APP_WONT_START, DYNO_DRILLS, SITE_DOWN
from drills.record import Bench
from tests.engine.drill.playing import Before, assert_given_back, play, rings, verdicts
from tests.engine.stacks.checkout import ROOT, Checkout
from tests.waiting import wait_until

pytestmark = pytest.mark.engine

SYMPTOMS: dict[str, tuple[str, str]] = {
    "app-wont-start": ("ps", r"^web\.1: crashed"),
    "errors-after-deploy": ("ps", r"^web\.1: crashed"),
    "release-failed": ("releases", r"Deploy [0-9a-f]{7} .*failed"),
    "timeouts": ("ps", r"^web\.1: up"),
    "site-down": ("ps", r"No dynos on .*sc-mvp-production"),
    "site-offline": ("logs -n 100", "code=H80"),
    "slow-mornings": ("ps", r"=== web \(Eco\)"),
    "wrong-data": ("config:get VITE_API_URL", r"https://sc-mvp-staging-.*/api/v1"),
    "signed-elsewhere": ("releases", "Set SECRET_KEY_BASE config vars"),
    "white-page": ("run ls public/assets", r"^index-1\.js"),
}
"""What Heroku's CLI shows: the command, and what is in its answer."""


@pytest.mark.parametrize("drill", DYNO_DRILLS, ids=lambda found: found.name)
def test_a_drill_is_found_mended_and_ended(up: Checkout, drill: Drill) -> None:
    play(up, drill, SYMPTOMS[drill.name])


def test_a_drill_that_is_killed_while_it_breaks_things_is_ended_all_the_same(up: Checkout) -> None:
    before = Before.of(up)
    record = up.folder / ".local" / "drill" / "record.json"
    process = up.start("drill", APP_WONT_START.name)
    wait_until(record.exists, why="the drill began", seconds=60)
    wait_until(lambda: Before.of(up).account != before.account, why="the drill broke something")
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    assert up.ops("drill").endswith("app-wont-start is under way on production. Next: ./ops drill --end\n")
    assert "was interrupted while it was set up" in up.ops("drill", "--check", expected=1)
    up.ops("drill", "--end")
    assert_given_back(up, before)


def test_what_is_mended_otherwise_than_declared_is_not_solved(up: Checkout) -> None:
    """And the end gives everything back, whatever was done meanwhile."""
    before = Before.of(up)
    rings(up, SITE_DOWN)
    assert "site-down is under way on production" in up.ops("drill")
    assert up.ops("drill", "--hint").startswith("Hint 1 of 2: heroku ps -a sc-mvp-production\n")
    assert up.ops("drill", "--hint").startswith("Hint 2 of 2: ")
    assert up.ops("drill", "--hint").startswith("No more hints. ")
    up.ops("local", "shell", "production", "heroku", "ps:scale", "web=1:standard-1x")
    assert verdicts(up)["web-runs"] == "pass"
    assert "Not solved yet:\n  drift: production/web: " in up.ops("drill", "--check", expected=3)
    with up.heroku() as client:
        client.request("DELETE", "/apps/sc-mvp-production")
        client.request("PATCH", "/apps/sc-mvp-staging/config-vars", {"RAILS_ENV": "canary"})
    up.edit("Pulumi.production.yaml", "plan: standard-0", "plan: standard-2")
    up.ops("local", "reset", "--yes")
    shown = up.ops("drill", "--end")
    assert "Pulumi.production.yaml had been edited; that text is kept as " in shown
    assert "plan: standard-2" in (up.folder / ".local" / "drill-edits" / "Pulumi.production.yaml").read_text()
    assert_given_back(up, before)


def test_a_drill_does_not_begin_on_a_stack_that_is_red_already(up: Checkout) -> None:
    with up.heroku() as client:
        client.request("PATCH", "/apps/sc-mvp-production", {"maintenance": True})
    try:
        shown = up.ops("drill", "timeouts", expected=1)
    finally:
        with up.heroku() as client:
            client.request("PATCH", "/apps/sc-mvp-production", {"maintenance": False})
    assert "production doesn't: maintenance-off: Maintenance mode is off" in shown
    assert not Bench(up.folder / ".local" / "drill").file.exists()


def test_every_command_of_the_page_is_typed_here() -> None:
    """By `play` with site-down, and the list and the hint by the test on what is mended otherwise."""
    page = (ROOT / "docs" / "drills.md").read_text(encoding="utf-8")
    lines = [line.partition("  #")[0].strip() for line in page.splitlines() if line.startswith("    ./ops ")]
    assert lines == [
        "./ops drill",
        "./ops drill site-down",
        "./ops local shell production heroku ps",
        "./ops drill --hint",
        "./ops drill --solve",
        "./ops drill --check",
        "./ops drill --end",
    ]
