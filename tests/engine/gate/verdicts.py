"""What the policy pack said in a preview's event stream, and what the gate said of it; made to be compared.

Reads the engine's own events, without any of the gate's code.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

Verdict = Literal["pass", "fail", "waived", "not evaluated"]
RAN = ("policyRemediateSummaryEvent", "policyAnalyzeSummaryEvent", "policyAnalyzeStackSummaryEvent")
ON_WAIVERS = ("waivers-current", "waivers-in-force")
"""Policies that are no rule's."""


@dataclass(frozen=True)
class Said:
    verdicts: dict[str, Verdict]
    findings: dict[str, list[str]]
    """By rule, each sentence that it failed or was not evaluated with."""
    finished: bool
    waivers_to_mend: tuple[str, ...] = field(default=(), compare=False)


def by_the_pack(stream: str) -> Said:
    events = [json.loads(line) for line in stream.splitlines()]
    policies = {
        name
        for event in events
        for kind in RAN
        for part in ("passed", "failed")
        for name in event.get(kind, {}).get(part) or ()
    }
    said: dict[str, list[str]] = {}
    for event in events:
        if found := event.get("policyEvent"):
            said.setdefault(found["policyName"], []).append(_sentence(found["message"]))
    to_mend = tuple(said.pop("waivers-current", ()))
    waived = {sentence.partition(":")[0] for sentence in said.pop("waivers-in-force", ())}
    return Said(
        {rule: _verdict(said.get(rule, ()), rule, waived) for rule in policies - {*ON_WAIVERS}},
        _ordered(said),
        any("policyAnalyzeStackSummaryEvent" in event for event in events),
        to_mend,
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


def _verdict(findings: Collection[str], rule: str, waived: Collection[str]) -> Verdict:
    if any(sentence.startswith(f"{rule} fails: ") for sentence in findings):
        return "fail"
    if findings:
        return "not evaluated"
    return "waived" if rule in waived else "pass"


def _sentence(message: str) -> str:
    """Below the policy's title, and above the runbook's own words."""
    return message.strip().splitlines()[1]


def _ordered(findings: dict[str, list[str]]) -> dict[str, list[str]]:
    return {rule: sorted({*said}) for rule, said in findings.items()}
