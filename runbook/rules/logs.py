"""The rule on the logs: none of the runbook's error patterns in the last day's lines."""

from __future__ import annotations

from runbook.checklists import LOGS
from runbook.environment import Environment
from runbook.rules.fixes import app_name, ask
from runbook.rules.rule import LIVE, Context, Finding, Findings, Fix, Rule, Severity, failed, not_run
from runbook.rules.running import live_of
from runbook.unknown import Unknown


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
    items=(LOGS,),
    title="The last day's log lines since the newest release match none of the runbook's error patterns",
    section="Check Application Logs",
    severity=Severity.SEV_3,
    reads=("the newest log lines: words, Heroku's error codes, the router's fields", "the newest release"),
    decide=_errors,
    why="The daily checklist reviews the logs for errors.",
    cannot_tell="The log could not be read.",
    edit="Read the lines and fix their cause (Log Analysis)",
    command='heroku logs --tail -a {app} | grep -iE "(error|exception|fatal)"',
    fix=_read,
    on=LIVE,
)
