"""A Postgres plan upgrade that gives the database another id: the state follows, and nothing is replaced."""

from __future__ import annotations

import pytest

from tests.engine.stacks.checkout import Checkout

pytestmark = pytest.mark.engine

DATABASE = "/addons/sc-mvp-staging-db"
DEPENDENTS = ("heroku-postgres:index:Attachment", "heroku-postgres:index:BackupSchedule")


@pytest.mark.fault("F29", "T02")
def test_a_database_that_an_upgrade_gave_another_id_is_followed_and_nothing_is_replaced(up: Checkout) -> None:
    with up.heroku() as client:
        before = client.request("GET", DATABASE)["id"]
        client.request("POST", "/local/faults", {"kind": "upgrade-moves", "method": "PATCH"})
        up.edit("Pulumi.staging.yaml", "plan: standard-0", "plan: standard-2")
        up.edit(
            "Pulumi.staging.yaml",
            "monthly_budget_usd: 60",
            "monthly_budget_usd: 260\n  social-catering:differs:\n    postgres_plan: growth",
        )
        up.ops("pulumi", "staging", "up", "--yes", "--skip-preview")
        after = client.request("GET", DATABASE)["id"]
        assert after != before
        asked = client.request("GET", "/local/requests")["count"]

        up.ops("pulumi", "staging", "preview", "--expect-no-changes")
        assert "an upgrade gave the database another id" in up.ops("drift", "staging")
        shown = up.ops("pulumi", "staging", "up", "--yes", "--skip-preview", "--refresh")
        assert "16 unchanged" in shown
        up.ops("pulumi", "staging", "preview", "--refresh", "--expect-no-changes")
        assert "No drift" in up.ops("drift", "staging")

        later = client.request("GET", f"/local/requests?after={asked}")["requests"]
        assert {one["method"] for one in later if not one["path"].startswith("/local/")} == {"GET"}
        schedules = client.request("GET", f"/client/v11/databases/{after}/transfer-schedules", api="data")
    assert [(one["name"], one["hour"]) for one in schedules] == [("DATABASE_URL", 2)]
    state = {found["type"]: found for found in up.resources("staging")}
    assert state["heroku:addon/addon:Addon"]["id"] == after
    assert {state[kind]["outputs"]["databaseId"] for kind in DEPENDENTS} == {after}
