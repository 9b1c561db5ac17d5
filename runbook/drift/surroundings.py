"""What the live account has beside what is declared: maintenance mode, other add-ons, domains, people and the like."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from runbook.drift.difference import Difference, not_read
from runbook.environment import Environment
from runbook.live import NOT_ASKED, Live, SurroundingKind
from runbook.rules.rule import Aspect
from runbook.unknown import Unknown

RESOURCES: Mapping[SurroundingKind, str] = {
    "domain": "domain",
    "feature": "feature",
    "collaborator": "access",
}
"""How the names in Pulumi start of those kinds that can be declared."""
KEYS: Mapping[str, str] = {"domain": "domains", "feature": "features", "collaborator": "access"}
"""The key of a stack file that declares each."""


def beside(live: Live, declared: Environment) -> Iterator[Difference]:
    stack = declared.stack
    if isinstance(live.maintenance, Unknown):
        yield not_read("maintenance", stack, live.maintenance.why)
    elif live.maintenance:
        yield Difference("changed", "maintenance", stack, "maintenance mode off", "maintenance mode on")
    for rename in live.renames:
        words = (f"name {rename.declared}", f"name {rename.live}")
        aspect, resource = _renamed(rename.declared, declared)
        yield Difference("changed", aspect, f"{stack}/{rename.declared}", *words, resource, part="name")
    for app, name in () if isinstance(live.elsewhere, Unknown) else live.elsewhere:
        words_of = f"the database attached to {app} as {name}"
        yield Difference("undeclared", "attachment elsewhere", f"{stack}/{app}", live=words_of, part=name)
    yield from _surroundings(live, declared)


def _renamed(name: str, declared: Environment) -> tuple[Aspect, str]:
    attached = () if isinstance(declared.addon_attachments, Unknown) else declared.addon_attachments
    resource = next((f"addon-{one.name}" for one in attached if one.database == name), None)
    return ("add-on", resource) if resource else ("database", "database")


def _surroundings(live: Live, declared: Environment) -> Iterator[Difference]:
    stack = declared.stack
    if isinstance(live.releases, Unknown) and live.releases != NOT_ASKED:
        yield not_read("surrounding", stack, f"releases: {live.releases.why}", "release")
    for kind, found in live.surroundings.items():
        if not isinstance(found, Unknown):
            yield from _of_kind(kind, declared.parts.get(kind, ()), [one.name for one in found], stack)
        elif found != NOT_ASKED:
            yield not_read("surrounding", stack, f"{kind}s: {found.why}", kind)


def _of_kind(
    kind: SurroundingKind, ours: Sequence[str], theirs: Sequence[str], stack: str
) -> Iterator[Difference]:
    for name in ours:
        if name not in theirs:
            resource = f"{RESOURCES[kind]}-{name}"
            yield Difference(
                "deleted", "surrounding", f"{stack}/{name}", f"{kind} {name}", resource=resource, part=kind
            )
    for name in theirs:
        if name not in ours:
            yield Difference("undeclared", "surrounding", f"{stack}/{name}", live=f"{kind} {name}", part=kind)
