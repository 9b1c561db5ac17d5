"""What each difference means: expected, harmless, breaks the runbook, or unknown.

Drift is the differences, and every rule whose verdict is worse on the live account than on what is declared: each rule
once, on the difference that breaks it, or by itself where no single one does.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Literal

from runbook.drift.causes import Sides, cause_of
from runbook.drift.comparison import differences
from runbook.drift.difference import Difference, Kind, Place
from runbook.drift.surroundings import KEYS
from runbook.environment import Environment
from runbook.live import NOT_ASKED, Release
from runbook.rules.book import RULES
from runbook.rules.rule import Context, Finding, Fix, Rule, Severity, day_of, severity_of
from runbook.rules.running import RELEASE_SUCCEEDED
from runbook.rules.steps import NO_DATA_LOSS
from runbook.rules.verdict import evaluate, fix_of, in_the_runbook, to_waive
from runbook.unknown import Known, Unknown
from runbook.waivers import Waiver, waive

Grade = Literal["breaks the runbook", "unknown", "harmless", "expected"]
"""Worst first. `expected`: no drift at all, said so that nobody wonders."""
GRADES: tuple[Grade, ...] = ("breaks the runbook", "unknown", "harmless", "expected")

_DEPLOYS = ("Deploy ", "Promote ")
_ADDON_UPDATE = " by heroku-postgresql"
_DECLARED_BY_NOW = "the program declares it by now; the next `up --refresh` takes it over"
_SEEN = "it breaks no rule; `up --refresh` sets it back, or declare it"
_UNSEEN = "it breaks no rule; Pulumi does not see it: {declare}undo it, or list it in drift-ignore.yaml"
_KEYS: Mapping[str, str] = {
    "add-on": "addons",
    "config var": "config_vars or secrets",
    "formation": "formation",
}
_AFTER_LOSS = "it breaks no rule; run no `up` before the loss is dealt with"
_RANK = {"elsewhere": 0, "not evaluated": 1, "fail": 2}


@dataclass(frozen=True, slots=True)
class Breach:
    """A finding on the live account that is worse than what the rule finds in what is declared."""

    rule: Rule
    finding: Finding
    severity: Severity
    fix: Fix

    @property
    def words(self) -> str:
        found = f"{self.rule.id}: {self.finding.target}"
        if self.finding.outcome == "not evaluated":
            return f"{found}: {self.finding.found}"
        return f"{found} {self.finding.found}; the runbook wants {self.finding.expected}"

    @property
    def by_the_runbook(self) -> str:
        told = in_the_runbook(self.rule, self.severity, self.fix)
        return f"{told} {to_waive(self.rule, [self.finding.target])}"


@dataclass(frozen=True, slots=True)
class Drift:
    """A difference with its grade and the rules it breaks, or a rule that is broken and no single difference's doing."""

    kind: Kind
    aspect: str
    target: str
    declared: str
    live: str
    grade: Grade
    why: str
    resource: str | None = None
    breaches: tuple[Breach, ...] = ()
    """Worst first."""

    @property
    def broken(self) -> Rule | None:
        """The worst rule that fails."""
        return next((one.rule for one in self.breaches if one.finding.outcome == "fail"), None)

    @property
    def severity(self) -> Severity | None:
        return next((one.severity for one in self.breaches if one.finding.outcome == "fail"), None)

    @property
    def fix(self) -> Fix | None:
        """Of the worst."""
        return next((one.fix for one in self.breaches if one.finding.outcome == "fail"), None)

    @property
    def command(self) -> str:
        """What to type; "" where a person must decide."""
        return self.fix.text if self.fix and self.fix.kind == "type" else ""

    @property
    def words(self) -> str:
        """What differs, in one clause."""
        if self.kind == "changed":
            return f"{self.declared} became {self.live}"
        if self.kind == "deleted":
            return f"{self.declared} is {self.live or 'gone'}"
        return self.live


@dataclass(frozen=True, slots=True)
class Leave:
    """The waivers that hold on this day. What they waive, `verify` waives too."""

    waivers: Sequence[Waiver] = ()
    today: date = date.min


def drift_of(
    declared: Environment,
    live: Environment,
    context: Context,
    *,
    program: Known[Environment],
    declared_at: datetime | None = None,
    declared_other: Known[Environment] | None = None,
    leave: Leave = Leave(),
) -> tuple[Drift, ...]:
    """`declared` is the stored state; `program` what the settings say now; `declared_at` when the state was written.

    `context` has the other stack as it is live, `declared_other` as it is declared. Worst first. A difference from the
    state that the program has too, value for value, is expected: the next `up` takes it over.
    """
    found = differences(declared, live)
    if isinstance(live.app, Unknown) or isinstance(declared.app, Unknown):
        return tuple(_drift(one, ()) for one in found)
    still = None if isinstance(program, Unknown) else {one.place for one in differences(program, live)}
    before = replace(context, other=declared_other or context.other, today=day_of(live, context))
    sides = Sides(declared, live, context)
    caused: dict[Difference, list[Breach]] = {}
    alone: list[Breach] = []
    for breach in _worse(declared, live, before, context, leave):
        cause = _cause(breach, found, sides)
        (alone if cause is None else caused.setdefault(cause, [])).append(breach)
    drifts = [_drift(one, caused.get(one, ()), still) for one in found]
    failed = [one for one in alone if one.rule is RELEASE_SUCCEEDED and one.finding.outcome == "fail"]
    drifts += _releases(live, declared_at, failed)
    told = {breach for one in drifts for breach in one.breaches}
    drifts += [_by_itself(breach) for breach in alone if breach not in told]
    if any(breach.rule is NO_DATA_LOSS for one in drifts for breach in one.breaches):
        drifts = [replace(one, why=_AFTER_LOSS) if one.why == _SEEN else one for one in drifts]
    return tuple(sorted(drifts, key=_badness))


def _badness(found: Drift) -> tuple[int, str]:
    return GRADES.index(found.grade), found.severity.label if found.severity else "~"


def _worse(
    declared: Environment, live: Environment, before: Context, context: Context, leave: Leave
) -> list[Breach]:
    """What a difference can break and is worse on the live account; what only runs is verify's alone."""
    rules = [rule for rule in RULES if rule.touches]
    outcomes: dict[tuple[str, str], int] = {}
    for verdict in evaluate(declared, before, rules, {"state"}):
        for finding in verdict.findings:
            key = (verdict.rule.id, finding.target)
            outcomes[key] = max(outcomes.get(key, 0), _RANK[finding.outcome])
    after = waive(evaluate(live, context, rules, {"live"}), leave.waivers, leave.today)
    return [
        _breach(verdict.rule, finding, live)
        for verdict in after
        for finding in verdict.findings
        if finding.unknown != NOT_ASKED
        and _RANK[finding.outcome] > outcomes.get((verdict.rule.id, finding.target), 0)
    ]


def _breach(rule: Rule, finding: Finding, live: Environment) -> Breach:
    return Breach(rule, finding, severity_of(rule, finding, live.stack), fix_of(rule, finding, live))


def _cause(breach: Breach, found: Sequence[Difference], sides: Sides) -> Difference | None:
    if breach.rule is NO_DATA_LOSS:
        deleted = (one for one in found if one.kind == "deleted" and one.aspect in NO_DATA_LOSS.touches)
        return next((one for one in deleted if one.target == breach.finding.target), None)
    return cause_of(breach.rule, breach.finding, found, sides)


def _drift(found: Difference, breaches: Sequence[Breach], still: Collection[Place] | None = None) -> Drift:
    worst_first = tuple(sorted(breaches, key=_breach_badness))
    grade, why = _grade(found, worst_first, still)
    return Drift(
        found.kind,
        found.aspect,
        found.target,
        found.declared,
        found.live,
        grade,
        why,
        found.resource,
        worst_first,
    )


def _breach_badness(found: Breach) -> tuple[int, str, bool]:
    return -_RANK[found.finding.outcome], found.severity.label, found.rule is not NO_DATA_LOSS


def _grade(
    found: Difference, breaches: Sequence[Breach], still: Collection[Place] | None
) -> tuple[Grade, str]:
    broken = "; ".join([*(one.words for one in breaches), *([found.advice] if found.advice else [])])
    if any(one.finding.outcome == "fail" for one in breaches):
        return "breaks the runbook", broken
    if breaches or found.kind == "not read":
        return "unknown", broken or "whether this differs is unknown"
    if found.advice:
        return "harmless", f"it breaks no rule; {found.advice}"
    expected = found.expected or (
        _DECLARED_BY_NOW if still is not None and not _differs(found, still) else ""
    )
    if expected:
        return "expected", expected
    return "harmless", _SEEN if found.resource else _UNSEEN.format(declare=_how_to_declare(found))


def _how_to_declare(found: Difference) -> str:
    """By which key of the stack file; "" for what none declares."""
    if found.part == "webhook":
        return "webhooks can't be declared, and nothing here touches one: "
    key = KEYS.get(found.part, "") if found.aspect == "surrounding" else _KEYS.get(found.aspect, "")
    return f"declare it ({key} in Pulumi.{found.target.partition('/')[0]}.yaml), " if key else ""


def _differs(found: Difference, still: Collection[Place]) -> bool:
    """Whether the program differs there too, in whatever way: what it does not know, it does not declare."""
    stack = found.target.partition("/")[0]
    return any(
        aspect == found.aspect and target in (found.target, stack) and part in (found.part, "")
        for aspect, target, part in still
    )


def _by_itself(breach: Breach) -> Drift:
    finding = breach.finding
    fails = finding.outcome == "fail"
    words = "; the runbook wants ".join(part for part in (finding.found, finding.expected) if part)
    return Drift(
        "broken" if fails else "not read",
        "rule",
        finding.target,
        "",
        f"{breach.rule.id}: {finding.found}",
        "breaks the runbook" if fails else "unknown",
        f"{breach.rule.id}: {words}",
        breaches=(breach,),
    )


def _releases(live: Environment, declared_at: datetime | None, failed: Sequence[Breach]) -> Iterator[Drift]:
    """Releases since the state was written, of those kinds that no other difference tells."""
    if isinstance(live.live, Unknown) or isinstance(live.live.releases, Unknown) or declared_at is None:
        return
    for place, release in enumerate(live.live.releases):
        if release.created_at <= declared_at:
            continue
        words = f"release v{release.version}: {release.description}"
        target = f"{live.stack}/v{release.version}"
        if place == 0 and failed:
            why = "; ".join(one.words for one in failed)
            breaks: Grade = "breaks the runbook"
            yield Drift("changed", "release", target, "", words, breaks, why, breaches=tuple(failed))
        elif grade := _release_grade(release):
            yield Drift("changed", "release", target, "", words, *grade)


def _release_grade(release: Release) -> tuple[Grade, str] | None:
    if release.status in ("failed", "expired"):
        return ("harmless", "a later release succeeded")
    if release.description.startswith("Rollback "):
        return ("harmless", "a rollback: what runs is not what was deployed last")
    if release.description.startswith(_DEPLOYS):
        return ("expected", "a deploy makes a release")
    if release.description.endswith(_ADDON_UPDATE):
        return ("expected", "the add-on changed its own config var, as when credentials rotate")
    return None
