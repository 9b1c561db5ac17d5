"""Runs the previews that a gate judges: the stacks side by side, each within a time limit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from operations.pulumi_run.engine import STREAMED, Done, Engine, pulumi
from runbook.settings import StackName


def previews(
    engine: Engine, stacks: Sequence[StackName], limit_seconds: float, plans: Mapping[StackName, Path]
) -> dict[StackName, Done]:
    """Refreshing previews of prepared stacks with the policy pack, side by side. `plans` names where a stack's is saved.

    The program's own run refreshes each resource it registers, so that every plugin starts once and not twice.
    """

    def one(stack: StackName) -> Done:
        arguments = ["preview", "--json", "--refresh", "--run-program"]
        if stack in plans:
            arguments += ["--save-plan", str(plans[stack])]
        return pulumi(engine, stack, arguments, limit_seconds, also=STREAMED)

    with ThreadPoolExecutor(len(stacks)) as pool:
        return dict(zip(stacks, pool.map(one, stacks), strict=True))
