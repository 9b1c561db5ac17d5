"""The runbook's maintenance checklist: its items, which rules name, and what stays for people."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

Checklist = Literal["daily", "weekly", "monthly"]
CHECKLISTS: tuple[Checklist, ...] = get_args(Checklist)


@dataclass(frozen=True, slots=True)
class Item:
    """One line of a checklist, as the runbook words it. Source: runbook, Maintenance Checklist."""

    checklist: Checklist
    title: str


HEALTH = Item("daily", "Check health endpoint")
DEPENDS = Item("daily", "Check what the app depends on")
"""Not the runbook's own line: every Sev-1 is looked at daily."""
LOGS = Item("daily", "Review logs for errors")
BACKUP_COMPLETED = Item("daily", "Verify backup completed (check schedule)")
BACKUP_STATUS = Item("weekly", "Review backup status")
DATABASE_SIZE = Item("weekly", "Check database size")
PERFORMANCE = Item("weekly", "Review application performance")
COSTS = Item("monthly", "Review monthly costs")
RETENTION = Item("monthly", "Verify backup retention (7 days)")
SECURITY = Item("monthly", "Review security logs")
DOCUMENTATION = Item("monthly", "Update documentation if needed")

BY_HAND: dict[Checklist, tuple[str, ...]] = {
    "daily": (),
    "weekly": ("Check for pending migrations: heroku run rails db:migrate:status -a {app}",),
    "monthly": ("Update documentation if needed",),
}
"""What no API tells; said at the end of the checklist."""
