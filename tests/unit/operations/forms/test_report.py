"""A report's forms: the exit code, the summary, and that nothing that came from Heroku breaks out of a form."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from html.parser import HTMLParser
from pathlib import Path

import click
import pytest

from operations.forms.backup_strip import size, strip
from operations.forms.html import html
from operations.forms.junit import junit
from operations.forms.text import text
from operations.forms.words import headline
from operations.judging.answer import Agreement, Answer, StackAnswer, Trouble
from runbook.drift.grading import Drift, Grade
from runbook.live import Backup, Health, Live, Release
from runbook.rules.backups import BACKUP_TIME
from runbook.rules.rule import Finding, failed, not_run
from runbook.rules.verdict import Verdict, section_url
from runbook.unknown import Unknown
from tests.unit.runbook.rules.healthy import HEALTHY, change

NOW = datetime(2026, 8, 4, 12, 0, tzinfo=UTC)
EVIL = '<img src=x onerror=alert(1)> @everyone #1 `code` | "quote" \x1b[31m\n## heading [link](https://evil.example)'


def drift(grade: Grade, live: str = "set by hand") -> Drift:
    return Drift("undeclared", "config var", "production/LOG_LEVEL", "", live, grade, "why")


def drifted(*drifts: Drift, **fields: object) -> Answer:
    stack = StackAnswer("production", only_shown=True, live=HEALTHY, drifts=drifts, agreement=Agreement())
    return Answer("drift", (replace(stack, **fields),), Path(), account="local Heroku", read_at=NOW)  # type: ignore[arg-type]


def verified(*findings: Finding) -> Answer:
    verdicts = (Verdict(BACKUP_TIME, HEALTHY, findings),)
    return Answer("verify", (StackAnswer("production", verdicts=verdicts, live=HEALTHY),), Path())


@pytest.mark.parametrize(
    ("found", "code"),
    [
        (drifted(), 0),
        (drifted(drift("expected")), 0),
        (drifted(drift("unknown")), 1),
        (drifted(drift("unknown"), drift("harmless")), 1),
        (drifted(drift("harmless"), drift("expected")), 2),
        (drifted(drift("breaks the runbook"), drift("unknown")), 3),
        (drifted(troubles=(Trouble("inconclusive", "the state"),)), 1),
        (drifted(agreement=Agreement(unexplained=("the engine sees more",))), 1),
        (Answer("drift", (), Path()), 1),
        (verified(), 0),
        (verified(failed("production/DATABASE", "is late", "to be early")), 3),
        (verified(not_run("production/DATABASE", "its hour", Unknown("503"))), 1),
        (Answer("verify", (StackAnswer("production", live=HEALTHY),), Path()), 1),
    ],
)
def test_the_worst_thing_found_decides_the_exit_code(found: Answer, code: int) -> None:
    assert found.exit_code == code


@pytest.mark.parametrize(
    "found",
    [
        drifted(drift("unknown")),
        drifted(troubles=(Trouble("inconclusive", "x"),)),
        Answer("verify", (), Path()),
    ],
)
def test_what_could_not_be_told_is_never_called_clean(found: Answer) -> None:
    assert headline(found).startswith("Inconclusive")


def test_the_first_line_says_which_account_was_read() -> None:
    assert click.unstyle(text(drifted())).splitlines()[0] == "Account: local Heroku"


def test_a_text_from_heroku_stays_a_text_in_xml() -> None:
    root = ET.fromstring(junit(drifted(drift("harmless", EVIL))))  # noqa: S314 - our own text
    (failure,) = root.iter("failure")
    assert "<img src=x" in failure.get("message", "")


def test_junit_counts_what_ci_counts() -> None:
    root = ET.fromstring(junit(drifted(drift("harmless"), drift("unknown"), drift("expected"))))  # noqa: S314
    (suite,) = root.iter("testsuite")
    assert (suite.get("tests"), suite.get("failures"), suite.get("errors")) == ("4", "1", "1")


class Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self.addresses: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append(tag)
        self.addresses += [value or "" for name, value in attrs if name in ("src", "href")]


def test_the_page_is_whole_in_one_file_and_runs_nothing() -> None:
    tags = Tags()
    tags.feed(html(drifted(drift("harmless", EVIL))))
    assert not {"script", "img", "link", "iframe"} & set(tags.found)
    assert tags.addresses == []


def backup(days_ago: int, *, succeeded: bool | None = True, size: int = 1000) -> Backup:
    started = NOW - timedelta(days=days_ago, hours=3)
    return Backup(
        database="sc-mvp-production-db",
        name="a001",
        scheduled=True,
        started_at=started,
        finished_at=started,
        succeeded=succeeded,
        size_bytes=size,
    )


def test_the_strip_has_a_mark_a_day_and_the_newest_backup_of_it_counts() -> None:
    later = timedelta(hours=1)
    backups = [
        backup(0),
        backup(1, succeeded=False),
        backup(2).model_copy(update={"started_at": backup(2).started_at + later, "succeeded": False}),
        backup(2),
        backup(3, size=0),
        backup(3).model_copy(update={"started_at": backup(3).started_at + later}),
        backup(40),
    ]
    days = strip(backups, NOW)
    assert len(days) == 28
    assert [day.mark for day in days[-5:]] == ["none", "completed", "failed", "failed", "completed"]


def test_the_strip_begins_with_the_oldest_backup_that_is_listed() -> None:
    assert [day.mark for day in strip([backup(2), backup(0)], NOW)] == ["completed", "none", "completed"]
    assert strip([], NOW) == []
    young = change(HEALTHY, live=Live(read_at=NOW, app_id="an id", backups=(backup(0),)))
    assert "Backups: 1 of the last 1 day, from the oldest that is listed" in html(drifted(live=young))


def test_a_failure_has_its_severity_and_a_link_to_the_runbook() -> None:
    found = html(verified(failed("production/DATABASE", "is late", "to be early")))
    assert '<b class="bad">✗ fail</b><b class="pill bad">Sev-3</b>' in found, found[-900:]
    tags = Tags()
    tags.feed(found)
    assert tags.addresses == [section_url(BACKUP_TIME)]


def test_a_cost_over_the_budget_is_marked() -> None:
    dear = change(HEALTHY, monthly_budget_usd=10)
    assert ' class="bad">$' in html(drifted(live=dear))
    assert "of $10, over the budget</dd>" in html(drifted(live=dear))
    assert "over the budget" not in html(drifted(live=HEALTHY))


@pytest.mark.parametrize(
    ("count", "said"),
    [(0, "0 B"), (1023, "1023 B"), (1024, "1.0 kB"), (87_975_116, "83.9 MB"), (3 * 1024**4, "3.0 TB")],
)
def test_storage_is_counted_as_pg_info_counts_it(count: int, said: str) -> None:
    assert size(count) == said


def test_health_and_a_release_that_failed_are_marked() -> None:
    broken = change(
        HEALTHY,
        live=Live(
            read_at=NOW,
            app_id="an id",
            health=Health(status=503, milliseconds=30),
            releases=(
                Release(version=8, description="Deploy", status="failed", current=False, created_at=NOW),
            ),
        ),
    )
    page = html(drifted(live=broken))
    assert '<dd class="bad">503 without a health report, 30 ms</dd>' in page
    assert '<dd class="bad">v8, failed</dd>' in page


def test_a_newest_backup_that_failed_is_said_though_its_day_has_one_that_completed() -> None:
    later = backup(0).model_copy(update={"started_at": NOW, "succeeded": False, "name": "b002"})
    spoilt = change(HEALTHY, live=Live(read_at=NOW, app_id="an id", backups=(backup(0), later)))
    assert '<p class="bad">✗ the newest, b002, failed</p>' in html(drifted(live=spoilt))
    well = change(HEALTHY, live=Live(read_at=NOW, app_id="an id", backups=(backup(0),)))
    assert "✗ the newest" not in html(drifted(live=well))
