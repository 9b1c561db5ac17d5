"""What the live account has beside what is declared: maintenance mode, other add-ons, domains, people and the like."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from runbook.drains import RESOURCE
from runbook.drift.difference import Difference, Kind, not_read
from runbook.environment import Coupling, Environment, LogDrain
from runbook.live import NOT_ASKED, Live, Surrounding, SurroundingKind
from runbook.live_drains import matched
from runbook.rules.rule import Aspect
from runbook.unknown import Known, Unknown

PIPELINE = "pipeline"
RESOURCES: Mapping[SurroundingKind, str] = {
    "domain": "domain",
    "feature": "feature",
    "collaborator": "access",
}
"""How the names in Pulumi start of those kinds that can be declared."""
KEYS: Mapping[str, str] = {
    "domain": "domains",
    "feature": "features",
    "collaborator": "access",
    PIPELINE: "pipeline",
    "log drain": "log_drains",
}
"""The key of a stack file that declares each."""


def beside(live: Live, coupling: Known[Coupling | None], declared: Environment) -> Iterator[Difference]:
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
    yield from _pipeline(declared.coupling, coupling, stack)


def _pipeline(
    ours: Known[Coupling | None], theirs: Known[Coupling | None], stack: str
) -> Iterator[Difference]:
    """Of an app in another pipeline the declared one is named: no app is in two."""
    if isinstance(theirs, Unknown) or isinstance(ours, Unknown):
        why = theirs if isinstance(theirs, Unknown) else ours
        if isinstance(why, Unknown) and why != NOT_ASKED:
            yield not_read("surrounding", stack, f"pipeline: {why.why}", PIPELINE)
        return
    both = (_place(ours), _place(theirs))
    kind: Kind = "changed" if all(both) else "deleted" if ours else "undeclared"
    held = ours or theirs
    if held and both[0] != both[1]:
        where = f"{stack}/{held.pipeline}"
        yield Difference(kind, "surrounding", where, *both, PIPELINE if ours else None, PIPELINE)


def _place(held: Coupling | None) -> str:
    return f"pipeline {held.pipeline}, stage {held.stage}" if held else ""


def _renamed(name: str, declared: Environment) -> tuple[Aspect, str]:
    attached = () if isinstance(declared.addon_attachments, Unknown) else declared.addon_attachments
    resource = next((f"addon-{one.name}" for one in attached if one.database == name), None)
    return ("add-on", resource) if resource else ("database", "database")


def _surroundings(live: Live, declared: Environment) -> Iterator[Difference]:
    stack = declared.stack
    if isinstance(live.releases, Unknown) and live.releases != NOT_ASKED:
        yield not_read("surrounding", stack, f"releases: {live.releases.why}", "release")
    for kind, found in live.surroundings.items():
        if kind == "log drain" and not isinstance(found, Unknown):
            yield from _drains(declared.log_drains, found, stack)
        elif not isinstance(found, Unknown):
            yield from _of_kind(kind, declared.parts.get(kind, ()), [one.name for one in found], stack)
        elif found != NOT_ASKED:
            yield not_read("surrounding", stack, f"{kind}s: {found.why}", kind)


def _drains(ours: Sequence[LogDrain], theirs: Sequence[Surrounding], stack: str) -> Iterator[Difference]:
    """Two at one host are told apart by the names they are declared by, or by the start of Heroku's id."""
    there = matched(ours, theirs)
    for one in ours:
        if one.name not in there:
            host = "a host that is kept secret" if isinstance(one.host, Unknown) else one.host
            words = f"log drain {one.name} to {host}"
            yield Difference(
                "deleted",
                "surrounding",
                f"{stack}/{one.name}",
                words,
                resource=f"{RESOURCE}{one.name}",
                part="log drain",
            )
    for found in theirs:
        if found not in there.values():
            words = f"log drain {found.name}"
            yield Difference(
                "undeclared", "surrounding", f"{stack}/{found.name}", live=words, part="log drain"
            )


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
