"""What was reviewed is what is applied: staging first, by the plan that was judged, and gone on with after a cut."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Iterator

import pytest

from tests.engine.gate.conftest import git
from tests.engine.stacks.checkout import COMMAND_SECONDS, Checkout

pytestmark = pytest.mark.engine

BLOCKED, FAILED = 3, 1


@pytest.fixture(autouse=True)
def committed(up: Checkout) -> Iterator[None]:
    """Every test ends with a clean checkout."""
    yield
    git(up.folder, "checkout", "-q", "--", ".")


def commit(up: Checkout, words: str) -> None:
    git(up.folder, "commit", "-qam", words)


def record(up: Checkout, stack: str) -> list[dict[str, str]]:
    """The stages of the newest apply, as stage and outcome."""
    records = json.loads((up.folder / ".local" / "apply" / f"{stack}.json").read_text())
    return [{entry["stage"]: entry["outcome"]} for entry in records[-1]["entries"]]


def scale(up: Checkout) -> None:
    with up.heroku() as client:
        client.request("PATCH", "/apps/sc-mvp-staging/formation/web", {"quantity": 2, "size": "Standard-1X"})


def confirmed(up: Checkout, meanwhile: Callable[[], None]) -> str:
    """What an apply of staging prints that fails after `meanwhile` happened, while it waited to be confirmed."""
    running = subprocess.Popen(
        [sys.executable, "-m", "operations", "apply", "staging"],
        cwd=up.folder,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    shown = ""
    while "Make these changes" not in shown:
        assert running.stdout
        letter = running.stdout.read(1)
        assert letter, shown
        shown += letter
    meanwhile()
    rest, _ = running.communicate("y\n", timeout=COMMAND_SECONDS)
    assert running.returncode == FAILED, shown + rest
    return shown + rest


DONE = [{"gate": "started"}, {"gate": "done"}, {"up": "started"}, {"up": "done"}, {"verify": "started"}, {"verify": "done"}]  # fmt: skip
STAGING = [{"staging is ready": "started"}, {"staging is ready": "done"}]


def test_production_waits_for_staging_at_the_same_commit(up: Checkout) -> None:
    for stack in ("staging", "production"):
        up.edit(
            f"Pulumi.{stack}.yaml", "RAILS_ENV: production", 'RAILS_ENV: production\n    WEB_CONCURRENCY: "2"'
        )
    commit(up, "Two Puma workers")
    shown = up.ops("apply", "production", "--yes", expected=BLOCKED)
    assert "run `ops apply staging` first" in shown
    assert record(up, "production") == [{"staging is ready": "started"}, {"staging is ready": "failed"}]

    shown = up.ops("apply", "staging", "--yes")
    assert "vars added WEB_CONCURRENCY (values not shown). A new release: all dynos restart" in shown
    assert record(up, "staging") == DONE

    with up.heroku() as client:
        client.request("PATCH", "/apps/sc-mvp-staging/formation/web", {"quantity": 0})
        shown = up.ops("apply", "production", "--yes", expected=BLOCKED)
        assert "staging has drift" in shown
        client.request("PATCH", "/apps/sc-mvp-staging/formation/web", {"quantity": 1, "size": "Basic"})

    up.ops("apply", "production", "--yes")
    assert record(up, "production")[-8:] == [*STAGING, *DONE]
    with up.heroku() as client:
        assert client.request("GET", "/apps/sc-mvp-production/config-vars")["WEB_CONCURRENCY"] == "2"


def test_what_is_not_committed_is_not_applied(up: Checkout) -> None:
    up.edit("Pulumi.staging.yaml", "quantity: 1", "quantity: 1 ")
    shown = up.ops("apply", "staging", "--yes", expected=FAILED)
    assert "1 file differs from the commit" in shown
    assert "what is applied must be what was reviewed: commit or undo that" in shown


def test_a_change_that_the_gate_blocks_is_not_applied(up: Checkout) -> None:
    up.edit("Pulumi.staging.yaml", "plan: standard-0", "plan: essential-0")
    commit(up, "A cheaper database")
    shown = up.ops("apply", "staging", "--yes", expected=BLOCKED)
    assert "Blocked: staging breaks postgres-plan-minimum" in shown
    assert record(up, "staging") == [{"gate": "started"}, {"gate": "failed"}]
    git(up.folder, "revert", "--no-edit", "HEAD")
    with up.heroku() as client:
        addon = client.request("GET", "/apps/sc-mvp-staging/addons/sc-mvp-staging-db")
    assert addon["plan"]["name"] == "heroku-postgresql:standard-0"


@pytest.mark.fault("F61")
def test_a_world_that_changed_after_the_gate_stops_the_up_and_the_next_apply_goes_on(up: Checkout) -> None:
    """A plan that was judged earlier meets a formation that somebody scaled since."""
    git(up.folder, "commit", "-q", "--allow-empty", "-m", "Somebody scales between gate and up")
    shown = confirmed(up, lambda: scale(up))
    assert "violates plan" in shown
    assert record(up, "staging") == [
        {"gate": "started"},
        {"gate": "done"},
        {"up": "started"},
        {"up": "failed"},
    ]
    git(up.folder, "commit", "-q", "--allow-empty", "-m", "Nobody scales")
    shown = up.ops("apply", "staging", "--yes")
    assert "quantity 2 → 1, size Standard-1X → Basic" in shown
    with up.heroku() as client:
        web = client.request("GET", "/apps/sc-mvp-staging/formation/web")
    assert (web["quantity"], web["size"]) == (1, "Basic")


def test_an_apply_cut_off_after_its_up_goes_on_with_verify(up: Checkout) -> None:
    path = up.folder / ".local" / "apply" / "staging.json"
    records = json.loads(path.read_text())
    records[-1]["entries"] = [entry for entry in records[-1]["entries"] if entry["stage"] != "verify"]
    path.write_text(json.dumps(records))
    shown = up.ops("apply", "staging", "--yes")
    assert "cut off after its up; going on with verify" in shown
    assert "Updating (staging)" not in shown
    assert record(up, "staging") == DONE


def test_no_secret_is_in_what_an_apply_prints_or_keeps(up: Checkout) -> None:
    shown = up.ops("apply", "staging", "--yes")
    with up.heroku() as client:
        secret = client.request("GET", "/apps/sc-mvp-staging/config-vars")
    kept = "".join(path.read_text() for path in (up.folder / ".local" / "apply").iterdir())
    for name in ("SECRET_KEY_BASE", "RAILS_MASTER_KEY", "DATABASE_URL"):
        assert secret[name] not in shown + kept
