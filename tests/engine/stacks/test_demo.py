"""One command from nothing: both stacks up, by the real engine, on a local Heroku."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from tests.engine.stacks.checkout import ROOT, Checkout
from toolchain import heroku_cli

pytestmark = pytest.mark.engine

TYPES = [
    "heroku:app:App",
    "heroku:addon:Addon",
    "heroku-postgres:index:Attachment",
    "heroku:app:ConfigAssociation",
    "heroku:build:Build",
    "heroku:formation:Formation",
    "heroku-postgres:index:BackupSchedule",
]

PROTECTED = (
    ":app/app:App",
    ":addon/addon:Addon",
    "-postgres:index:Attachment",
    ":app/configAssociation:ConfigAssociation",
    ":build/build:Build",
    ":formation/formation:Formation",
    "-postgres:index:BackupSchedule",
)

CHECKED_OUT = ("Pulumi.yaml", "Pulumi.staging.yaml", "Pulumi.production.yaml")


def test_the_demo_goes_from_nothing_to_both_stacks_up(printed: str) -> None:
    for stack in ("staging", "production"):
        part = printed.split(f"== {stack}: preview and up")[1].split("==", maxsplit=1)[0]
        assert f"Previewing update ({stack})" in part
        assert f"Updating ({stack})" in part
        for kind in TYPES:
            assert part.count(f" {kind} ") >= 2, f"{kind} in preview and up of {stack}:\n{part}"
    assert printed.count("✅ runbook@v") >= 4
    stands = printed.partition("== What is running")[2]
    for fact in (
        "web dynos",
        "1 × Basic\n",
        "standard-0\n",
        "02:00 America/Los_Angeles\n",
        " 1 up\n",
        " 200 ok, ",
    ):
        assert stands.count(fact) == 2, fact
    assert "What to look at next" in printed


def test_a_second_demo_changes_nothing_on_heroku_and_no_checked_out_file(up: Checkout) -> None:
    before = {name: (up.folder / name).read_bytes() for name in CHECKED_OUT}
    shown = up.ops("demo")
    assert shown.count("Resources:\n    16 unchanged\n") == 4, shown  # preview and up of both stacks
    assert {name: (up.folder / name).read_bytes() for name in CHECKED_OUT} == before


@pytest.mark.parametrize("stack", ["staging", "production"])
def test_a_preview_of_what_stands_proposes_nothing(up: Checkout, stack: str) -> None:
    up.ops("pulumi", stack, "preview", "--expect-no-changes")


def test_scaling_up_is_exactly_one_update_and_back_again(up: Checkout) -> None:
    small, large = "web: {quantity: 1, dyno_type: basic}", "web: {quantity: 2, dyno_type: standard-1x}"
    for old, new, formation in [(small, large, (2, "Standard-1X")), (large, small, (1, "Basic"))]:
        up.edit("Pulumi.production.yaml", old, new)
        preview = up.ops("pulumi", "production", "preview", "--diff")
        assert "~ 1 to update" in preview, preview
        assert "to create" not in preview
        assert "to delete" not in preview
        assert "to replace" not in preview
        up.ops("pulumi", "production", "up", "--yes", "--skip-preview")
        with up.heroku() as client:
            web = client.request("GET", "/apps/sc-mvp-production/formation/web")
        assert (web["quantity"], web["size"]) == formation
    up.ops("pulumi", "production", "preview", "--expect-no-changes")


def test_a_schedule_moved_behind_the_stacks_back_is_drift_and_is_mended(up: Checkout) -> None:
    with up.heroku() as client:
        addon = client.request("GET", "/apps/sc-mvp-production/addons/sc-mvp-production-db")
        schedules = f"/client/v11/databases/{addon['id']}/transfer-schedules"
        client.request(
            "POST", schedules, {"hour": "05", "timezone": "UTC", "schedule_name": "DATABASE_URL"}, api="data"
        )
        preview = up.ops("pulumi", "production", "preview", "--refresh", "--diff")
        assert "~ 1 to update" in preview
        assert "BackupSchedule" in preview
        up.ops("pulumi", "production", "up", "--refresh", "--yes", "--skip-preview")
        (schedule,) = client.request("GET", schedules, api="data")
    assert (int(schedule["hour"]), schedule["timezone"]) == (2, "America/Los_Angeles")


def test_every_resource_of_production_is_protected_in_the_state(up: Checkout) -> None:
    found = up.resources("production")
    assert [r["urn"] for r in found if not r.get("protect") and r["type"] != "pulumi:pulumi:Stack"] == []


def test_no_secret_is_in_clear_in_anything_that_was_written(
    canaries: list[str], local_files: list[Path]
) -> None:
    assert any(path.name == "production.json" for path in local_files)
    leaks = [path.name for path in local_files for canary in canaries if canary.encode() in path.read_bytes()]
    assert leaks == []


def test_no_secret_is_in_clear_in_what_is_printed(up: Checkout, printed: str, canaries: list[str]) -> None:
    shown = (
        printed + up.ops("pulumi", "production", "preview", "--diff") + up.ops("pulumi", "staging", "stack")
    )
    assert [canary for canary in canaries if canary in shown] == []


@pytest.mark.fault("B52", "T04")
@pytest.mark.parametrize(
    "how",
    [
        ("destroy", "--yes"),
        ("destroy", "--yes", "--skip-preview"),
        ("destroy", "--yes", "--skip-preview", "--continue-on-error"),
        ("destroy", "--yes", "--skip-preview", "--exclude-protected"),
        ("destroy", "--yes", "--skip-preview", "--refresh"),
    ],
    ids=" ".join,
)
def test_destroying_production_deletes_nothing_and_empties_nothing(
    up: Checkout, how: tuple[str, ...]
) -> None:
    """The state holds every kind of resource; what depends on the database is protected too."""
    before = up.resources("production")
    assert len({r["type"] for r in before} & {f"heroku{kind}" for kind in PROTECTED}) == len(PROTECTED)
    with up.heroku() as client:
        asked = client.request("GET", "/local/requests")["count"]
        shown = up.ops("pulumi", "production", *how, expected=None)
        later = client.request("GET", f"/local/requests?after={asked}")["requests"]
    assert "protect" in shown
    writes = [f"{one['method']} {one['path']}" for one in later if one["method"] not in ("GET", "HEAD")]
    assert writes == []
    assert {r["urn"] for r in up.resources("production")} == {r["urn"] for r in before}


def test_broken_settings_stop_plain_pulumi_before_it_registers_anything(up: Checkout) -> None:
    """Without `ops`, the program itself says the same sentence."""
    copy = up.folder / ".local" / "stacks" / "Pulumi.staging.yaml"
    good = copy.read_text()
    copy.write_text(good.replace("quantity: 1", "quantity: many"))
    try:
        from operations.pulumi_run.runner import on_terminal  # noqa: PLC0415
        from operations.rehearsal.rehearsal import Rehearsal  # noqa: PLC0415
        from operations.workspace import Workspace  # noqa: PLC0415

        assert on_terminal(Rehearsal(Workspace(up.folder)), "staging", ["preview", "--non-interactive"]) != 0
    finally:
        copy.write_text(good)


def test_a_shell_speaks_to_local_heroku_only(up: Checkout) -> None:
    shown = up.ops(
        "local", "shell", "production", "sh", "-c", 'echo "$HOME $GIT_CONFIG_GLOBAL"; pulumi stack output url'
    )
    home = str(up.folder / ".local" / "home")
    assert f"{home} {home}/gitconfig" in shown
    assert "https://sc-mvp-production-" in shown


def test_herokus_own_command_line_works_in_the_shell(up: Checkout) -> None:
    if heroku_cli.find(ROOT, os.environ) is None and shutil.which("npm") is None:
        pytest.skip("NOT CHECKED with Heroku's CLI: there is no Node.js (npm) to install it with")
    shown = up.ops("local", "shell", "production", "heroku", "pg:backups:schedules")
    assert "=== Backup Schedules\n\nDATABASE_URL: daily at 2:00 America/Los_Angeles\n" in shown


def test_the_runbooks_checklists_hold_after_the_demo(up: Checkout) -> None:
    assert "fail" not in up.ops("verify")
    assert "No drift" in up.ops("drift")
