"""What each difference means: expected, harmless, breaks the runbook, or could not be told."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from runbook.drift.comparison import Aspect, Difference, Kind, differences
from runbook.environment import PRIMARY, Environment
from runbook.live import Release
from runbook.rules.book import RULES
from runbook.rules.expected import API_URL
from runbook.rules.rule import Context, Finding, Rule, Severity
from runbook.rules.steps import NO_DATA_LOSS
from runbook.rules.verdict import evaluate, filled
from runbook.unknown import Known, Unknown

Grade = Literal["breaks the runbook", "unknown", "harmless", "expected"]
"""Worst first. `expected`: no drift at all, said so that nobody wonders."""

DECIDED_BY: dict[Aspect, frozenset[str]] = {
    "app": frozenset({"web-runs", "api-url-own"}),
    "add-on": frozenset({"cost-budget"}),
    "attachment": frozenset({"postgres-primary"}),
    "backup schedule": frozenset({"backup-daily", "backup-time"}),
    "config var": frozenset(
        {"config-present", "config-expected", "database-url-owned", "api-url-own", "secrets-differ"}
    ),
    "database": frozenset(
        {"postgres-plan-minimum", "postgres-plan-sold", "postgres-primary", "backup-retention", "cost-budget"}
    ),
    "formation": frozenset({"web-runs", "dyno-awake", "dyno-horizontal", "dyno-tiers", "cost-budget"}),
    "maintenance": frozenset({"maintenance-off"}),
    "surrounding": frozenset({"access-reviewed"}),
}
"""The rules that a difference of each aspect can break."""

_DEPLOYS = ("Deploy ", "Promote ")
_ADDON_UPDATE = " by heroku-postgresql"


@dataclass(frozen=True, slots=True)
class Drift:
    """A difference with its grade. `broken` is the rule that fails on the live account and not on what is declared."""

    kind: Kind
    aspect: str
    target: str
    declared: str
    live: str
    grade: Grade
    why: str
    resource: str | None = None
    broken: Rule | None = None
    command: str = ""
    """By hand, as the runbook has it."""

    @property
    def severity(self) -> Severity | None:
        return self.broken.severity if self.broken else None

    @property
    def words(self) -> str:
        """What differs, in one clause."""
        if self.kind == "changed":
            return f"{self.declared} became {self.live}"
        if self.kind == "deleted":
            return f"{self.declared} is gone"
        return self.live


def drift_of(
    declared: Environment,
    live: Environment,
    context: Context,
    *,
    program: Known[Environment],
    declared_at: datetime | None = None,
) -> tuple[Drift, ...]:
    """`declared` is the stored state; `program` what the settings say now; `declared_at` when the state was written.

    A difference from the state that the program has too is expected: the next `up` takes it over.
    """
    wanted = None if isinstance(program, Unknown) else set(differences(program, live))
    broken = _newly_broken(declared, live, context)
    graded = [
        _graded(found, broken, live, is_declared_now=wanted is not None and not _still(found, wanted))
        for found in differences(declared, live)
    ]
    return (*_remade(live), *graded, *_releases(live, declared_at))


def _remade(live: Environment) -> Iterator[Drift]:
    """A database of the declared name that is not the declared one: what it held is gone."""
    if isinstance(live.live, Unknown):
        return
    for name in live.live.remade:
        yield Drift(
            "deleted",
            "database",
            f"{live.stack}/{name}",
            "the database",
            "another database of the same name",
            "breaks the runbook",
            "no-data-loss: another database has its name, and its data and backups went with it; if Heroku moved it in "
            "an upgrade, `up --refresh` notes its new id",
            "database",
            NO_DATA_LOSS,
            f"heroku pg:info -a sc-mvp-{live.stack}",
        )


def _still(found: Difference, wanted: Collection[Difference]) -> bool:
    """Whether the program differs there too, as far as it can be told: what it does not know, it does not declare."""
    stack = found.target.partition("/")[0]
    return any(
        one.aspect == found.aspect
        and (
            (one.kind == found.kind and one.target == found.target)
            or (one.kind == "not read" and one.target in (found.target, stack))
        )
        for one in wanted
    )


def _newly_broken(declared: Environment, live: Environment, context: Context) -> list[tuple[Rule, Finding]]:
    before = {
        (verdict.rule.id, finding.target)
        for verdict in evaluate(declared, context, RULES, {"state"})
        for finding in verdict.findings
        if finding.outcome == "fail"
    }
    return [
        (verdict.rule, finding)
        for verdict in evaluate(live, context, RULES, {"live"})
        for finding in verdict.findings
        if finding.outcome == "fail" and (verdict.rule.id, finding.target) not in before
    ]


def _graded(
    found: Difference, broken: list[tuple[Rule, Finding]], live: Environment, *, is_declared_now: bool
) -> Drift:
    if found.kind == "not read":
        return _drift(found, "unknown", "it could not be told whether this differs")
    if is_declared_now:
        return _drift(
            found, "expected", "the program declares it by now; the next `up --refresh` takes it over"
        )
    rule = _breaks(found, broken)
    if rule:
        why = f"{rule[0].id}: {rule[1].found}; the runbook wants {rule[1].expected}"
        return _drift(found, "breaks the runbook", why, rule[0], filled(rule[0].command, live, rule[1]))
    return _drift(
        found,
        "harmless",
        "it breaks no rule; `up --refresh` sets it back, or declare it"
        if found.resource
        else "it breaks no rule; Pulumi does not see it: declare it, undo it, or list it in drift-ignore.yaml",
    )


def _breaks(found: Difference, broken: list[tuple[Rule, Finding]]) -> tuple[Rule, Finding] | None:
    stack = found.target.partition("/")[0]
    targets = {found.target, stack}
    if found.aspect == "app":
        targets |= {f"{stack}/web", f"{stack}/{API_URL}"}
    if found.aspect in ("database", "backup schedule"):
        targets.add(f"{stack}/{PRIMARY}")
    return next(
        (
            (rule, finding)
            for rule, finding in broken
            if rule.id in DECIDED_BY[found.aspect] and finding.target in targets
        ),
        None,
    )


def _drift(found: Difference, grade: Grade, why: str, broken: Rule | None = None, command: str = "") -> Drift:
    return Drift(
        found.kind,
        found.aspect,
        found.target,
        found.declared,
        found.live,
        grade,
        why,
        found.resource,
        broken,
        command,
    )


def _releases(live: Environment, declared_at: datetime | None) -> Iterator[Drift]:
    """Releases since the state was written, of those kinds that no other difference tells."""
    if isinstance(live.live, Unknown) or isinstance(live.live.releases, Unknown) or declared_at is None:
        return
    releases = live.live.releases
    for place, release in enumerate(releases):
        if release.created_at <= declared_at:
            continue
        words = f"release v{release.version}: {release.description}"
        grade = _release_grade(release, newest=place == 0)
        if grade:
            yield Drift(
                "changed", "release", f"{live.stack}/v{release.version}", "", words, grade[0], grade[1]
            )


def _release_grade(release: Release, *, newest: bool) -> tuple[Grade, str] | None:
    if release.status in ("failed", "expired"):
        if newest:
            return ("breaks the runbook", "release-succeeded: the newest release failed")
        return ("harmless", "a later release succeeded")
    if release.description.startswith("Rollback "):
        return ("harmless", "a rollback: what runs is not what was deployed last")
    if release.description.startswith(_DEPLOYS):
        return ("expected", "a deploy makes a release")
    if release.description.endswith(_ADDON_UPDATE):
        return ("expected", "the add-on changed its own config var, as when credentials rotate")
    return None
