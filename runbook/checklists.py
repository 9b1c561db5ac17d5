"""The runbook's maintenance checklist: which rules stand for each item, and what stays for people."""

from __future__ import annotations

from typing import Literal, get_args

Checklist = Literal["daily", "weekly", "monthly"]
CHECKLISTS: tuple[Checklist, ...] = get_args(Checklist)

ITEMS: dict[Checklist, dict[str, tuple[str, ...]]] = {
    "daily": {
        "Check health endpoint": (
            "rollback-window",
            "health-answers",
            "health-application",
            "health-database",
            "dynos-up",
            "maintenance-off",
            "web-runs",
            "release-succeeded",
        ),
        "Review logs for errors": ("log-errors",),
        "Verify backup completed (check schedule)": ("backup-fresh", "backup-daily", "backup-time"),
    },
    "weekly": {
        "Review backup status": ("backup-fresh", "backup-daily", "backup-time", "backup-retention"),
        "Check database size": ("database-headroom", "postgres-plan-minimum", "postgres-plan-sold"),
        "Review application performance": ("health-answers", "dyno-awake", "dyno-horizontal", "dyno-tiers"),
        "Check for pending migrations": (),
    },
    "monthly": {
        "Review monthly costs": ("cost-budget",),
        "Verify backup retention (7 days)": ("backup-retention",),
        "Review security logs": (
            "access-reviewed",
            "secrets-differ",
            "database-not-shared",
            "database-url-owned",
            "api-url-own",
            "config-present",
            "config-expected",
        ),
        "Update documentation if needed": ("stacks-alike", "postgres-primary"),
    },
}
"""Source: runbook, Maintenance Checklist. Items without a rule can't be seen from outside the app."""

BY_HAND: dict[Checklist, tuple[str, ...]] = {
    "daily": (),
    "weekly": ("Check for pending migrations: heroku run rails db:migrate:status -a {app}",),
    "monthly": ("Update documentation if needed",),
}
"""What no API tells; said at the end of the checklist."""


def rules_of(checklists: tuple[Checklist, ...]) -> frozenset[str]:
    """Ids of the rules that these checklists look at."""
    return frozenset(
        rule for checklist in checklists for rules in ITEMS[checklist].values() for rule in rules
    )
