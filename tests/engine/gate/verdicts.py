"""What the policy pack said in a preview's event stream, and what the gate said of it; made to be compared.

Reads the engine's own events, without any of the gate's code.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

Verdict = Literal["pass", "fail", "waived", "not run"]
RAN = ("policyRemediateSummaryEvent", "policyAnalyzeSummaryEvent", "policyAnalyzeStackSummaryEvent")
ON_WAIVERS = ("waivers-current", "waivers-in-force")
"""Policies that are no rule's."""


@dataclass(frozen=True)
class Said:
    verdicts: dict[str, Verdict]
    findings: dict[str, list[str]]
    """By rule, each sentence that it failed or was not run with."""
    finished: bool = True


def by_the_pack(stream: str) -> Said:
    events = [json.loads(line) for line in stream.splitlines()]
    policies = {
        name
        for event in events
        for kind in RAN
        for part in ("passed", "failed")
        for name in event.get(kind, {}).get(part) or ()
    }
    told = [event["policyEvent"] for event in events if "policyEvent" in event]
    findings: dict[str, list[str]] = {}
    waived = set()
    for found in told:
        policy, message = found["policyName"], found["message"]
        if policy == "waivers-in-force":
            waived.add(_rule_of(message))
        elif policy not in ON_WAIVERS:
            findings.setdefault(policy, []).append(_sentence(message))
    return Said(
        {rule: _verdict(findings.get(rule, ()), rule in waived) for rule in policies - {*ON_WAIVERS}},
        _ordered(findings),
        any("policyAnalyzeStackSummaryEvent" in event for event in events),
    )


def by_the_gate(stack: Mapping[str, Any], rules: Iterable[str]) -> Said:
    """Of these rules; the gate has some that no policy can decide."""
    rows = [row for row in stack["verdicts"] if row["rule"] in {*rules}]
    findings: dict[str, list[str]] = {}
    for row in rows:
        for finding in row["findings"]:
            if finding["outcome"] != "elsewhere":
                findings.setdefault(row["rule"], []).append(finding["message"])
    return Said({row["rule"]: row["verdict"] for row in rows}, _ordered(findings), finished=bool(rows))


def _verdict(findings: Iterable[str], was_waived: bool) -> Verdict:
    if any(" fails: " in said for said in findings):
        return "fail"
    if any(True for _ in findings):
        return "not run"
    return "waived" if was_waived else "pass"


def _rule_of(message: str) -> str:
    return message.strip().partition(":")[0]


def _sentence(message: str) -> str:
    """Without the runbook's own words below it."""
    return message.strip().splitlines()[0]


def _ordered(findings: dict[str, list[str]]) -> dict[str, list[str]]:
    return {rule: sorted(said) for rule, said in findings.items()}
