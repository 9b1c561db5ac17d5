"""What counts as an error in the logs, line by line."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from runbook.live import LogMatches
from runbook.log_lines import matches_of

NOW = datetime(2026, 8, 4, 12, 0, tzinfo=UTC)
PROBE = 'heroku[router]: at=info method=GET path="/healthz" host=x dyno=web.1 status=500'


def names(*texts: str) -> list[str]:
    """An hour apart, oldest first."""
    lines = [(NOW - timedelta(hours=number), text) for number, text in enumerate(reversed(texts))]
    return [found.pattern for found in matches_of(lines, NOW)]


@pytest.mark.parametrize(
    "text",
    [
        "app[web.1]: Finished: 12 checks, 0 errors",
        "app[web.1]: errors: 0, warnings: 2",
        'app[web.1]: Started GET "/errors/404" for 203.0.113.7',
        'app[web.1]: Started GET "/error/page"',
        "app[web.1]: writing to log/error.log",
        'app[web.1]: ActionController::RoutingError (No route matches [GET] "/wp-login.php")',
        'heroku[router]: at=info method=GET path="/errors/fatal" status=404',
        'heroku[router]: at=info method=GET path="/api" status=500',
        "app[web.1]: level=info error=0",
        "app[web.1]: slowly does it",
        PROBE,
    ],
)
def test_what_only_looks_like_an_error_does_not_count(text: str) -> None:
    assert names(text) == []


@pytest.mark.parametrize(
    ("text", "pattern"),
    [
        ("app[web.1]: ERROR -- : something", "error|exception|fatal"),
        ("app[web.1]: fatal: no memory", "error|exception|fatal"),
        ("app[web.1]: an error.", "error|exception|fatal"),
        ("app[web.1]: NoMethodError (undefined method)", "an exception's name"),
        ("app[web.1]: ERROR PG::ConnectionTimeout canary", "PG::ConnectionTimeout"),
        ("app[web.1]: ActiveRecord::RecordInvalid (canary)", "ActiveRecord::RecordInvalid"),
        (
            'app[web.1]: ActionController::RoutingError (No route matches [GET] "/assets/index-1a2b.js")',
            "an asset that is missing",
        ),
        ("app[web.1]: Slow query (2100 ms)", "slow"),
        ("heroku[web.1]: Error R14 (Memory quota exceeded)", "R14"),
        ('heroku[router]: at=error code=H12 desc="Request timeout" method=GET path="/api" status=503', "H12"),
        ('heroku[router]: at=error code=H10 desc="App crashed" method=GET path="/" status=503', "H10"),
    ],
)
def test_what_is_an_error_is_counted_by_its_name(text: str, pattern: str) -> None:
    assert names(text) == [pattern]


def test_a_line_counts_once_by_its_first_pattern_and_only_for_a_day() -> None:
    lines = [
        (NOW - timedelta(hours=25), "app[web.1]: FATAL: too old to count"),
        (NOW - timedelta(hours=2), "app[web.1]: ERROR PG::ConnectionTimeout canary-value"),
        (NOW - timedelta(hours=1), "app[web.1]: PG::ConnectionTimeout"),
    ]
    assert matches_of(lines, NOW) == (
        LogMatches(pattern="PG::ConnectionTimeout", lines=2, newest_at=NOW - timedelta(hours=1)),
    )


def test_what_the_release_before_said_is_over() -> None:
    lines = [
        (NOW - timedelta(hours=2), "app[web.1]: ERROR"),
        (NOW - timedelta(minutes=5), "app[web.1]: FATAL"),
    ]
    (found,) = matches_of(lines, NOW, NOW - timedelta(hours=1))
    assert (found.lines, found.newest_at) == (1, NOW - timedelta(minutes=5))
    assert matches_of(lines, NOW, NOW) == ()


def test_what_a_health_probe_made_the_app_say_is_not_counted() -> None:
    """By the request's id, or by its moment."""
    later = NOW - timedelta(minutes=30)
    lines = [
        (NOW, PROBE + " request_id=0a1b-2c3d"),
        (NOW - timedelta(milliseconds=400), "app[web.1]: ERROR -- : RuntimeError"),
        (NOW - timedelta(seconds=20), "app[worker.1]: [0a1b-2c3d] ERROR in a job of the probe"),
        (later, "app[web.1]: ERROR of somebody's request"),
    ]
    assert matches_of(lines, NOW) == (LogMatches(pattern="error|exception|fatal", lines=1, newest_at=later),)
