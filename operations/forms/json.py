"""For programs: everything the text says. Keys are only added; one that changes its meaning raises VERSION."""

from __future__ import annotations

import json as encoding
from collections.abc import Iterable
from typing import Any

from operations.forms import findings, step_effects, steps, words
from operations.judging.answer import Agreement, Answer, Outcome, StackAnswer, Trouble
from operations.pulumi_run.events import Preview
from runbook.cost import Cost
from runbook.drift.grading import Drift
from runbook.rules.verdict import Verdict, section_url
from runbook.stack_cost import Delta
from runbook.unknown import Unknown

VERSION = 2


def json(answer: Answer) -> str:
    return encoding.dumps(data(answer), indent=2)


def data(answer: Answer) -> dict[str, Any]:
    return {
        "version": VERSION,
        "command": answer.command,
        "account": answer.account,
        "read_at": answer.read_at and answer.read_at.isoformat(),
        "exit": answer.exit_code,
        "outcome": answer.outcome,
        "headline": words.headline(answer),
        "counts": {name: count for name, count in answer.counts.items() if count},
        **_troubles(answer.troubles),
        "stacks": [_stack(stack) for stack in answer.stacks],
        "to_fix": [trouble.what for trouble in answer.to_fix],
        "new_waivers": [waiver.describe() for waiver in answer.new_waivers],
        "by_hand": list(answer.by_hand),
        "notes": list(answer.notes),
    }


def _troubles(troubles: Iterable[Trouble]) -> dict[str, list[str]]:
    keys: dict[Outcome, str] = {"blocked": "blocks", "inconclusive": "inconclusive"}
    return {
        key: [trouble.what for trouble in troubles if trouble.outcome == outcome]
        for outcome, key in keys.items()
    }


def _stack(stack: StackAnswer) -> dict[str, Any]:
    return {
        "stack": stack.stack,
        "source": stack.source,
        "outcome": stack.outcome,
        **_troubles(stack.troubles),
        "verdicts": [] if stack.only_shown else [_verdict(verdict) for verdict in stack.verdicts],
        "decided_elsewhere": {rule.id: sorted(rule.on) for rule in stack.elsewhere},
        **_preview(stack),
        "drift": [_drift(drift) for drift in stack.drifts],
        "ignored": [{**_drift(drift), "ignored": entry} for drift, entry in stack.ignored],
        "engine": _agreement(stack.agreement),
        "app_id": _app_id(stack),
    }


def _verdict(verdict: Verdict) -> dict[str, Any]:
    return {
        "rule": verdict.rule.id,
        "verdict": verdict.name,
        "findings": [_finding(said) for said in findings.said(verdict)],
        "waived": [
            {"target": finding.target, "found": finding.found, "waiver": waiver}
            for finding, waiver in verdict.let_off
        ],
    }


def _finding(said: findings.Said) -> dict[str, Any]:
    return {
        "outcome": said.finding.outcome,
        "target": said.finding.target,
        "found": said.finding.found,
        "expected": said.finding.expected,
        "message": said.message,
        "document": said.rule.document,
        "section": said.rule.section,
        "url": section_url(said.rule),
        "severity": said.severity.label,
        "response_time": said.severity.response,
        "fixes": [{"kind": said.fix.kind, "text": said.fix.text}],
        "waivable": said.rule.waivable,
    }


def _preview(stack: StackAnswer) -> dict[str, Any]:
    preview = stack.preview or Preview()
    return {
        "steps": [
            {
                "operation": change.operation,
                "name": change.name,
                "type": change.type,
                "properties": list(change.properties),
                "effects": [effect.says for effect in step_effects.of(change, preview)],
            }
            for change in preview.proposed
        ],
        "steps_in_words": steps.step_words(stack),
        "refreshed": [
            {"name": found.name, "type": found.type, "properties": list(found.properties), "gone": found.gone}
            for found in preview.drift
        ],
        "policies_run": sorted(preview.pack.policies),
        "cost": _delta(stack.cost),
    }


def _delta(cost: Delta | None) -> dict[str, Any] | None:
    if cost is None:
        return None
    return {
        "now": _cost(cost.now),
        "after": _cost(cost.after),
        "delta_monthly_usd": cost.monthly_usd,
    }


def _cost(cost: Cost) -> dict[str, Any]:
    return {
        "monthly_usd": cost.monthly_usd,
        "least_monthly_usd": cost.least_usd,
        "lines": [{"what": line.what, "monthly_usd": line.monthly_usd} for line in cost.lines],
        "without_price": list(cost.unpriced),
    }


def _drift(drift: Drift) -> dict[str, Any]:
    return {
        "kind": drift.kind,
        "aspect": drift.aspect,
        "target": drift.target,
        "grade": drift.grade,
        "declared": drift.declared,
        "live": drift.live,
        "why": drift.why,
        "rule": drift.broken.id if drift.broken else None,
        "severity": drift.severity.label if drift.severity else None,
        "response_time": drift.severity.response if drift.severity else None,
        "command": drift.command or None,
        "rules": [
            {
                "rule": breach.rule.id,
                "outcome": breach.finding.outcome,
                "target": breach.finding.target,
                "severity": breach.severity.label,
                "fix": {"kind": breach.fix.kind, "text": breach.fix.text},
            }
            for breach in drift.breaches
        ],
    }


def _agreement(agreement: Agreement | None) -> dict[str, Any] | None:
    if agreement is None:
        return None
    return {
        "explained": list(agreement.explained),
        "unexplained": list(agreement.unexplained),
        "left_out": agreement.left_out,
    }


def _app_id(stack: StackAnswer) -> str | None:
    if isinstance(stack.live, Unknown) or isinstance(stack.live.live, Unknown):
        return None
    return stack.live.live.app_id
