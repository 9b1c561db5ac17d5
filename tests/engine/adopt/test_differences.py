"""A live app that the stack file doesn't describe: named, nothing adopted, until a person has decided."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.engine.adopt.account import LiveAccount

pytestmark = pytest.mark.engine

APP = "/apps/sc-mvp-staging"


def patch(path: str, **body: Any) -> Callable[[LiveAccount], object]:
    return lambda account: account.ask("PATCH", f"{APP}{path}", body)


def schedule(hour: str, zone: str) -> Callable[[LiveAccount], object]:
    def change(account: LiveAccount) -> None:
        (addon,) = account.ask("GET", f"{APP}/addons")
        body = {"hour": hour, "timezone": zone, "schedule_name": "DATABASE_URL"}
        path = f"/client/v11/databases/{addon['id']}/transfer-schedules"
        account.ask("POST", path, body, api="data")

    return change


DIFFERING: dict[str, tuple[Callable[[LiveAccount], object], str]] = {
    "scaled by hand": (
        patch("/formation/web", quantity=2, size="standard-1x"),
        "staging/web: the file has 1 x Basic, live is 2 x Standard-1X",
    ),
    "another Postgres plan": (
        patch("/addons/sc-mvp-staging-db", plan="heroku-postgresql:standard-2"),
        "staging/sc-mvp-staging-db: the file has plan standard-0, live is plan standard-2",
    ),
    "backed up at another time": (
        schedule("05", "UTC"),
        "staging/DATABASE: the file has 02:00 America/Los_Angeles of sc-mvp-staging-db, live is 05:00 UTC of sc-mvp-staging-db",
    ),
    "a config var of another value": (
        patch("/config-vars", SMTP_PORT="canary-2525"),
        "staging/SMTP_PORT: the file has set (plain), live is another value (not shown)",
    ),
    "a managed secret of another value": (
        patch("/config-vars", SECRET_KEY_BASE="canary-key"),
        "staging/SECRET_KEY_BASE: the file has set (managed), live is another value (not shown)",
    ),
    "a config var that is missing": (
        patch("/config-vars", NODE_ENV=None),
        "staging/NODE_ENV: the file has set (plain); live there is none",
    ),
    "the database named by Heroku": (
        patch("/addons/sc-mvp-staging-db", name="postgresql-curved-12345", plan=""),
        "staging/sc-mvp-staging-db: the file has name sc-mvp-staging-db, live is name postgresql-curved-12345",
    ),
}


@pytest.mark.parametrize("case", DIFFERING)
def test_a_difference_is_named_and_nothing_is_adopted(account: LiveAccount, case: str) -> None:
    change, line = DIFFERING[case]
    change(account)
    before = account.settled("staging"), len(account.writes())
    said = account.adopt("staging", expected=2)
    assert [one for one in said.splitlines() if one.startswith("  differs")] == [f"  differs  {line}"]
    assert "Edit Pulumi.staging.yaml, or let `ops adopt staging --write` write it from the live app" in said
    assert account.state("staging") == []
    assert (account.seen("staging"), len(account.writes())) == before
    assert "canary" not in said


def test_a_file_written_from_the_live_app_describes_it(account: LiveAccount) -> None:
    for name in ("scaled by hand", "backed up at another time", "the database named by Heroku"):
        DIFFERING[name][0](account)
    before = account.settled("staging"), len(account.writes())
    old = (account.checkout.folder / "Pulumi.staging.yaml").read_text(encoding="utf-8")
    said = account.adopt("staging", "--write", expected=2)
    assert "Pulumi.staging.yaml describes the live app" in said
    assert "0 unchanged" not in said
    assert "the next up would" not in said
    assert "backup-time fails: staging/DATABASE is backed up at 05:00 UTC" in said
    assert (account.seen("staging"), len(account.writes())) == before
    new = (account.checkout.folder / "Pulumi.staging.yaml").read_text(encoding="utf-8")
    assert "    name: postgresql-curved-12345\n" in new
    assert "    web: {quantity: 2, dyno_type: standard-1x}\n" in new
    assert '    at: "05:00 UTC"\n' in new
    assert "    SECRET_KEY_BASE: managed\n" in new
    assert "    SMTP_PASSWORD: optional\n" in new
    assert old != new


def test_a_difference_that_is_kept_is_what_the_next_up_changes_and_nothing_else(account: LiveAccount) -> None:
    patch("/formation/web", quantity=2, size="standard-1x")(account)
    patch("/config-vars", SMTP_PORT="canary-2525", SECRET_KEY_BASE="canary-key")(account)
    account.checkout.ops("local", "stop")
    account.start()
    said = account.adopt("staging", "--keep-differences", expected=2)
    proposed = [one for one in said.splitlines() if "the next up would" in one]
    assert proposed == [
        "  the next up would update config-vars (sensitiveVars, sensitiveVars.SECRET_KEY_BASE, vars, vars.SMTP_PORT)",
        "  the next up would update formation-web (quantity, size)",
    ]
    exported = account.checkout.ops("pulumi", "staging", "stack", "export", "--show-secrets")
    assert "canary" not in said + exported
    assert account.writes() == []
    account.checkout.ops("pulumi", "staging", "up", "--yes", "--skip-preview", "--refresh")
    assert {(method, path.rpartition("/")[2]) for method, path in account.writes()} == {
        ("PATCH", "config-vars"),
        ("PATCH", "web"),
    }
    account.adopt("staging")


def test_what_is_declared_and_not_live_is_left_to_the_next_up(account: LiveAccount) -> None:
    (addon,) = account.ask("GET", f"{APP}/addons")
    schedules = f"/client/v11/databases/{addon['id']}/transfer-schedules"
    (found,) = account.ask("GET", schedules, api="data")
    account.ask("DELETE", f"{schedules}/{found['uuid']}", api="data")
    said = account.adopt("staging", expected=2)
    assert (
        "differs  staging/DATABASE: the file has 02:00 America/Los_Angeles of sc-mvp-staging-db; live" in said
    )
    said = account.adopt("staging", "--keep-differences", expected=2)
    assert "not live  backups (heroku-postgres:index:BackupSchedule)" in said
    assert "  the next up would create backups" in said
    assert account.ask("GET", schedules, api="data") == []


def test_another_region_is_never_kept_as_the_next_up_would_lose_the_database(account: LiveAccount) -> None:
    account.checkout.edit("Pulumi.staging.yaml", "region: us", "region: eu")
    said = account.adopt("staging", "--keep-differences", expected=1)
    assert (
        "app.region is eu, and the live app is in us: the next up would replace the app, and lose its" in said
    )
    assert account.state("staging") == []


def test_a_live_app_that_breaks_the_runbook_is_adopted_and_told(account: LiveAccount) -> None:
    account.checkout.edit("Pulumi.staging.yaml", "plan: standard-0", "plan: essential-0")
    account.checkout.ops("local", "reset", "--yes")
    account.checkout.ops("local", "seed", "staging")
    said = account.adopt("staging", expected=2)
    assert "breaks the runbook: " in said
    assert "postgres-plan-minimum fails: staging/sc-mvp-staging-db" in said
    assert "the next up would" not in said
    assert len(account.names("staging")) == 6


def test_an_adoption_whose_next_up_would_take_something_away_is_taken_back(account: LiveAccount) -> None:
    """Routing of an app is chosen when it is made, so a program that chooses another would make another app."""
    component, line = "components/app.py", "acm=settings.acm,"
    account.checkout.edit(component, line, f"{line} internal_routing=True,")
    try:
        said = account.adopt("staging", expected=2)
    finally:
        account.checkout.edit(component, f"{line} internal_routing=True,", line)
    assert "the next up would replace app (internalRouting" in said
    assert "The next `pulumi up` would have taken something away. The state of staging is as it was." in said
    assert account.state("staging") == []
    assert account.writes() == []
    account.adopt("staging")
