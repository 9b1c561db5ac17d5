"""How a drill's standing and its time are said."""

from __future__ import annotations

from datetime import timedelta

import pytest

from drills.judging import Standing, in_time, limit_of, span
from runbook.rules.rule import Severity


@pytest.mark.parametrize(
    ("standing", "code"),
    [
        (Standing(), 0),
        (Standing(red=(("web-runs", "The app has at least one web dyno"),)), 3),
        (Standing(left=("drift: production/LOG_LEVEL: is set",)), 3),
        (Standing(untold=(("the account", "503"),)), 1),
        (Standing(untold=(("health-database", "…"),), red=(("maintenance-off", "…"),)), 3),
    ],
    ids=["nothing", "a red rule", "drift", "nothing could be read", "red and not told"],
)
def test_the_exit_code_follows_from_what_was_found(standing: Standing, code: int) -> None:
    assert standing.exit_code == code


def test_every_severity_of_the_runbook_has_a_time_or_is_immediate() -> None:
    assert [limit_of(severity) for severity in Severity] == [None, timedelta(hours=2), timedelta(hours=24)]


@pytest.mark.parametrize(
    ("taken", "said"),
    [(0.2, "0 s"), (59.4, "59 s"), (61, "1 min"), (7260, "2 h 1 min"), (86400, "24 h 0 min")],
)
def test_a_span_is_said_in_its_two_largest_units(taken: float, said: str) -> None:
    assert span(timedelta(seconds=taken)) == said


def test_the_time_is_held_against_the_severitys() -> None:
    assert in_time(timedelta(minutes=30), Severity.SEV_2) == (
        "It took 30 min, within the runbook's: Sev-2, response time 2 hours."
    )
    assert in_time(timedelta(hours=2, seconds=1), Severity.SEV_2) == (
        "It took 2 h 0 min, longer than the runbook's: Sev-2, response time 2 hours."
    )
    assert in_time(timedelta(seconds=40), Severity.SEV_1) == (
        "It took 40 s; the runbook's response to it: Sev-1, response time immediate."
    )
