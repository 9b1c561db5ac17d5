"""Whether a stack stands: up, healthy, and without drift."""

from __future__ import annotations

import os
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from operations.accounts.account import Account
from operations.accounts.live_reading import read_live
from operations.errors import OperationError
from operations.judging.answer import Answer
from operations.judging.drift import drifted
from operations.judging.live import verdicts_on
from operations.judging.reviewed_files import wanted_by_state
from runbook import checklists
from runbook.catalogue import catalogue
from runbook.digest import KEY_BYTES, Digests
from runbook.environment import Environment
from runbook.readers.live.app import Reach
from runbook.rules.book import RULES
from runbook.rules.verdict import Verdict, sentence
from runbook.settings import StackName

HEALTH = frozenset(rule.id for rule in RULES if checklists.HEALTH in rule.items)
STARTING = HEALTH - {"web-runs", "maintenance-off", "release-succeeded"}
"""What a dyno that is starting breaks for a while."""
SETTLE_SECONDS = 60
"""How long dynos may take to be up after a change restarted them."""
BUDGET_SECONDS = 60.0
_PAUSE_SECONDS = 0.5


@dataclass(frozen=True)
class Standing:
    """The account as it was found, and the rules of health that are broken."""

    live: Mapping[StackName, Environment]
    unwell: tuple[Verdict, ...]

    @property
    def is_starting(self) -> bool:
        return bool(self.unwell) and {verdict.rule.id for verdict in self.unwell} <= STARTING

    @property
    def wrong(self) -> list[str]:
        return [sentence(verdict.rule, verdict.findings[0], verdict.environment) for verdict in self.unwell]


def not_standing(account: Account, stack: StackName) -> list[str]:
    """What is wrong with the stack, in words; empty where it stands. Dynos that are still starting get time to."""
    try:
        return [*settled(account, (stack,)).wrong, *_drift(account, stack)]
    except OperationError as error:
        return [f"{stack} could not be read: {error}"]


def settled(account: Account, stacks: Sequence[StackName]) -> Standing:
    """Raises OperationError where nothing can be read."""
    deadline = time.monotonic() + SETTLE_SECONDS
    found = _looked_at(account, stacks)
    while found.is_starting and time.monotonic() < deadline:
        time.sleep(_PAUSE_SECONDS)
        found = _looked_at(account, stacks)
    return found


def _looked_at(account: Account, stacks: Sequence[StackName]) -> Standing:
    digests = Digests(os.urandom(KEY_BYTES))
    reach = Reach(running=True, releases=True)
    live = read_live(account, wanted_by_state(account), digests, reach, budget=BUDGET_SECONDS)
    rules = [rule for rule in RULES if rule.id in HEALTH or not rule.needs_app]
    verdicts = [
        verdict for stack in stacks for verdict in verdicts_on(stack, live, rules, digests, catalogue())
    ]
    return Standing(live, tuple(verdict for verdict in verdicts if verdict.name in ("fail", "not evaluated")))


def _drift(account: Account, stack: StackName) -> list[str]:
    return drift_words(
        drifted(account, (stack,), BUDGET_SECONDS, engine=False, reach=Reach(releases=True)), stack
    )


def drift_words(answer: Answer, stack: StackName) -> list[str]:
    """What the stack's drift says against it: not read is not drift."""
    if answer.outcome == "ok":
        return []
    (only,) = answer.stacks
    if only.troubles:
        return [f"{stack} {'; '.join(trouble.what for trouble in only.troubles)}"]
    unknown = [drift.words for drift in only.drifts if drift.grade == "unknown"]
    found = [drift.words for drift in only.drifts if drift.grade not in ("expected", "unknown")]
    said = [f"{stack} has drift: {'; '.join(found)}"] if found else []
    if unknown:
        said.append(f"{stack}: drift could not be evaluated: {'; '.join(unknown)}")
    return said or [
        f"{stack}: drift could not be evaluated: {'; '.join(trouble.what for trouble in answer.to_fix)}"
    ]
