"""Today's settings held against the live app: what the next `up` would change, and what Pulumi leaves alone."""

from __future__ import annotations

from dataclasses import dataclass

from operations.errors import OperationError
from runbook.digest import Digests
from runbook.drift.comparison import differences
from runbook.drift.difference import Difference
from runbook.environment import Environment
from runbook.readers.settings import environment_of_settings
from runbook.settings import Settings, StackName

_BESIDE = frozenset({"surrounding", "maintenance", "attachment elsewhere"})
"""What an adoption does without: domains, log drains, people, webhooks and the like."""


@dataclass(frozen=True)
class Compared:
    """`managed`: of what Pulumi would manage. `beside`: of what it never looks at; what of that could not be read, in words."""

    managed: tuple[Difference, ...]
    beside: tuple[Difference, ...]
    beside_unread: tuple[str, ...] = ()


def compared(stack: StackName, settings: Settings, live: Environment, digests: Digests) -> Compared:
    """Raises OperationError where something of either could not be read."""
    found = differences(environment_of_settings(stack, settings, digests), live)
    unread = [one for one in found if one.kind == "not read" and one.aspect not in _BESIDE]
    if unread:
        told = "; ".join(f"{one.target}: {one.live}" for one in unread)
        raise OperationError(f"{stack}: the live account could not be read whole, nothing changed: {told}")
    return Compared(
        managed=tuple(one for one in found if one.resource),
        beside=tuple(
            one for one in found if not one.resource and not one.expected and one.kind != "not read"
        ),
        beside_unread=tuple(one.live for one in found if one.kind == "not read" and one.aspect in _BESIDE),
    )


def words(found: Difference) -> str:
    """One line, without any value of a config var."""
    if found.kind == "deleted":
        return f"{found.target}: the file has {found.declared}; live there is none"
    if found.kind == "undeclared":
        return f"{found.target}: {found.live}; the file says nothing of it"
    return f"{found.target}: the file has {found.declared}, live is {found.live}"
