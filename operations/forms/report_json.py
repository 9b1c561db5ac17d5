"""For programs: everything the text says, with stable keys."""

from __future__ import annotations

from operations.forms.report import Report, StackReport
from runbook.drift.grading import Drift
from runbook.unknown import Unknown

VERSION = 1
"""Goes up when a key changes its meaning."""


def as_data(report: Report) -> dict[str, object]:
    return {
        "version": VERSION,
        "command": report.command,
        "account": report.account,
        "read_at": report.read_at.isoformat(),
        "exit": report.exit_code,
        "summary": report.summary,
        "stacks": [_stack(stack) for stack in report.stacks],
        "to_mend": list(report.problems),
        "by_hand": list(report.by_hand),
        "notes": list(report.notes),
    }


def _stack(stack: StackReport) -> dict[str, object]:
    agreement = stack.agreement
    return {
        "stack": stack.stack,
        "could_not_be_read": list(stack.unread),
        "verdicts": [row.as_json() for row in stack.rows],
        "drift": [drift_data(drift) for drift in stack.drifts],
        "ignored": [{**drift_data(drift), "ignored": reason} for drift, reason in stack.ignored],
        "engine": None
        if agreement is None
        else {
            "explained": list(agreement.explained),
            "unexplained": list(agreement.unexplained),
            "left_out": agreement.left_out,
        },
        "app_id": None
        if isinstance(stack.live, Unknown) or isinstance(stack.live.live, Unknown)
        else stack.live.live.app_id,
    }


def drift_data(drift: Drift) -> dict[str, object]:
    return {
        "kind": drift.kind,
        "aspect": drift.aspect,
        "target": drift.target,
        "grade": drift.grade,
        "declared": drift.declared,
        "live": drift.live,
        "why": drift.why,
        "rule": drift.broken.id if drift.broken else None,
        "severity": drift.severity.label if drift.severity else None,
        "response_time": drift.severity.response if drift.severity else None,
        "command": drift.command or None,
        "rules": [
            {
                "rule": breach.rule.id,
                "outcome": breach.finding.outcome,
                "target": breach.finding.target,
                "severity": breach.severity.label,
                "command": breach.command,
            }
            for breach in drift.breaches
        ],
    }
