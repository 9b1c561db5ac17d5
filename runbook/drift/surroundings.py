"""What the live account has beside what is declared: maintenance mode, other add-ons, domains, people and the like."""

from __future__ import annotations

from collections.abc import Iterator

from runbook.drift.difference import Difference, not_read
from runbook.live import NOT_ASKED, Live
from runbook.unknown import Unknown


def beside(live: Live, stack: str) -> Iterator[Difference]:
    if isinstance(live.maintenance, Unknown):
        yield not_read("maintenance", stack, live.maintenance.why)
    elif live.maintenance:
        yield Difference("changed", "maintenance", stack, "maintenance mode off", "maintenance mode on")
    for rename in live.renames:
        words = (f"name {rename.declared}", f"name {rename.live}")
        yield Difference("changed", "database", f"{stack}/{rename.declared}", *words, "database", part="name")
    for name, plan in () if isinstance(live.addons, Unknown) else live.addons:
        yield Difference("undeclared", "add-on", f"{stack}/{name}", live=f"add-on {name}, {plan}")
    for app, name in () if isinstance(live.elsewhere, Unknown) else live.elsewhere:
        words_of = f"the database attached to {app} as {name}"
        yield Difference("undeclared", "attachment elsewhere", f"{stack}/{app}", live=words_of, part=name)
    yield from _surroundings(live, stack)


def _surroundings(live: Live, stack: str) -> Iterator[Difference]:
    if isinstance(live.releases, Unknown) and live.releases != NOT_ASKED:
        yield not_read("surrounding", stack, f"releases: {live.releases.why}", "release")
    for kind, found in live.surroundings.items():
        if not isinstance(found, Unknown):
            for one in found:
                yield Difference(
                    "undeclared", "surrounding", f"{stack}/{one.name}", live=f"{kind} {one.name}", part=kind
                )
        elif found != NOT_ASKED:
            yield not_read("surrounding", stack, f"{kind}s: {found.why}", kind)
