"""Runs the previews that a gate judges: the stacks side by side, each within a time limit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from operations.accounts.account import Account
from operations.pulumi_run.runner import STREAMED, Done, pulumi, side_by_side
from runbook.settings import StackName


def previews(
    account: Account, stacks: Sequence[StackName], limit_seconds: float, plans: Mapping[StackName, Path]
) -> dict[StackName, Done]:
    """Refreshing previews of prepared stacks with the policy pack, side by side. `plans` names where a stack's is saved.

    The program's own run refreshes each resource it registers, so that every plugin starts once and not twice.
    """

    def one(stack: StackName) -> Done:
        arguments = ["preview", "--json", "--refresh", "--run-program"]
        if stack in plans:
            arguments += ["--save-plan", str(plans[stack])]
        return pulumi(account, stack, arguments, limit_seconds, also=STREAMED)

    with side_by_side(len(stacks)) as pool:
        return dict(zip(stacks, pool.map(one, stacks), strict=True))
