"""The gate's answer as SARIF 2.1.0: each finding at the line of the stack file where it is to be mended."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from operations.forms.safe_text import plain
from operations.forms.sarif_lines import line_of
from operations.judging.gated import Gated, GatedStack
from runbook.rules.book import RULES
from runbook.rules.verdict import in_general, section_url, sentence
from runbook.waivers import FILE_NAME

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
GATE = "gate"
"""The id of what is no rule's: a preview that is not whole, a pack that did not run."""


def sarif_of(gated: Gated, folder: Path) -> str:
    """`folder` has the stack files."""
    driver = {
        "name": "ops gate",
        "informationUri": "https://github.com/kishanssg/social-catering-mvp",
        "rules": [*({"id": GATE, "shortDescription": {"text": "The gate itself works"}},), *_rules()],
    }
    run = {"tool": {"driver": driver}, "results": list(_results(gated, folder))}
    return json.dumps({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}, indent=2)


def _rules() -> Iterator[dict[str, Any]]:
    for rule in RULES:
        yield {
            "id": rule.id,
            "shortDescription": {"text": rule.title},
            "help": {"text": f"{in_general(rule.mend)}. By hand: {in_general(rule.command)}"},
            "helpUri": section_url(rule),
        }


def _results(gated: Gated, folder: Path) -> Iterator[dict[str, Any]]:
    for trouble in gated.troubles:
        yield _result(GATE, trouble.what, "Pulumi.yaml", 1)
    for problem in gated.waiver_problems:
        yield _result(GATE, str(problem), FILE_NAME, 1)
    for stack in gated.stacks:
        yield from _of_stack(stack, folder)


def _of_stack(stack: GatedStack, folder: Path) -> Iterator[dict[str, Any]]:
    file = f"Pulumi.{stack.stack}.yaml"
    for trouble in stack.troubles:
        yield _result(GATE, f"{stack.stack}: {trouble.what}", file, 1)
    for row in stack.rows:
        rule = row.verdict.rule
        for finding in row.verdict.findings:
            if finding.outcome != "elsewhere":
                message = sentence(rule, finding, row.verdict.environment)
                yield _result(rule.id, message, file, line_of(folder, stack.stack, rule, finding))


def _result(rule: str, message: str, file: str, line: int) -> dict[str, Any]:
    location = {"artifactLocation": {"uri": file}, "region": {"startLine": line}}
    return {
        "ruleId": rule,
        "level": "error",
        "message": {"text": plain(message)},
        "locations": [{"physicalLocation": location}],
    }
