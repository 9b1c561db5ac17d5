"""What a rule is: facts about it, and one pure function from an Environment to what it found."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from enum import Enum
from typing import Literal, TypeAlias, TypeVar

from runbook.catalogue import Catalogue, catalogue
from runbook.checklists import Item
from runbook.digest import Digests
from runbook.environment import Environment
from runbook.settings import StackName
from runbook.unknown import Known, Unknown

Plane = Literal["settings", "plan", "state", "steps", "live"]
"""Where an Environment was read: the stack file, what Pulumi would register, the stored state, a preview's steps, Heroku."""
DECLARED: frozenset[Plane] = frozenset({"settings", "plan", "state"})
LIVE: frozenset[Plane] = frozenset({"live"})
EVERYWHERE: frozenset[Plane] = DECLARED | LIVE

Each = Literal["database", "process", "backup schedule", "config var", "resource"]
Aspect = Literal[
    "app",
    "add-on",
    "attachment",
    "attachment elsewhere",
    "backup schedule",
    "config var",
    "database",
    "formation",
    "maintenance",
    "release",
    "surrounding",
]
"""A part of a stack in which the live account can differ from what is declared."""
T = TypeVar("T")


class Severity(Enum):
    """The runbook's severity levels with their response times (runbook, Severity Levels)."""

    SEV_1 = ("Sev-1", "immediate")
    SEV_2 = ("Sev-2", "2 hours")
    SEV_3 = ("Sev-3", "24 hours")

    @property
    def label(self) -> str:
        return self.value[0]

    @property
    def response(self) -> str:
        return self.value[1]

    @property
    def milder(self) -> Severity:
        return {Severity.SEV_1: Severity.SEV_2}.get(self, Severity.SEV_3)


Outcome = Literal["fail", "not evaluated", "elsewhere"]
"""`elsewhere`: this part is decided on another plane, always; it is shown and changes no verdict."""


FixKind = Literal["edit", "type", "ask"]
"""Edit the stack file, type a command, or ask a person, who must decide or look."""


@dataclass(frozen=True, slots=True)
class Fix:
    """What removes a finding. A command works as it stands: every name in it is the live object's."""

    kind: FixKind
    text: str


@dataclass(frozen=True, slots=True)
class Finding:
    """One object that breaks a rule, or that the rule can't tell of. What was found never quotes a config var's value."""

    outcome: Outcome
    target: str
    """`STACK/OBJECT`, or the stack alone; what a waiver names."""
    found: str
    expected: str = ""
    unknown: Unknown | None = field(default=None, compare=False)
    """What is unknown, of a finding that is `not evaluated`."""
    severity: Severity | None = field(default=None, compare=False)
    """Production's, where this finding is not as bad as the rule at its worst."""


def failed(
    target: str,
    found: str,
    expected: str,
    *,
    severity: Severity | None = None,
) -> Finding:
    return Finding("fail", target, found, expected, severity=severity)


def elsewhere(target: str, found: str) -> Finding:
    return Finding("elsewhere", target, found)


def not_run(target: str, what: str, unknown: Unknown) -> Finding:
    return Finding("not evaluated", target, f"{what} is unknown: {unknown.why}", unknown=unknown)


@dataclass(frozen=True, slots=True)
class Context:
    """What rules need beside the environment. `other` is the other stack, read in the same run with the same digests."""

    digests: Digests
    other: Known[Environment] = Unknown("only one of the two stacks was read")  # noqa: RUF009 - frozen
    prices: Catalogue = field(default_factory=catalogue)
    today: date = field(default_factory=lambda: datetime.now(tz=UTC).date())
    """Of what is declared; a live account has its own time."""


def day_of(environment: Environment, context: Context) -> date:
    """The account's own where it was read there."""
    live = environment.live
    return context.today if isinstance(live, Unknown) else live.read_at.date()


Key: TypeAlias = Callable[[str], tuple[str, ...]]


def at(*key: str) -> Key:
    """Always this key."""
    return lambda _name: key


def under(*key: str) -> Key:
    """The object's own key, below this one."""
    return lambda name: (*key, name)


Findings: TypeAlias = Iterator[Finding]
Decide: TypeAlias = Callable[[Environment, Context], Findings]


@dataclass(frozen=True, kw_only=True, eq=False)
class Rule:
    """`edit` and `command` have {stack}, {app} and {object} to be filled in. Sources are named as in the docs."""

    id: str
    title: str
    """A fact that holds."""
    section: str
    """The heading in that document."""
    severity: Severity
    """Production's, at its worst."""
    everywhere: bool = False
    """Whether staging's is the same: data loss and a security breach are as bad there. Else it is one level milder."""
    reads: tuple[str, ...]
    decide: Decide
    why: str
    cannot_tell: str
    """When the verdict is `not evaluated`."""
    edit: str
    """What to edit."""
    command: str
    """The runbook's own command, for no stack or object in particular: for the docs."""
    fix: Callable[[Finding, Environment], Fix] | None = None
    """What removes a finding of the live account; None where the rule is never decided there."""
    document: Literal["RUNBOOK", "ENV_CONFIG"] = "RUNBOOK"
    """The runbook, or the environment configuration it refers to."""
    on: frozenset[Plane] = EVERYWHERE
    each: Each | None = None
    """What it decides one by one, where a single such object is enough to decide; None: it needs the whole stack."""
    both_stacks: bool = False
    expects: tuple[str, ...] = ()
    """The values it requires, one a line, where they are more than the title says."""
    key: Key | None = None
    """The key of the stack file that is edited, by the object's name; None where none is."""
    items: tuple[Item, ...] = ()
    """Of the runbook's checklists."""
    touches: frozenset[Aspect] = frozenset()
    """What a difference of the live account must touch to break it; empty where only what runs can."""
    needs_app: bool = True
    """False for a rule that is decided where the account has no such app; with the app, all others go."""
    hangs_on_database: Callable[[Finding], bool] | None = None
    """Which findings only say again that the stack's database was destroyed."""
    waivable: bool = True
    fails_with: str | None = None
    """A part of a stack file that breaks the rule; None where no stack file can."""
    passes_with: str | None = None


def severity_of(rule: Rule, finding: Finding | None, stack: StackName) -> Severity:
    """By the runbook's levels, whose Sev-1 is production's."""
    worst = finding.severity if finding and finding.severity else rule.severity
    return worst if stack == "production" or rule.everywhere else worst.milder


def each(
    what: str, select: Callable[[Environment], Known[tuple[T, ...]]]
) -> Callable[[Callable[[T, Environment, Context], Findings]], Decide]:
    """Makes a rule's function of one that decides a single object; a list that isn't known is `not evaluated`."""

    def decorate(decide_one: Callable[[T, Environment, Context], Findings]) -> Decide:
        def decide(environment: Environment, context: Context) -> Findings:
            found = select(environment)
            if isinstance(found, Unknown):
                yield not_run(environment.stack, what, found)
                return
            for one in found:
                yield from decide_one(one, environment, context)

        return decide

    return decorate


def target(environment: Environment, name: Known[str], otherwise: str) -> str:
    """`production/web`; `otherwise` names what has no known name."""
    return f"{environment.stack}/{otherwise if isinstance(name, Unknown) else name}"
