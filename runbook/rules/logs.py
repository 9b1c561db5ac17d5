"""The rule on the logs: none of the runbook's error patterns in the last day's lines."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime, timedelta

from runbook.environment import Environment
from runbook.live import LogMatches
from runbook.rules.fixes import app_name, ask
from runbook.rules.rule import LIVE, Context, Finding, Findings, Fix, Rule, Severity, failed, not_run
from runbook.rules.running import live_of
from runbook.unknown import Unknown

RECENT = timedelta(hours=24)
"""The checklist is a daily one."""
PATTERNS: dict[str, re.Pattern[str]] = {
    "ActiveRecord::RecordInvalid": re.compile(r"ActiveRecord::RecordInvalid"),
    "PG::ConnectionTimeout": re.compile(r"PG::ConnectionTimeout"),
    "ActionController::RoutingError": re.compile(r"ActionController::RoutingError"),
    "ActiveRecord::ConnectionPoolError": re.compile(r"ActiveRecord::ConnectionPoolError"),
    "error|exception|fatal": re.compile(r"error|exception|fatal", re.IGNORECASE),
}
"""By what they are called. Source: runbook, Log Analysis, Check Application Logs, Database Connection Errors."""


def matches_of(lines: Iterable[tuple[datetime, str]], now: datetime) -> tuple[LogMatches, ...]:
    """The first pattern that each line of the last day matches, counted. No text of a line is kept."""
    found: dict[str, list[datetime]] = {}
    for moment, text in lines:
        if now - moment <= RECENT:
            name = next((name for name, pattern in PATTERNS.items() if pattern.search(text)), None)
            if name:
                found.setdefault(name, []).append(moment)
    return tuple(
        LogMatches(pattern=name, lines=len(moments), newest_at=max(moments))
        for name, moments in sorted(found.items())
    )


def _errors(environment: Environment, _context: Context) -> Findings:
    live = live_of(environment)
    matches = live if isinstance(live, Unknown) else live.log_matches
    if isinstance(matches, Unknown):
        yield not_run(f"{environment.stack}/logs", "what the logs say", matches)
        return
    for match in matches:
        yield failed(
            f"{environment.stack}/logs",
            f"has {match.lines} line{'s' * (match.lines > 1)} with {match.pattern}, "
            f"the newest at {match.newest_at:%Y-%m-%d %H:%M} UTC",
            "no line with an error of the last 24 hours",
        )


def _read(_finding: Finding, environment: Environment) -> Fix:
    return ask(
        f"Read the lines and fix their cause: `heroku logs -n 1500 -a {app_name(environment)}`; the rule holds again a day later"
    )


LOG_ERRORS = Rule(
    id="log-errors",
    title="The last day's log lines match none of the runbook's error patterns",
    section="Check Application Logs",
    severity=Severity.SEV_3,
    reads=("the newest log lines",),
    decide=_errors,
    why="The daily checklist reviews the logs for errors.",
    cannot_tell="The log could not be read.",
    mend="Read the lines and mend their cause (Log Analysis)",
    command='heroku logs --tail -a {app} | grep -iE "(error|exception|fatal)"',
    fix=_read,
    on=LIVE,
)
