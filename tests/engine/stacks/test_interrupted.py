"""An `up` that is killed at any moment converges on the next one, with one of each object."""

from __future__ import annotations

import os
import signal
import time

import pytest

from tests.engine.stacks.checkout import FAILED, Checkout
from tests.waiting import wait_until

pytestmark = pytest.mark.engine


def converge(checkout: Checkout, stack: str, *options: str) -> str:
    return checkout.ops("pulumi", stack, "up", "--yes", "--refresh", "--non-interactive", *options)


def assert_one_of_each(checkout: Checkout, stack: str) -> None:
    app = f"/apps/sc-mvp-{stack}"
    with checkout.heroku() as client:
        assert [found["name"] for found in client.request("GET", "/apps")] == [f"sc-mvp-{stack}"]
        (addon,) = client.request("GET", f"{app}/addons")
        assert addon["name"] == f"sc-mvp-{stack}-db"
        assert [found["name"] for found in client.request("GET", f"{app}/addon-attachments")] == ["DATABASE"]
        schedules = client.request(
            "GET", f"/client/v11/databases/{addon['id']}/transfer-schedules", api="data"
        )
        assert [found["name"] for found in schedules] == ["DATABASE_URL"]
        assert client.request("GET", f"{app}/formation/web")["size"] == "Basic"
        config = client.request("GET", f"{app}/config-vars")
    assert {"DATABASE_URL", "RAILS_ENV", "SECRET_KEY_BASE", "VITE_API_URL"} <= config.keys()


@pytest.mark.fault("F41")
@pytest.mark.parametrize("seconds", [0.6, 1.0, 1.4, 1.8, 2.2, 2.6, 3.0])
def test_killed_without_a_word_after(fresh: Checkout, seconds: float) -> None:
    fresh.ops("local", "reset", "--yes")
    fresh.ops("pulumi", "staging", "stack")
    running = fresh.start("pulumi", "staging", "up", "--yes", "--skip-preview")
    time.sleep(seconds)
    assert running.poll() is None, "it ended before it was killed"
    os.killpg(running.pid, signal.SIGKILL)
    running.wait()
    converge(fresh, "staging", "--skip-preview")
    assert_one_of_each(fresh, "staging")
    fresh.ops("pulumi", "staging", "preview", "--expect-no-changes")


def test_interrupted_politely(fresh: Checkout) -> None:
    fresh.ops("local", "reset", "--yes")
    fresh.ops("pulumi", "staging", "stack")
    running = fresh.start("pulumi", "staging", "up", "--yes", "--skip-preview")
    time.sleep(1.5)
    started = time.monotonic()
    os.killpg(running.pid, signal.SIGINT)
    running.wait(timeout=30)
    assert time.monotonic() - started < 10
    converge(fresh, "staging")
    assert_one_of_each(fresh, "staging")


@pytest.mark.fault("F49")
def test_a_preview_during_an_up_is_allowed_and_changes_nothing(fresh: Checkout) -> None:
    fresh.ops("local", "reset", "--yes")
    fresh.ops("pulumi", "staging", "stack")
    with fresh.heroku() as client:
        client.request("PATCH", "/local/settings", {"provisioning": 6})
        first = fresh.start("pulumi", "staging", "up", "--yes", "--skip-preview")
        wait_until(lambda: client.request("GET", "/addons"), why="no add-on was asked for")
        fresh.ops("pulumi", "staging", "preview")
        assert first.poll() is None, "the up had ended before the preview did"
        asked = client.request("GET", "/local/requests")["requests"]
        assert [line["path"] for line in asked if line["method"] == "POST"].count("/apps") == 1
        assert first.wait(timeout=60) == 0
    assert_one_of_each(fresh, "staging")
    fresh.ops("pulumi", "staging", "preview", "--refresh", "--expect-no-changes")


@pytest.mark.fault("F46")
def test_a_second_up_at_once_is_refused_and_the_first_goes_on(fresh: Checkout) -> None:
    fresh.ops("local", "reset", "--yes")
    fresh.ops("pulumi", "staging", "stack")
    first = fresh.start("pulumi", "staging", "up", "--yes", "--skip-preview")
    locks = fresh.folder / ".local" / "pulumi" / "state" / ".pulumi" / "locks"
    wait_until(lambda: list(locks.rglob("*.json")), why="the first up took no lock")
    shown = fresh.ops("pulumi", "staging", "up", "--yes", "--skip-preview", expected=FAILED)
    assert "the stack is currently locked by 1 lock(s)" in shown
    assert f"(pid {first.pid})" in shown
    assert first.wait(timeout=60) == 0
    assert_one_of_each(fresh, "staging")
