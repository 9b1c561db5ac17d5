"""A live stack at a glance."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from operations.forms.facts import Fact, facts
from runbook.live import Live
from tests.unit.runbook.rules.healthy import HEALTHY, change

RUNBOOKS = "bundle exec puma -C config/puma.rb"


@pytest.mark.parametrize(
    ("process_type", "command", "told"),
    [
        ("web", RUNBOOKS, RUNBOOKS),
        ("web", "bin/rails server", f"bin/rails server (the runbook has {RUNBOOKS})"),
        ("worker", "bin/worker", "bin/worker"),
    ],
)
def test_what_a_process_type_runs_is_told_beside_what_the_runbook_states(
    process_type: str, command: str, told: str
) -> None:
    live = Live(read_at=datetime(2026, 1, 1, tzinfo=UTC), commands={process_type: command})
    assert Fact(f"{process_type} runs", told) in list(facts(change(HEALTHY, live=live)))
