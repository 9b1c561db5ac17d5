"""The first screen of `ops verify production` at 3 am, with three things broken at once."""

from __future__ import annotations

from pathlib import Path

from click import unstyle

from operations.forms.text import text
from operations.judging.answer import Answer, StackAnswer
from runbook.environment import Environment
from runbook.rules.book import RULES
from runbook.rules.rule import LIVE
from runbook.rules.verdict import evaluate
from tests.unit.runbook.rules.healthy import context, environment, plain, with_var
from tests.unit.runbook.rules.test_live import DOWN, backup, deployed, live

SCREEN = 24
"""Lines of a terminal that nobody has made larger."""


def broken() -> Environment:
    """Down 12 minutes after a deploy, the newest backup failed, and a config var that nobody declared."""
    failed = backup("b002", succeeded=False)
    return with_var(deployed(12, health=DOWN, backups=(failed, backup())), plain("FEATURE_X", "canary"))


def test_it_says_what_to_do_first_with_the_version_to_go_back_to() -> None:
    staging = live(environment("staging"))
    verdicts = evaluate(broken(), context(staging), RULES, LIVE)
    stack = StackAnswer("production", verdicts=verdicts, live=broken())
    first = unstyle(text(Answer("verify", (stack,), Path()))).splitlines()[:SCREEN]
    assert first[0].startswith("Breaks the runbook (Sev-1, response time immediate): ")
    assert first[2:5] == [
        "production: Breaks the runbook",
        "  fail               rollback-window",
        "                     rollback-window fails: production is broken: /healthz answers 500; v14 was deployed 12 minutes ago; "
        "the runbook wants the release before, v13.",
    ]
    assert first[5].startswith(
        "                     Runbook, Rollback Decision Tree; Sev-1, response time immediate. "
        "By hand: heroku rollback v13 -a sc-mvp-production"
    )
    rules = [line.split()[1] for line in first if line.startswith("  fail ")]
    assert rules == ["rollback-window", "health-application", "backup-fresh", "stacks-alike"]
    assert "canary" not in "\n".join(first)
