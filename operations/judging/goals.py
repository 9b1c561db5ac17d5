"""What a program asks of the engine for a resource that no step shows: read from the update plan that a preview saves."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from operations.judging.answer import Trouble
from runbook.rules.steps import HOLDS_DATA

HIDES = {
    "ignoreChanges": "ignores changes, so what is declared is not what is running",
    "deleteBeforeReplace": "would be deleted before its replacement is there",
    "replaceOnChanges": "would be replaced by a change that is made in place otherwise",
    "retainOnDelete": "would be left running and billed where it is taken out",
    "deletedWith": "would be taken for deleted with something else",
    "aliases": "takes the place of another resource in the state",
    "id": "is imported, so what is there under that id becomes the stack's",
}
_OURS = {
    "heroku:build/build:Build": {"ignoreChanges": {"source", "buildpacks", "localChecksum"}},
    "heroku:formation/formation:Formation": {"ignoreChanges": {"quantity"}},
}
"""What components/ asks for: an adopted app is not built again, and a range leaves the number of dynos alone."""


def troubles_of(path: Path) -> Iterator[Trouble]:
    """Options by which data could be lost, or a change pass unseen, on any resource; and a plan that is not there."""
    try:
        plans = json.loads(path.read_text(encoding="utf-8"))["resourcePlans"]
        goals = [(urn, plan.get("goal") or {}) for urn, plan in plans.items()]
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        yield Trouble("blocked", "the preview saved no whole update plan; run the gate again")
        return
    for urn, goal in goals:
        type_ = str(goal.get("type", ""))
        what = HOLDS_DATA.get(type_, type_)
        for option, means in HIDES.items():
            if not type_.startswith("pulumi:") and not _is_ours(type_, option, goal):
                name = urn.rpartition("::")[2]
                yield Trouble(
                    "blocked", f"{name}, {what}, has the option {option}: it {means}; take the option out"
                )


def _is_ours(type_: str, option: str, goal: Mapping[str, Any]) -> bool:
    asked = goal.get(option)
    allowed = _OURS.get(type_, {}).get(option, set())
    return not asked or (
        isinstance(asked, list) and all(isinstance(one, str) and one in allowed for one in asked)
    )
