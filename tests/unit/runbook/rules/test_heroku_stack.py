"""The Heroku stack: by its dates in the catalogue, on the day of the reading."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from runbook.catalogue import catalogue
from runbook.environment import App, Environment
from runbook.live import Live
from runbook.rules.heroku_stack import HEROKU_STACK_CURRENT
from runbook.rules.rule import Context, Finding, Rule
from runbook.rules.verdict import findings_of
from runbook.unknown import Unknown
from tests.unit.runbook.rules.cases import Case, failed, judge, not_run, table
from tests.unit.runbook.rules.healthy import DIGESTS, HEALTHY, LATER, change

WANTED = "a Heroku stack that takes builds and ends more than 90 days from now, as heroku-26"


def on(heroku_stack: str | Unknown) -> App:
    found = HEALTHY.app
    assert isinstance(found, App)
    return found.model_copy(update={"heroku_stack": heroku_stack})


def case(words: str, name: str | Unknown, day: str, *findings: Finding) -> Case:
    context = Context(DIGESTS, today=date.fromisoformat(day))
    return Case(words, change(HEALTHY, app=on(name)), findings, context)


def bad(found: str) -> Finding:
    return failed("production", f"is on {found}", WANTED)


TABLE: dict[Rule, list[Case]] = {
    HEROKU_STACK_CURRENT: [
        case("passes on the newest", "heroku-26", "2026-11-25"),
        case("passes on one that is older and ends in years", "heroku-24", "2026-11-25"),
        case("passes on a deprecated one before its builds fail", "heroku-22", "2026-10-31"),
        case(
            "fails on one whose builds fail now and then",
            "heroku-22",
            "2026-11-01",
            bad("heroku-22, where builds fail now and then since 2026-11-01; it ends on 2027-04-30"),
        ),
        case("passes 91 days before the end", "heroku-24", "2029-01-29"),
        case("fails 90 days before the end", "heroku-24", "2029-01-30", bad("heroku-24, which ends on 2029-04-30")),
        case("fails on the last day", "heroku-24", "2029-04-30", bad("heroku-24, which ends on 2029-04-30")),
        case(
            "fails after the end",
            "heroku-24",
            "2029-05-01",
            bad("heroku-24, which ended on 2029-04-30: no security updates, no builds"),
        ),
        case(
            "can't tell of one that the catalogue doesn't have",
            "heroku-28",
            "2028-11-25",
            not_run("production", "when it ends", Unknown('the catalogue has no Heroku stack "heroku-28"')),
        ),
        case("can't tell before `up`", LATER, "2026-11-25", not_run("production", "the Heroku stack", LATER)),
        Case("is silent where the app is missing, which another rule says", change(HEALTHY, app=None)),
    ],
}  # fmt: skip


@table(TABLE)
def test_heroku_stack(rule: Rule, case: Case) -> None:
    judge(rule, case)


@pytest.mark.parametrize(("day", "fails"), [(31, False), (1, True)])
def test_a_live_account_is_judged_by_its_own_time(day: int, *, fails: bool) -> None:
    month = 10 if day == 31 else 11
    there: Environment = change(
        HEALTHY, app=on("heroku-22"), live=Live(read_at=datetime(2026, month, day, tzinfo=UTC))
    )
    found = findings_of(HEROKU_STACK_CURRENT, there, Context(DIGESTS, today=date(2026, 11, 25)))
    assert bool(found) is fails


def test_one_that_heroku_lists_no_more_fails() -> None:
    prices = catalogue()
    entries = tuple(
        replace(one, withdrawn="2026-12-01") if one.name == "heroku-24" else one
        for one in prices.heroku_stacks.entries
    )
    later = replace(prices, heroku_stacks=replace(prices.heroku_stacks, entries=entries))
    found = findings_of(HEROKU_STACK_CURRENT, HEALTHY, Context(DIGESTS, prices=later))
    assert [one.found for one in found] == ["is on heroku-24, which Heroku lists no more since 2026-12-01"]
