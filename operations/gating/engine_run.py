"""Runs the previews that a gate judges: the stacks side by side, each within a time limit."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from operations.engine import STREAMED, Done, Engine, pulumi
from operations.errors import OperationError
from runbook.settings import PROJECT, StackName


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


def secret_settings(engine: Engine, stack: StackName, limit_seconds: float) -> dict[str, tuple[object, bool]]:
    """Every setting by key, with its value decrypted and whether it is a secret. Raises OperationError."""
    done = pulumi(engine, stack, ["config", "--json", "--show-secrets"], limit_seconds)
    if done.code != 0:
        raise OperationError(
            f"{stack}: `pulumi config` failed: {done.stderr.strip()[-500:] or 'no answer in time'}"
        )
    prefix = f"{PROJECT}:"
    return {
        key.removeprefix(prefix): (entry.get("objectValue", entry.get("value")), bool(entry["secret"]))
        for key, entry in json.loads(done.stdout).items()
        if key.startswith(prefix)
    }
