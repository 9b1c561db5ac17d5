"""The plugin's resources through the real engine: up, drift, fix, import, destroy, kills."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from typing import TYPE_CHECKING

import pytest

from tests.waiting import wait_until

if TYPE_CHECKING:
    from tests.engine.heroku_postgres.project import Account, Project

pytestmark = pytest.mark.engine

TWO_AM = ("DATABASE_URL", 2, "America/Los_Angeles")
POSTED = "*/transfer-schedules"


def test_up_makes_one_schedule_adopts_the_attachment_and_a_preview_is_empty(
    project: Project, account: Account
) -> None:
    project.up()
    assert account.schedules == [TWO_AM]
    state = project.state
    assert state["backups"]["id"] == f"{account.app_id}:DATABASE_URL"
    assert state["backups"]["outputs"]["at"] == "02:00 America/Los_Angeles"
    assert state["database"]["outputs"]["configVar"] == "DATABASE_URL"
    assert "POST /addon-attachments" not in account.asked()
    project.pulumi("preview", "--refresh", "--expect-no-changes")


def test_a_preview_without_refresh_asks_heroku_nothing(project: Project, account: Account) -> None:
    project.pulumi("preview")
    assert account.asked() == []


@pytest.mark.fault("T11")
def test_no_file_of_the_run_holds_the_api_key(project: Project, account: Account) -> None:
    project.up()
    key = account.running.token.encode()
    written = [path for path in project.folder.rglob("*") if path.is_file()]
    assert written
    assert [path for path in written if key in path.read_bytes()] == []


def test_another_time_is_one_update_in_place(project: Project, account: Account) -> None:
    project.up()
    project.settings.update(HOUR="4", ZONE="UTC")
    shown = project.pulumi("preview", "--diff")
    assert "~ 1 to update" in shown
    assert "replace" not in shown
    project.up()
    assert account.schedules == [("DATABASE_URL", 4, "UTC")]


@pytest.mark.fault("F26")
def test_a_schedule_changed_by_hand_shows_as_drift_and_is_mended(project: Project, account: Account) -> None:
    project.up()
    account.schedule("05", "UTC")
    shown = project.pulumi("preview", "--refresh", "--diff")
    assert "~ hour    : 5 => 2" in shown
    assert '~ timezone: "UTC" => "America/Los_Angeles"' in shown
    project.refused("preview", "--refresh", "--expect-no-changes")
    project.up("--refresh")
    assert account.schedules == [TWO_AM]
    project.pulumi("preview", "--refresh", "--expect-no-changes")


@pytest.mark.fault("F20")
def test_a_schedule_deleted_by_hand_shows_as_drift_and_is_made_again(
    project: Project, account: Account
) -> None:
    project.up()
    account.unschedule_all()
    assert "+ 1 to create" in project.pulumi("preview", "--refresh")
    project.up("--refresh")
    assert account.schedules == [TWO_AM]


@pytest.mark.fault("F22")
def test_an_empty_list_in_an_outage_is_not_taken_for_drift(project: Project, account: Account) -> None:
    project.up()
    account.breaks("empty-list", "GET", POSTED)
    project.pulumi("preview", "--refresh", "--expect-no-changes")


@pytest.mark.fault("F21")
def test_a_missing_database_stops_the_run_and_leaves_the_state(project: Project, account: Account) -> None:
    project.up()
    account.breaks("lag", "GET", POSTED, count=0)
    shown = project.refused("up", "--yes", "--skip-preview", "--refresh")
    assert "Is it gone, or does HEROKU_API_KEY belong to another account?" in shown
    assert "backups" in project.state


def test_a_schedule_is_imported_by_app_and_config_var(project: Project, account: Account) -> None:
    account.schedule("02", "America/Los_Angeles")
    account.asked()
    for kind, name, import_id in (
        ("BackupSchedule", "backups", "DATABASE_URL"),
        ("Attachment", "database", "DATABASE"),
    ):
        project.pulumi(
            "import",
            f"heroku-postgres:index:{kind}",
            name,
            f"sc-engine:{import_id}",
            "--yes",
            "--protect=false",
            "--generate-code=false",
        )
    project.pulumi("preview", "--expect-no-changes")
    assert {asked.partition(" ")[0] for asked in account.asked()} == {"GET"}


def test_a_broken_hour_is_one_clear_error_before_any_request(project: Project, account: Account) -> None:
    project.settings["HOUR"] = "24"
    _, _, diagnostics = project.refused("preview").partition("Diagnostics:")
    assert diagnostics.count("hour must be an integer 0-23, found 24.") == 1
    assert account.asked() == []


def test_two_schedules_are_listed_and_none_is_touched(project: Project, account: Account) -> None:
    account.schedule("02", "UTC")
    account.schedule("04", "UTC", "REPORTS_URL")
    shown = project.refused("up", "--yes", "--skip-preview")
    assert "has 2 backup schedules and must have one: DATABASE_URL at 02:00 UTC" in shown
    assert sorted(account.schedules) == [("DATABASE_URL", 2, "UTC"), ("REPORTS_URL", 4, "UTC")]


@pytest.mark.fault("F05")
@pytest.mark.parametrize("fault", ["lost-answer", "reset-after", "reset-before"])
def test_a_lost_answer_ends_with_one_schedule(project: Project, account: Account, fault: str) -> None:
    account.breaks(fault, "POST", POSTED)
    project.up()
    assert account.schedules == [TWO_AM]


def test_a_database_heroku_does_not_know_yet_is_waited_for(project: Project, account: Account) -> None:
    account.breaks("lag", "*", "*/databases/*", count=3)
    project.up()
    assert account.schedules == [TWO_AM]


def test_an_unfinished_update_is_made_good_by_the_next_plain_up(project: Project, account: Account) -> None:
    """Even when the program has gone back to the old time, which the state alone would call no change."""
    project.up()
    account.breaks("empty", "POST", POSTED)
    project.settings["HOUR"] = "4"
    assert "unexpected answer: 200 with an empty body" in project.refused("up", "--yes", "--skip-preview")
    assert account.schedules == [("DATABASE_URL", 4, "America/Los_Angeles")]
    project.settings["HOUR"] = "2"
    project.up()
    assert account.schedules == [TWO_AM]
    project.pulumi("preview", "--refresh", "--expect-no-changes")


@pytest.mark.parametrize("after", ["before it was stored", "after it was stored"])
def test_a_plugin_killed_in_a_create_converges_on_the_next_run(
    project: Project, account: Account, after: str
) -> None:
    is_stored = after == "after it was stored"
    options = {"seconds": 60} if is_stored else {"retry_after": 60}
    account.breaks("stall" if is_stored else "rate-limit", "POST", POSTED, **options)
    run = project.starts("up", "--yes", "--skip-preview")
    _wait_for_the_post(account)
    os.kill(_plugin_of(run.pid), signal.SIGKILL)
    assert run.wait(timeout=30) != 0
    assert account.schedules == ([TWO_AM] if is_stored else [])
    project.up()
    assert account.schedules == [TWO_AM]
    project.pulumi("preview", "--refresh", "--expect-no-changes")


@pytest.mark.fault("F38")
def test_an_interrupt_ends_the_plugins_wait_and_keeps_the_state(project: Project, account: Account) -> None:
    """The engine itself may take 5 s more, until its language host has let the program go."""
    account.breaks("rate-limit", "POST", POSTED, retry_after=60)
    run = project.starts("up", "--yes", "--skip-preview")
    _wait_for_the_post(account)
    plugin = _plugin_of(run.pid)
    run.send_signal(signal.SIGINT)
    wait_until(lambda: not _is_running(plugin), why="the plugin ended", seconds=5)
    assert run.wait(timeout=30) != 0
    assert "the run was cancelled while waiting to try again" in (project.folder / "log").read_text()
    assert "database" in project.state
    project.up()
    assert account.schedules == [TWO_AM]


def test_destroy_leaves_no_schedule_and_the_attachment_to_its_database(
    project: Project, account: Account
) -> None:
    """Heroku keeps a database's last attachment until the database goes."""
    project.up()
    shown = project.pulumi("destroy", "--yes", "--skip-preview")
    assert account.schedules == []
    assert "warning: Heroku keeps a database's last attachment: DATABASE goes with it" in shown


def _wait_for_the_post(account: Account) -> None:
    """Until local Heroku has the schedule's POST, or has refused it."""
    wait_until(
        lambda: any(fault["struck"] for fault in account.client.request("GET", "/local/faults")["faults"]),
        why="the plugin posted the schedule",
    )
    time.sleep(0.2)  # the answer reaches the plugin


def _plugin_of(pid: int) -> int:
    """The process of the plugin that this run of pulumi started."""
    listed = subprocess.run(
        ["ps", "-ww", "-eo", "pid=,ppid=,args="], capture_output=True, text=True, check=True
    ).stdout
    parents = {}
    plugins = []
    for line in listed.splitlines():
        child, parent, command = line.split(None, 2)
        parents[int(child)] = int(parent)
        if "providers.heroku_postgres" in command:
            plugins.append(int(child))
    [found] = [plugin for plugin in plugins if pid in _ancestors(plugin, parents)]
    return found


def _ancestors(pid: int, parents: dict[int, int]) -> list[int]:
    found = []
    while pid := parents.get(pid, 0):
        found.append(pid)
    return found


def _is_running(pid: int) -> bool:
    """Whether the process is there, and not only waiting for its parent to take note of its end."""
    state = subprocess.run(
        ["ps", "-o", "stat=", "-p", str(pid)], capture_output=True, text=True, check=False
    ).stdout
    return bool(state.strip()) and not state.startswith("Z")
