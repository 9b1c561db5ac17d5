"""Waivers: rules are evaluated first, then let off; what is expired, unused or not to be waived fails."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from runbook.environment import BackupSchedule, Environment
from runbook.rules.book import RULES
from runbook.rules.rule import LIVE
from runbook.rules.verdict import Verdict, evaluate
from runbook.waivers import Waiver, WaiverError, parse, problems, read, waive
from tests.unit.runbook.rules.healthy import HEALTHY, LATER, change, context
from tests.unit.runbook.rules.test_live import live

ROOT = Path(__file__).resolve().parents[3]
TODAY = date(2026, 11, 23)
AT_UTC = change(
    HEALTHY,
    backup_schedules=(
        BackupSchedule(attachment="DATABASE", database="sc-mvp-production-db", hour=2, zone="UTC"),
    ),
)
UNREAD = change(HEALTHY, backup_schedules=LATER)


def waiver(
    policy: str = "backup-time", target: str = "production/DATABASE", expires: date = date(2026, 12, 31)
) -> Waiver:
    return Waiver(
        policies=(policy,), targets=(target,), reason="a move of the office", owner="ops", expires=expires
    )


def verdicts(environment: object = AT_UTC) -> tuple[Verdict, ...]:
    rules = [rule for rule in RULES if not rule.both_stacks]
    return evaluate(environment, context(), rules, {"plan"})  # type: ignore[arg-type]


def on_both_sides(environment: Environment = AT_UTC) -> tuple[Verdict, ...]:
    """What is declared, and the same on the live account."""
    rules = [rule for rule in RULES if not rule.both_stacks]
    return (*verdicts(environment), *evaluate(live(environment), context(), rules, LIVE))


def name_of(rule_id: str, found: tuple[Verdict, ...]) -> str:
    return next(verdict.name for verdict in found if verdict.rule.id == rule_id)


def test_a_waiver_lets_its_finding_off_and_says_why_by_whom_until_when() -> None:
    waived = waive(verdicts(), [waiver()], TODAY)
    (verdict,) = [found for found in waived if found.rule.id == "backup-time"]
    assert (verdict.name, verdict.findings) == ("waived", ())
    assert [words for _, words in verdict.let_off] == ["waived until 2026-12-31 by ops: a move of the office"]
    assert problems(verdicts(), [waiver()], TODAY) == ()


@pytest.mark.parametrize(
    "other",
    [
        waiver("backup-daily"),
        waiver(target="production/REPORTS"),
        waiver(target="staging/DATABASE"),
        waiver(target="production"),
    ],
    ids=["rule", "object", "stack", "whole stack"],
)
def test_a_waiver_of_another_rule_or_target_lets_nothing_off(other: Waiver) -> None:
    assert name_of("backup-time", waive(verdicts(), [other], TODAY)) == "fail"


@pytest.mark.fault("B58")
def test_the_last_day_is_included_and_the_day_after_it_fails() -> None:
    last = waiver(expires=TODAY)
    assert name_of("backup-time", waive(verdicts(), [last], TODAY)) == "waived"
    expired = waiver(expires=date(2026, 11, 22))
    assert name_of("backup-time", waive(verdicts(), [expired], TODAY)) == "fail"
    assert [str(problem) for problem in problems(verdicts(), [expired], TODAY)] == [
        "waivers.yaml: backup-time on production/DATABASE: expired on 2026-11-22; "
        "fix the cause or have it reviewed again"
    ]


def test_an_unused_waiver_is_a_problem() -> None:
    assert [str(problem) for problem in problems(on_both_sides(HEALTHY), [waiver()], TODAY)] == [
        "waivers.yaml: backup-time on production/DATABASE: "
        "backup-time holds on production/DATABASE without it; take it out"
    ]


def test_a_waiver_that_the_live_account_may_need_is_left_alone_where_it_was_not_read() -> None:
    assert problems(verdicts(HEALTHY), [waiver()], TODAY) == ()


def test_a_waiver_is_left_alone_where_the_account_has_no_such_app() -> None:
    gone = evaluate(change(live(HEALTHY), app=None), context(), RULES, LIVE)
    assert problems((*verdicts(HEALTHY), *gone), [waiver()], TODAY) == ()


def test_a_rule_that_only_plans_decide_is_judged_there() -> None:
    (found,) = problems(verdicts(HEALTHY), [waiver("production-protected", "production/app")], TODAY)
    assert found.what == "production-protected holds on production/app without it; take it out"


@pytest.mark.parametrize("read", [verdicts, on_both_sides])
def test_a_target_that_misses_the_finding_is_answered_with_the_one_that_hits(
    read: Callable[[], tuple[Verdict, ...]],
) -> None:
    (found,) = problems(read(), [waiver(target="production")], TODAY)
    assert found.what == "backup-time has no finding on `production`; did you mean `production/DATABASE`?"


def test_where_another_waiver_has_the_finding_already_nothing_is_guessed() -> None:
    assert problems(verdicts(), [waiver(), waiver(target="production/REPORTS")], TODAY) == ()


def test_a_waiver_of_a_stack_or_rule_that_was_not_decided_here_is_left_alone() -> None:
    elsewhere = [waiver(target="staging/DATABASE"), waiver("stacks-alike", "production/formation")]
    assert problems(verdicts(), elsewhere, TODAY) == ()


def test_what_could_not_be_told_is_neither_let_off_nor_makes_a_waiver_unused() -> None:
    found = verdicts(UNREAD)
    assert name_of("backup-time", waive(found, [waiver(target="production")], TODAY)) == "not evaluated"
    assert problems(found, [waiver()], TODAY) == ()


def test_a_waiver_holds_for_a_year_at_most() -> None:
    assert problems(verdicts(), [waiver(expires=date(2027, 11, 24))], TODAY) == ()
    long = waiver(expires=date(2027, 11, 25))
    assert [str(problem) for problem in problems(verdicts(), [long], TODAY)] == [
        "waivers.yaml: backup-time on production/DATABASE: runs until 2027-11-25; expected a day within a year"
    ]


WHOLE = """waivers:
  - policies: [backup-time]
    targets: [production/DATABASE]
    reason: a move of the office
    owner: ops
    expires: 2026-12-31
"""


def test_the_file_is_read() -> None:
    assert parse(WHOLE) == (waiver(),)


def test_the_projects_own_file_is_in_order() -> None:
    read(ROOT / "waivers.yaml")


def test_no_file_is_no_waiver(tmp_path: Path) -> None:
    assert read(tmp_path / "waivers.yaml") == ()


@pytest.mark.fault("B58")
@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", 'waivers.yaml: expected a list under "waivers" and nothing else'),
        ("waivers: 3", 'waivers.yaml: expected a list under "waivers" and nothing else'),
        (WHOLE + "also: []", 'waivers.yaml: expected a list under "waivers" and nothing else'),
        (
            "waivers: [",
            "waivers.yaml:2: did not find expected node content; is the file cut or mis-indented?",
        ),
        (WHOLE + WHOLE, "waivers.yaml:7: waivers appears twice, first in line 1; keep one"),
        (
            WHOLE + "    owner: it",
            "waivers.yaml:7: waivers.0.owner appears twice, first in line 5; keep one",
        ),
        (
            WHOLE.replace("[backup-time]", "&a [backup-time]") + "  - *a",
            "waivers.yaml:7: the alias *a is not read; write its value out",
        ),
        (WHOLE.replace("2026-12-31", "2026-02-30"), "waivers.yaml: day is out of range for month"),
        (WHOLE.replace("    expires: 2026-12-31\n", ""), "waivers.yaml:2: expires: Field required"),
        (WHOLE.replace("2026-12-31", "soon"), "waivers.yaml:2: expires: Input should be a valid date"),
        (
            WHOLE.replace("owner: ops", "owner: Some One"),
            "waivers.yaml:2: owner: String should match pattern",
        ),
        (
            WHOLE.replace("reason: a move of the office", 'reason: ""'),
            "waivers.yaml:2: reason: String should have",
        ),
        (WHOLE + "    forever: true", "waivers.yaml:2: forever: Extra inputs are not permitted"),
        (
            WHOLE.replace("[backup-time]", "[backup-tiem]"),
            'waivers.yaml:2: policies: found "backup-tiem", which is no rule; did you mean "backup-time"?',
        ),
        (
            WHOLE.replace("[production/DATABASE]", '["production/*"]'),
            'waivers.yaml:2: targets: found "production/*"; expected one exact target',
        ),
        (
            WHOLE.replace("production/DATABASE", "prod/DATABASE"),
            'waivers.yaml:2: targets: found "prod/DATABASE"; expected one exact target',
        ),
        (
            WHOLE.replace("backup-time", "no-data-loss"),
            "waivers.yaml:2: policies: no-data-loss can't be waived",
        ),
        (
            WHOLE.replace("backup-time", "secrets-secret"),
            "waivers.yaml:2: policies: secrets-secret can't be waived",
        ),
    ],
)
def test_a_mistake_is_named_with_its_line(text: str, message: str) -> None:
    with pytest.raises(WaiverError) as caught:
        parse(text)
    assert str(caught.value).startswith(message)
