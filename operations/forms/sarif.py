"""SARIF 2.1.0: each finding at the line of the stack file where it is to be fixed."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from operations.forms import findings, words
from operations.forms.sarif_lines import line_of
from operations.judging.answer import Answer, StackAnswer
from operations.safe_text import plain
from runbook.rules.book import RULES
from runbook.rules.verdict import in_general, section_url
from runbook.waivers import FILE_NAME

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"


def sarif(answer: Answer) -> str:
    driver = {
        "name": f"ops {answer.command}",
        "informationUri": "https://github.com/kishanssg/social-catering-mvp",
        "rules": [
            {"id": answer.command, "shortDescription": {"text": f"ops {answer.command} itself works"}},
            *_rules(),
        ],
    }
    run = {"tool": {"driver": driver}, "results": list(_results(answer))}
    return json.dumps({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}, indent=2)


def _rules() -> Iterator[dict[str, Any]]:
    for rule in RULES:
        yield {
            "id": rule.id,
            "shortDescription": {"text": rule.title},
            "help": {"text": in_general(rule.edit)},
            "helpUri": section_url(rule),
        }


def _results(answer: Answer) -> Iterator[dict[str, Any]]:
    """What is no rule's has the command's own id: a preview that is not whole, a pack that did not run."""
    for trouble in answer.troubles:
        yield _result(answer.command, trouble.what, "Pulumi.yaml")
    for trouble in answer.to_fix:
        file = "drift-ignore.yaml" if trouble.outcome == "drift" else FILE_NAME
        yield _result(answer.command, trouble.what, file)
    for stack in answer.stacks:
        yield from _of_stack(answer, stack)


def _of_stack(answer: Answer, stack: StackAnswer) -> Iterator[dict[str, Any]]:
    command = answer.command
    file = f"Pulumi.{stack.stack}.yaml"
    for trouble in stack.troubles:
        yield _result(command, f"{stack.stack}: {trouble.what}", file)
    for verdict in () if stack.only_shown else stack.verdicts:
        for said in findings.said(verdict):
            if said.finding.outcome != "elsewhere":
                line = line_of(answer.folder, stack.stack, verdict.rule, said.finding)
                yield _result(verdict.rule.id, said.message, file, line)
    for drift in stack.drifts:
        if drift.grade != "expected":
            rule = drift.broken.id if drift.broken else command
            yield _result(rule, f"{words.drift_words(drift)}. {drift.why}", file)


def _result(rule: str, message: str, file: str, line: int = 1) -> dict[str, Any]:
    location = {"artifactLocation": {"uri": file}, "region": {"startLine": line}}
    return {
        "ruleId": rule,
        "level": "error",
        "message": {"text": plain(message)},
        "locations": [{"physicalLocation": location}],
    }
