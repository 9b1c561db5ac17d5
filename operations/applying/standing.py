"""Whether a stack stands: up, healthy, and without drift."""

from __future__ import annotations

import os
import time

from operations.accounts.account import Account
from operations.accounts.live_reading import read_live
from operations.commands.drift import drifted
from operations.errors import OperationError
from operations.forms.report import Report
from operations.judging.judgement import Row
from operations.judging.reviewed_files import wanted_by_name
from runbook.checklists import ITEMS
from runbook.digest import KEY_BYTES, Digests
from runbook.readers.live.app import Reach
from runbook.rules.book import RULES
from runbook.rules.rule import LIVE, Context
from runbook.rules.verdict import evaluate
from runbook.settings import StackName

HEALTH = frozenset(ITEMS["daily"]["Check health endpoint"])
STARTING = HEALTH - {"web-runs", "maintenance-off", "release-succeeded"}
"""What a dyno that is starting breaks for a while."""
SETTLE_SECONDS = 60
"""How long dynos may take to be up after a change restarted them."""
BUDGET_SECONDS = 60.0
_PAUSE_SECONDS = 2


def not_standing(account: Account, stack: StackName) -> list[str]:
    """What is wrong with the stack, in words; empty where it stands. Dynos that are still starting get time to."""
    deadline = time.monotonic() + SETTLE_SECONDS
    unwell = _unwell(account, stack)
    while unwell and unwell.keys() <= STARTING and time.monotonic() < deadline:
        time.sleep(_PAUSE_SECONDS)
        unwell = _unwell(account, stack)
    return [*unwell.values(), *_drift(account, stack)]


def _unwell(account: Account, stack: StackName) -> dict[str, str]:
    """What is found, by the rule that it breaks."""
    digests = Digests(os.urandom(KEY_BYTES))
    reach = Reach(running=True, releases=True)
    try:
        found = read_live(account, wanted_by_name(), digests, reach, budget=BUDGET_SECONDS)
    except OperationError as error:
        return {"": f"{stack} could not be read: {error}"}
    verdicts = evaluate(found[stack], Context(digests), [rule for rule in RULES if rule.id in HEALTH], LIVE)
    return {
        verdict.rule.id: Row(verdict).lines[0] for verdict in verdicts if verdict.name in ("fail", "not run")
    }


def _drift(account: Account, stack: StackName) -> list[str]:
    return drift_words(
        drifted(account, (stack,), BUDGET_SECONDS, engine=False, reach=Reach(releases=True)), stack
    )


def drift_words(report: Report, stack: StackName) -> list[str]:
    """What the stack's drift report says against it: not read is not drift."""
    if report.exit_code == 0:
        return []
    (only,) = report.stacks
    if only.unread:
        return [f"{stack} could not be read: {'; '.join(only.unread)}"]
    unknown = [drift.words for drift in only.drifts if drift.grade == "unknown"]
    found = [drift.words for drift in only.drifts if drift.grade not in ("expected", "unknown")]
    said = [f"{stack} has drift: {'; '.join(found)}"] if found else []
    if unknown:
        said.append(f"{stack}: drift could not be evaluated: {'; '.join(unknown)}")
    return said or [
        f"{stack}: drift could not be evaluated: {'; '.join(report.problems) or 'see `ops drift`'}"
    ]
