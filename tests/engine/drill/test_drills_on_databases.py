"""Every drill on the database, its backups and Heroku itself: broken as it says, mended by the runbook, and given back."""

from __future__ import annotations

import pytest

from drills.database_drills import DATABASE_DRILLS
from drills.drill import Drill
from tests.engine.drill.playing import play
from tests.engine.stacks.checkout import Checkout

pytestmark = pytest.mark.engine

SYMPTOMS: dict[str, tuple[str, str]] = {
    "database-errors": ("logs -n 100", "ActiveRecord::ConnectionPoolError"),
    "no-database": ("pg:info", "=== ANALYTICS_URL"),
    "backup-failed": ("pg:backups", r"a\d{3} .* Failed "),
    "no-backup-tonight": ("pg:backups:schedules", "No backup schedules found"),
    "slow-at-breakfast": ("pg:backups:schedules", "DATABASE_URL: daily at 14:00 UTC"),
    "rows-gone": ("pg:info", r"Data Size: +(8\.6|9\.00?) MB"),
    "new-pages-fail": ("run rails db:migrate:status", r"down +20251120101500"),
    "connections-low": ("pg:info", "Connections: +112/120"),
    "no-answer-from-heroku": ("ps", "503"),
}
"""What Heroku's CLI shows: the command, and what is in its answer."""
ON_STAGING = {"no-backup-tonight"}
"""Played there, for a change."""


@pytest.mark.parametrize("drill", DATABASE_DRILLS, ids=lambda found: found.name)
def test_a_drill_is_found_mended_and_ended(up: Checkout, drill: Drill) -> None:
    play(up, drill, SYMPTOMS[drill.name], "staging" if drill.name in ON_STAGING else "production")
