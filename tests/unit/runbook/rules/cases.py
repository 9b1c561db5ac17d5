"""One row of a rule's table: what is broken, in words, and every finding that follows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from runbook.environment import Environment
from runbook.rules.rule import Context, Finding, Rule, elsewhere, failed, not_run
from runbook.rules.verdict import findings_of
from tests.unit.runbook.rules.healthy import context

__all__ = ["Case", "elsewhere", "failed", "judge", "not_run", "table"]


@dataclass(frozen=True)
class Case:
    words: str
    environment: Environment
    findings: tuple[Finding, ...] = ()
    context: Context | None = None


def judge(rule: Rule, case: Case) -> None:
    assert findings_of(rule, case.environment, case.context or context()) == case.findings


def table(rows: dict[Rule, list[Case]]) -> Callable[[Callable[..., Any]], Any]:
    """A test a row, named `rule: what is broken`."""
    return pytest.mark.parametrize(
        ("rule", "case"),
        [
            pytest.param(rule, case, id=f"{rule.id}: {case.words}")
            for rule, cases in rows.items()
            for case in cases
        ],
    )
