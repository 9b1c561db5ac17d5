"""The reports in a real browser: what is seen on a phone and at a desk, in light and dark."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from operations.forms.html import html
from operations.judging.answer import Answer, StackAnswer
from runbook.live import Live
from runbook.rules.backups import BACKUP_TIME
from runbook.rules.rule import failed
from runbook.rules.verdict import Verdict
from tests.browser import EACH_LOOK, Browser
from tests.unit.operations.forms.test_report import NOW, backup, drift, drifted, verified
from tests.unit.runbook.rules.healthy import HEALTHY, change

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

DEAR = change(
    HEALTHY,
    monthly_budget_usd=10,
    live=Live(read_at=NOW, app_id="an id", backups=(backup(1), backup(0, succeeded=False))),
)


def verify() -> Answer:
    found = verified(failed("production/DATABASE", "is late", "to be early"))
    passing = Verdict(BACKUP_TIME, HEALTHY, ())
    staging = StackAnswer("staging", verdicts=(passing,), live=HEALTHY)
    stacks = (staging, replace(found.stacks[0], live=DEAR))
    return replace(found, stacks=stacks, account="local Heroku", read_at=NOW)


def shown(browser: Browser, answer: Answer, folder: Path) -> None:
    page = folder / "report.html"
    page.write_text(html(answer), encoding="utf-8")
    browser.open(page.as_uri())


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "answer"),
    [
        ("verify", verify()),
        ("drift", drifted(drift("breaks the runbook", "w" * 300), drift("unknown"), live=DEAR)),
    ],
)
def test_the_same_is_seen_on_a_phone_and_at_a_desk_in_light_and_dark(
    browser: Browser, keep: Callable[[str], None], tmp_path: Path, name: str, answer: Answer
) -> None:
    shown(browser, answer, tmp_path)
    outlines = set()
    for width, scheme in EACH_LOOK:
        seen = browser.look(width, scheme)
        keep(f"{name}-{width}-{scheme}")
        assert (seen.sideways, seen.faint) == (0, [])
        outlines.add("\n".join(seen.outline))
    assert len(outlines) == 1
    assert browser.complaints == []


@pytest.mark.slow
def test_production_and_what_is_wrong_come_first(browser: Browser, tmp_path: Path) -> None:
    shown(browser, verify(), tmp_path)
    outline = browser.outline()
    assert outline[:4] == [
        "heading Social Catering on Heroku: verify",
        "paragraph local Heroku Read at 2026-08-04 12:00 UTC",
        "paragraph Breaks the runbook (Sev-3, response time 24 hours): 1 fail, 1 pass",
        "region production",
    ]
    sections = [line for line in outline if line.startswith(("region", "heading"))]
    assert sections[1:] == [
        *("region production", "heading production"),
        "heading Backups: 1 of the last 2 days, from the oldest that is listed",
        *("heading Rules: 1 fail", "region staging", "heading staging", "heading Rules: 1 pass"),
    ]
    assert outline[outline.index("heading Rules: 1 fail") + 1].startswith(
        "listitem ✗ fail Sev-3 backup-time fails:"
    )
    wrong = browser.run("[...document.querySelectorAll('dd.bad, p.bad')].map(it => it.textContent)")
    assert wrong == ["$57 of $10, over the budget", "✗ the newest, a001, failed"]
