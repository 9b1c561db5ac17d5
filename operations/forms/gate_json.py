"""The gate's answer for programs. Keys are only added, never renamed."""

from __future__ import annotations

import json
from typing import Any

from operations.judging.gated import Gated, GatedStack
from runbook.cost import Cost


def json_of(gated: Gated) -> str:
    return json.dumps(as_mapping(gated), indent=2)


def as_mapping(gated: Gated) -> dict[str, Any]:
    return {
        "exit": gated.exit_code,
        "verdict": gated.outcome,
        "blocks": [trouble.what for trouble in gated.troubles if trouble.kind == "blocks"],
        "could_not_tell": [trouble.what for trouble in gated.troubles if trouble.kind == "cannot tell"],
        "stacks": [_stack(stack) for stack in gated.stacks],
        "waivers_to_mend": [str(problem) for problem in gated.waiver_problems],
        "waivers_of_this_change": [waiver.describe() for waiver in gated.new_waivers],
    }


def _stack(stack: GatedStack) -> dict[str, Any]:
    return {
        "stack": stack.stack,
        "verdict": stack.outcome,
        "blocks": [trouble.what for trouble in stack.troubles if trouble.kind == "blocks"],
        "could_not_tell": [trouble.what for trouble in stack.troubles if trouble.kind == "cannot tell"],
        "steps": [
            {
                "operation": change.operation,
                "name": change.name,
                "type": change.type,
                "properties": list(change.properties),
            }
            for change in stack.preview.proposed
        ],
        "drift": [
            {"name": found.name, "type": found.type, "properties": list(found.properties), "gone": found.gone}
            for found in stack.preview.drift
        ],
        "policies_run": sorted(stack.preview.pack.policies),
        "verdicts": [row.as_json() for row in stack.rows],
        "cost": stack.cost
        and {
            "now": _cost(stack.cost.now),
            "after": _cost(stack.cost.after),
            "delta_monthly_usd": stack.cost.monthly_usd,
        },
    }


def _cost(cost: Cost) -> dict[str, Any]:
    return {
        "monthly_usd": cost.monthly_usd,
        "lines": [{"what": line.what, "monthly_usd": line.monthly_usd} for line in cost.lines],
        "without_price": list(cost.unpriced),
    }
