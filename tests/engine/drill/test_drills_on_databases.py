"""Every drill on the database, its backups and Heroku itself: broken as it says, mended by the runbook, and given back."""

from __future__ import annotations

import pytest

from operations.drills.database_drills import DATABASE_DRILLS, HEROKU_OUTAGE
from operations.drills.drill import Drill
from operations.drills.dyno_drills import SIGNED_ELSEWHERE
from tests.engine.drill.playing import Before, assert_given_back, play, rings, seen, verdicts
from tests.engine.stacks.checkout import Checkout

pytestmark = pytest.mark.engine

SYMPTOMS: dict[str, tuple[str, str]] = {
    "database-errors": ("logs -n 100", "ActiveRecord::ConnectionPoolError"),
    "no-database": ("pg:info", "=== ANALYTICS_URL"),
    "backup-failed": ("pg:backups", r"a\d{3} .* Failed "),
    "no-backup-tonight": ("pg:backups:schedules", "No backup schedules found"),
    "slow-at-breakfast": ("pg:backups:schedules", "DATABASE_URL: daily at 14:00 UTC"),
    "rows-gone": ("pg:info", r"Data Size: +(8\.6|9\.00?) MB"),
    "connections-low": ("pg:info", "Connections: +112/120"),
    "no-answer-from-heroku": ("ps", "503"),
}
"""What Heroku's CLI shows: the command, and what is in its answer."""


@pytest.mark.parametrize("drill", DATABASE_DRILLS, ids=lambda found: found.name)
def test_a_drill_is_found_mended_and_ended(up: Checkout, drill: Drill) -> None:
    play(up, drill, SYMPTOMS[drill.name])


def test_an_outage_ends_by_itself_and_is_waited_for(up: Checkout) -> None:
    rings(up, HEROKU_OUTAGE)
    try:
        assert "503" in seen(up, "ps")
        up.ops("local", "clock", "--advance", "49m")
        assert "503" in seen(up, "ps")
        up.ops("local", "clock", "--advance", "2m")
        assert "It took 51 min, within the runbook's" in up.ops("drill", "--check")
    finally:
        up.ops("drill", "--end")


def test_no_secret_is_shown_or_left_behind(up: Checkout) -> None:
    before = Before.of(up)
    values = [values_of(up, "staging"), values_of(up, "production")]
    shown = up.ops("drill", SIGNED_ELSEWHERE.name) + up.ops("drill", "--check", expected=3)
    shared = values_of(up, "production")
    assert shared["SECRET_KEY_BASE"] == values[0]["SECRET_KEY_BASE"]
    kept = up.folder / ".local" / "drill"
    assert {path.stat().st_mode & 0o077 for path in (kept / "kept", kept / "kept" / "heroku.sqlite")} == {0}
    shown += up.ops("drill", "--solve") + up.ops("drill", "--check")
    values += [shared, values_of(up, "production")]
    assert values[-1]["SECRET_KEY_BASE"] not in [values[0]["SECRET_KEY_BASE"], values[1]["SECRET_KEY_BASE"]]
    shown += up.ops("drill", "--end")
    secret = {one[name] for one in values for name in ("SECRET_KEY_BASE", "RAILS_MASTER_KEY", "DATABASE_URL")}
    assert [value for value in secret if value in shown] == []
    assert not kept.exists()
    assert_given_back(up, before)


def test_a_drill_on_staging_leaves_production_alone(up: Checkout) -> None:
    before = Before.of(up)
    up.ops("drill", "no-backup-tonight", "staging")
    assert verdicts(up, "staging")["backup-daily"] == "fail"
    assert verdicts(up, "production")["backup-daily"] == "pass"
    up.ops("drill", "--solve")
    assert up.ops("drill", "--check").startswith("Solved: staging stands by the runbook")
    up.ops("drill", "--end")
    assert_given_back(up, before)


def values_of(checkout: Checkout, stack: str) -> dict[str, str]:
    with checkout.heroku() as client:
        found: dict[str, str] = client.request("GET", f"/apps/sc-mvp-{stack}/config-vars")
    return found
