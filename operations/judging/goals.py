"""What a program asks of the engine for a resource that no step shows: read from the update plan that a preview saves."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

from operations.judging.answer import Trouble
from runbook.rules.steps import HOLDS_DATA

HIDES = {
    "ignoreChanges": "ignores changes, so what is declared is not what is running",
    "deleteBeforeReplace": "would be deleted before its replacement is there",
    "replaceOnChanges": "would be replaced by a change that is made in place otherwise",
}


def troubles_of(path: Path) -> Iterator[Trouble]:
    """Options on an app or a database by which data could be lost, or a change pass unseen; and a plan that is not there."""
    try:
        plans = json.loads(path.read_text(encoding="utf-8"))["resourcePlans"]
        goals = [(urn, plan.get("goal") or {}) for urn, plan in plans.items()]
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        yield Trouble("blocked", "the preview saved no whole update plan; run the gate again")
        return
    for urn, goal in goals:
        what = HOLDS_DATA.get(goal.get("type", ""))
        for option, means in HIDES.items():
            if what and goal.get(option):
                name = urn.rpartition("::")[2]
                yield Trouble(
                    "blocked", f"{name}, {what}, has the option {option}: it {means}; take the option out"
                )
