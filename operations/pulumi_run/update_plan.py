"""The update plan that a preview saved: the same steps as those that were judged, and nothing else."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path

from operations.pulumi_run.events import Change


def differences(path: Path, judged: Iterable[Change]) -> list[str]:
    """Where the plan has other steps than the preview that was judged, in words. Up holds itself to the plan."""
    try:
        plans = json.loads(path.read_text(encoding="utf-8"))["resourcePlans"]
        planned = {(urn, step) for urn, plan in plans.items() for step in plan["steps"]}
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return [f"{path.name} is no update plan, or is cut; run the apply again"]
    seen = {(change.urn, change.operation) for change in judged}
    return [
        *(
            f"the plan would {step} {_name(urn)}, which was not judged"
            for urn, step in sorted(planned - seen)
        ),
        *(f"the plan leaves out to {step} {_name(urn)}" for urn, step in sorted(seen - planned)),
    ]


def _name(urn: str) -> str:
    return urn.rpartition("::")[2]
