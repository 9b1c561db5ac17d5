"""Another database became the primary one, as by `heroku pg:promote`: one cause, and no `up` may touch it.

Every Postgres upgrade by a follower ends so. The state still has the database before; `adopt --promoted` carries it over.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from runbook.drift.difference import Difference
from runbook.environment import PRIMARY, Environment
from runbook.settings import StackName
from runbook.unknown import Unknown

_CAME = f"it came with the promotion: see {PRIMARY}"


@dataclass(frozen=True)
class Promotion:
    """`before` and `now` are databases by their names, `plan` that of `now`; `kept_as` the names `before` has in the app."""

    stack: StackName
    before: str
    now: str
    plan: str
    kept_as: tuple[str, ...]
    came_as: tuple[str, ...]
    """The other names of `now` in the app."""
    is_kept: bool

    @property
    def names(self) -> tuple[str, ...]:
        return (*self.kept_as, *self.came_as)

    @property
    def words(self) -> str:
        plan = f" ({self.plan})" if self.plan else ", which belongs to another app"
        return f"{self.now}{plan}, which was promoted to the primary database; {self._before}"

    @property
    def _before(self) -> str:
        if not self.is_kept:
            return f"{self.before} is gone"
        if not self.kept_as:
            return f"{self.before} is still there, attached under no name"
        return f"{self.before} is still there, attached as {', '.join(self.kept_as)}"

    @property
    def advice(self) -> str:
        """What holds whether the file names the new one yet or not."""
        return (
            f"Pulumi's state has {self.before} as the primary database, so run no `up`; carry the stack over: "
            f"`./ops adopt {self.stack} --promoted` (docs/adopt.md, When another database was promoted)"
        )


def promotion(declared: Environment, live: Environment) -> Promotion | None:
    """None where the primary database is the declared one, or either can't be told."""
    before, now = declared.primary_database, live.primary_database
    if not isinstance(before, str) or not isinstance(now, str) or before == now:
        return None
    databases, attachments = live.databases, live.attachments
    if isinstance(databases, Unknown) or isinstance(attachments, Unknown):
        return None
    plans = {one.name: one.plan for one in databases}
    plan = plans.get(now, "")
    return Promotion(
        stack=live.stack,
        before=before,
        now=now,
        plan="plan unknown" if isinstance(plan, Unknown) else plan,
        kept_as=tuple(str(one.name) for one in attachments if one.database == before),
        came_as=tuple(str(one.name) for one in attachments if one.database == now and one.name != PRIMARY),
        is_kept=before in plans,
    )


def as_promotion(found: Iterable[Difference], promoted: Promotion | None) -> Iterator[Difference]:
    """The differences, with what came with the promotion said so; both databases' other names came with it too."""
    for one in found:
        if promoted is None or one.aspect not in ("attachment", "database", "backup schedule"):
            yield one
        elif one.aspect == "attachment" and one.name == PRIMARY and one.kind == "changed":
            before = f"{PRIMARY} {promoted.before}"
            yield replace(one, declared=before, live=promoted.words, advice=promoted.advice)
        elif one.aspect == "database" and one.kind == "undeclared" and one.name == promoted.now:
            yield replace(one, live=f"database {one.name}, {one.live}", advice=_CAME)
        elif one.aspect == "backup schedule" and one.kind != "deleted":
            yield replace(one, advice=_CAME)
        elif not (one.aspect == "attachment" and one.kind == "undeclared" and one.name in promoted.names):
            yield one
