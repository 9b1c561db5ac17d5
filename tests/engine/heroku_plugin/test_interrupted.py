"""Runs that break: the next one ends with one of each object."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.engine.heroku_plugin.project import EXTRAS, STACK
from tests.waiting import wait_until

if TYPE_CHECKING:
    from tests.engine.heroku_plugin.project import Project
    from tests.engine.plugin_project import Account

pytestmark = pytest.mark.engine


@pytest.mark.fault("T01")
def test_a_lost_answer_to_the_purchase_of_a_database_ends_with_one_database(
    project: Project, account: Account
) -> None:
    account.breaks("lost-answer", "POST", "/apps/*/addons")
    project.up()
    assert account.names(f"/apps/{project.app}/addons") == [f"{project.app}-db"]


@pytest.mark.fault("F06", "F10")
@pytest.mark.parametrize(
    "path",
    ["/apps", "/apps/*/config-vars", "/apps/*/builds", "/apps/*/formation/web"],
    ids=lambda path: path[1:],
)
def test_a_lost_answer_anywhere_converges(project: Project, account: Account, path: str) -> None:
    account.breaks("lost-answer", "POST" if path in ("/apps", "/apps/*/builds") else "PATCH", path)
    project.run("up", "--yes", "--skip-preview")
    project.up()
    _there_is_one_of_each(project, account)
    project.pulumi("preview", "--refresh", "--expect-no-changes")


@pytest.mark.fault("F19")
@pytest.mark.parametrize(
    "path", ["/apps/*/releases", "/apps/*/config-vars", "/apps/*/addons/*"], ids=lambda path: path[8:]
)
def test_what_heroku_does_not_know_yet_converges(project: Project, account: Account, path: str) -> None:
    """As after a create; the official plugin waits beforehand (delays), and so does this one when it is told to."""
    account.breaks("lag", "GET", path, count=2)
    project.run("up", "--yes", "--skip-preview")
    account.heals()
    project.up()
    _there_is_one_of_each(project, account)
    project.pulumi("preview", "--refresh", "--expect-no-changes")


@pytest.mark.fault("F27", "F38", "T01")
def test_a_database_that_stays_provisioning_is_waited_on_by_the_next_run(
    project: Project, account: Account
) -> None:
    settings = account.get("/local/settings")
    account.client.request("PATCH", "/local/settings", {"provisioning": 3600})
    run = project.starts("up", "--yes", "--skip-preview")
    _wait_for("GET", "/addons/", account)
    plugin = _plugin_of(run.pid)
    run.send_signal(signal.SIGINT)
    wait_until(lambda: not _is_running(plugin), why="the plugin still runs", seconds=5)
    assert run.wait(timeout=30) != 0
    (addon,) = account.client.list_all(f"/apps/{project.app}/addons")
    assert project.state["database"]["id"] == addon["id"]
    assert "cancelled while waiting" in (project.folder / "log").read_text()

    account.client.request("PATCH", "/local/settings", {"provisioning": settings["provisioning"]})
    waiting = project.starts("up", "--yes", "--skip-preview")
    log = project.folder / "log"
    wait_until(lambda: "to be provisioned" in log.read_text(), why="the next run does not wait", seconds=20)
    account.client.request("POST", "/local/clock", {"advance": 3600})
    assert waiting.wait(timeout=60) == 0, (project.folder / "log").read_text()
    assert [one["id"] for one in account.client.list_all(f"/apps/{project.app}/addons")] == [addon["id"]]
    project.pulumi("preview", "--refresh", "--expect-no-changes")


@pytest.mark.fault("F42")
@pytest.mark.parametrize("path", ["/apps", "/apps/*/addons"], ids=["app", "database"])
def test_a_plugin_killed_after_a_create_was_stored_converges(
    project: Project, account: Account, path: str
) -> None:
    account.breaks("stall", "POST", path, seconds=60)
    run = project.starts("up", "--yes", "--skip-preview")
    _wait_until_struck(account)
    os.kill(_plugin_of(run.pid), signal.SIGKILL)
    assert run.wait(timeout=30) != 0
    project.up()
    _there_is_one_of_each(project, account)
    project.pulumi("preview", "--refresh", "--expect-no-changes")


@pytest.mark.parametrize("seconds", [0.9, 1.4, 1.9])
def test_a_run_killed_with_its_plugin_at_any_moment_converges_without_a_refresh(
    project: Project, account: Account, seconds: float
) -> None:
    project.program(STACK + EXTRAS)
    run = project.starts("up", "--yes", "--skip-preview")
    time.sleep(seconds)
    for process in (*_children_of(run.pid), run.pid):
        os.kill(process, signal.SIGKILL)
    run.wait(timeout=30)
    project.run("cancel", "--yes")
    project.up()
    _there_is_one_of_each(project, account)
    project.pulumi("preview", "--refresh", "--expect-no-changes")


@pytest.mark.fault("F39", "F40")
@pytest.mark.parametrize(
    "signals",
    [(signal.SIGINT, signal.SIGINT), (signal.SIGTERM,)],
    ids=["interrupted twice", "ended by a CI runner"],
)
def test_a_run_that_is_told_to_stop_in_a_purchase_keeps_no_lock_and_the_next_takes_the_database_over(
    project: Project, account: Account, signals: tuple[int, ...]
) -> None:
    account.breaks("stall", "POST", "/apps/*/addons", seconds=60)
    run = project.starts("up", "--yes", "--skip-preview")
    _wait_until_struck(account)
    plugin = _plugin_of(run.pid)
    for number in signals:
        run.send_signal(number)
        time.sleep(0.3)
    wait_until(lambda: not _is_running(plugin), why="the plugin still runs", seconds=5)
    assert run.wait(timeout=30) != 0
    assert "it was sent, and Heroku may have done it" in (project.folder / "log").read_text()
    assert [path for path in (project.folder / "state").rglob("locks/**/*") if path.is_file()] == []
    assert {"app", "config", "web"} <= project.state.keys()
    account.heals()
    assert "left by a create whose answer was lost" in project.up()
    assert account.names(f"/apps/{project.app}/addons") == [f"{project.app}-db"]
    project.pulumi("preview", "--refresh", "--expect-no-changes")


@pytest.mark.fault("F41", "F47")
@pytest.mark.parametrize(
    "call",
    [
        "POST /apps",
        "POST /apps/*/addons",
        "PATCH /apps/*/config-vars",
        "POST /apps/*/builds",
        "PATCH /apps/*/formation/web",
    ],
    ids=lambda call: call.replace("/apps/*/", "").replace("/", ""),
)
def test_an_engine_killed_in_a_call_leaves_its_lock_and_the_next_run_says_what_was_under_way(
    project: Project, account: Account, call: str
) -> None:
    """Heroku has done what it was asked, and nobody heard it."""
    method, path = call.split()
    account.breaks("stall", method, path, seconds=60)
    run = project.starts("up", "--yes", "--skip-preview")
    _wait_until_struck(account)
    for process in (*_children_of(run.pid), run.pid):
        os.kill(process, signal.SIGKILL)
    run.wait(timeout=30)
    account.heals()
    refused = project.refused("up", "--yes", "--skip-preview")
    assert "the stack is currently locked by 1 lock(s)" in refused
    assert f"(pid {run.pid})" in refused
    project.pulumi("cancel", "--yes")
    # Current engines may be killed before they note the call: what is noted is said, and all of it converges.
    noted = "pending_operations" in project.pulumi("stack", "export")
    assert ("pending operations" in project.up()) is noted
    _there_is_one_of_each(project, account)
    project.pulumi("preview", "--refresh", "--expect-no-changes")


@pytest.mark.fault("F43")
def test_a_language_host_that_is_killed_fails_the_run_and_the_next_converges(
    project: Project, account: Account
) -> None:
    account.breaks("stall", "POST", "/apps/*/addons", seconds=3)
    run = project.starts("up", "--yes", "--skip-preview")
    _wait_until_struck(account)
    found = subprocess.run(
        ["pgrep", "-P", str(run.pid), "-f", "pulumi-language-python"],
        capture_output=True,
        text=True,
        check=True,
    )
    (language_host,) = found.stdout.split()
    os.kill(int(language_host), signal.SIGKILL)
    assert run.wait(timeout=60) != 0
    assert "error reading from server" in (project.folder / "log").read_text()
    project.up()
    _there_is_one_of_each(project, account)
    project.pulumi("preview", "--refresh", "--expect-no-changes")


@pytest.mark.fault("F16")
def test_a_key_that_is_revoked_in_a_run_stops_it_and_what_is_done_is_kept(
    project: Project, account: Account
) -> None:
    account.breaks("unauthorized", "POST", "/apps/*/addons")
    shown = project.refused("up", "--yes", "--skip-preview")
    assert "401 Invalid credentials provided [unauthorized]" in shown
    assert "Set HEROKU_API_KEY to a valid key" in shown
    assert account.running.token not in shown
    assert "app" in project.state
    assert "database" not in project.state
    project.up()
    assert account.names("/apps").count(project.app) == 1
    project.pulumi("preview", "--refresh", "--expect-no-changes")


@pytest.mark.fault("F01")
def test_a_throttled_run_waits_and_goes_on(project: Project, account: Account) -> None:
    project.settings["HEROKU_API_TIME_BUDGET"] = "60"
    account.breaks("rate-limit", "*", "*", count=3)
    project.up()
    assert account.get(f"/apps/{project.app}/formation/web")["quantity"] == 1


@pytest.mark.fault("F32")
def test_a_failed_release_names_itself_and_the_next_run_has_nothing_to_do(
    project: Project, account: Account
) -> None:
    project.up()
    account.breaks("release-fails", "PATCH", "/apps/*/config-vars")
    project.settings["RAILS_ENV"] = "staging"
    shown = project.refused("up", "--yes", "--skip-preview")
    assert "config vars) failed" in shown
    account.heals()
    project.up()
    assert account.get(f"/apps/{project.app}/config-vars")["RAILS_ENV"] == "staging"
    project.pulumi("preview", "--refresh", "--expect-no-changes")


@pytest.mark.fault("F36")
def test_a_formation_before_the_first_release_says_to_deploy_and_the_rest_is_done(
    project: Project, account: Account
) -> None:
    program = (project.folder / "__main__.py").read_text()
    without = program.replace(", depends_on=[build]", "").replace("build = heroku.build.Build(", "_ = dict(")
    project.program(without.replace('"build", app_id', "app_id"))
    shown = project.refused("up", "--yes", "--skip-preview")
    assert "Heroku makes process types from a release" in shown
    assert {"app", "database", "config"} <= project.state.keys()


def _there_is_one_of_each(project: Project, account: Account) -> None:
    assert account.names("/apps").count(project.app) == 1
    assert account.names(f"/apps/{project.app}/addons") == [f"{project.app}-db"]


def _wait_for(method: str, part: str, account: Account) -> None:
    """Until local Heroku was asked this."""
    wait_until(
        lambda: any(line.startswith(method) and part in line for line in account.asked()),
        why=f"no {method} of {part} was seen",
        seconds=20,
    )


def _wait_until_struck(account: Account) -> None:
    """Until the ordered fault has met its request; what it lets through is done a moment later."""
    wait_until(
        lambda: any(fault["struck"] for fault in account.get("/local/faults")["faults"]),
        why="the fault struck nothing",
        seconds=20,
    )
    time.sleep(0.2)


def _plugin_of(engine: int) -> int:
    """The process of the plugin that this engine started."""
    found = subprocess.run(
        ["pgrep", "-P", str(engine), "-f", "providers.heroku "], capture_output=True, text=True, check=False
    )
    return int(found.stdout.split()[0])


def _children_of(pid: int) -> list[int]:
    found = subprocess.run(["pgrep", "-P", str(pid)], capture_output=True, text=True, check=False)
    return [int(child) for child in found.stdout.split()]


def _is_running(pid: int) -> bool:
    stat = Path(f"/proc/{pid}/stat")
    return stat.exists() and stat.read_text().rpartition(")")[2].split()[0] != "Z"
