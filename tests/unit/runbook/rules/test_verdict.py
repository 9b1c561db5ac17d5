"""From findings to a verdict and to words."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from runbook.environment import Environment
from runbook.live import Dyno, Live
from runbook.rules.backups import BACKUP_TIME
from runbook.rules.book import RULES, rule
from runbook.rules.fixes import app_name
from runbook.rules.rule import (
    LIVE,
    Context,
    Finding,
    Findings,
    Severity,
    elsewhere,
    failed,
    not_run,
    severity_of,
)
from runbook.rules.verdict import Verdict, by_the_runbook, evaluate, sentence
from tests.unit.runbook.rules.healthy import HEALTHY, LATER, STAGING, change, context, plain, with_var

FAILED = failed("production/DATABASE", "is backed up at 02:00 UTC", "02:00 America/Los_Angeles")
NOT_RUN = not_run("production/DATABASE", "the backup's time", LATER)
CANARY = "canary-in-an-exception"


def named(*findings: Finding, let_off: tuple[tuple[Finding, str], ...] = ()) -> str:
    return Verdict(BACKUP_TIME, HEALTHY, findings, let_off).name


def test_no_finding_is_a_pass() -> None:
    assert named() == "pass"


def test_what_is_decided_elsewhere_changes_no_verdict_and_is_said() -> None:
    found = elsewhere("production/RAILS_MASTER_KEY", "is set by hand")
    assert named(found) == "pass"
    assert named(found, FAILED) == "fail"
    assert sentence(BACKUP_TIME, found, HEALTHY) == "backup-time: production/RAILS_MASTER_KEY is set by hand."


def test_one_failure_outweighs_what_could_not_be_told() -> None:
    assert named(NOT_RUN, FAILED) == "fail"


def test_what_could_not_be_told_outweighs_a_waiver() -> None:
    assert named(NOT_RUN, let_off=((FAILED, "reason"),)) == "not evaluated"


def test_let_off_and_nothing_else_is_waived() -> None:
    assert named(let_off=((FAILED, "reason"),)) == "waived"


def test_by_the_book_every_rule_passes_on_what_it_is_decided_on() -> None:
    verdicts = evaluate(HEALTHY, context(), RULES, {"settings", "plan", "state", "steps"})
    assert [(verdict.rule.id, verdict.name) for verdict in verdicts] == [
        (found.id, "pass") for found in RULES if found.on != LIVE
    ]


def test_only_rules_of_the_plane_are_evaluated() -> None:
    assert [verdict.rule.id for verdict in evaluate(HEALTHY, context(), RULES, {"steps"})] == ["no-data-loss"]


def test_a_failure_in_words_names_object_found_expected_and_remedy() -> None:
    assert sentence(BACKUP_TIME, FAILED, HEALTHY) == (
        "backup-time fails: production/DATABASE is backed up at 02:00 UTC; the runbook wants 02:00 America/Los_Angeles. "
        'Set backups.at to "02:00 America/Los_Angeles" in Pulumi.production.yaml.'
    )
    assert by_the_runbook(BACKUP_TIME, FAILED, HEALTHY) == (
        "Runbook, View Backup Schedule; Sev-3, response time 24 hours."
    )


def test_on_the_live_account_a_failure_says_what_to_type_and_not_what_to_edit() -> None:
    """The stack file may be right."""
    live = change(HEALTHY, live=Live(read_at=datetime(2026, 8, 4, tzinfo=UTC)))
    assert sentence(BACKUP_TIME, FAILED, live).endswith("the runbook wants 02:00 America/Los_Angeles.")
    assert by_the_runbook(BACKUP_TIME, FAILED, live) == (
        "Runbook, View Backup Schedule; Sev-3, response time 24 hours. "
        "By hand: heroku pg:backups:schedule DATABASE_URL --at '02:00 America/Los_Angeles' -a sc-mvp-production"
    )


@pytest.mark.parametrize(
    ("rule_id", "production", "staging"),
    [
        ("web-runs", "Sev-1", "Sev-2"),
        ("backup-daily", "Sev-2", "Sev-3"),
        ("stacks-alike", "Sev-3", "Sev-3"),
        ("secrets-differ", "Sev-1", "Sev-1"),
        ("no-data-loss", "Sev-1", "Sev-1"),
    ],
)
def test_staging_is_less_urgent_but_for_data_loss_and_security(
    rule_id: str, production: str, staging: str
) -> None:
    found = failed("x", "is not", "to be")
    assert severity_of(rule(rule_id), found, "production").label == production
    assert severity_of(rule(rule_id), found, "staging").label == staging


def test_a_worker_that_crashed_is_less_severe_than_web() -> None:
    def severity(process_type: str) -> Severity:
        dyno = Dyno(name=f"{process_type}.1", process_type=process_type, state="crashed")
        there = change(
            HEALTHY, live=Live(read_at=datetime(2026, 8, 4, tzinfo=UTC), dynos=(dyno,)), formation=()
        )
        (verdict,) = evaluate(there, context(), [rule("dynos-up")], {"live"})
        return verdict.severity

    assert (severity("web"), severity("worker")) == (Severity.SEV_1, Severity.SEV_2)


def test_a_finding_may_be_less_severe_than_its_rule() -> None:
    milder = failed("x", "is not", "to be", severity=Severity.SEV_2)
    assert severity_of(rule("config-present"), milder, "production") is Severity.SEV_2
    assert severity_of(rule("config-present"), milder, "staging") is Severity.SEV_3
    assert Verdict(rule("config-present"), HEALTHY, (milder,)).severity is Severity.SEV_2


def test_a_source_in_the_environment_configuration_is_named_so() -> None:
    found = failed("staging/DATABASE_URL", "is set by hand", "nothing")
    assert by_the_runbook(rule("database-url-owned"), found, STAGING).startswith(
        "ENV_CONFIG, DATABASE_URL; Sev-2,"
    )


def test_not_run_in_words_says_what_is_not_known_and_that_it_is_red() -> None:
    assert sentence(BACKUP_TIME, NOT_RUN, HEALTHY) == (
        "backup-time not evaluated: production/DATABASE: the backup's time is unknown: "
        "it is known once `pulumi up` has run. It blocks until it is known."
    )


def test_an_app_without_a_known_name_is_named_after_the_stack() -> None:
    for app in (None, LATER):
        assert app_name(change(HEALTHY, app=app)) == "sc-mvp-production"


def test_a_rule_that_raises_fails_and_its_exception_is_not_quoted() -> None:
    def raises(_environment: Environment, _context: Context) -> Findings:
        yield FAILED
        raise RuntimeError(CANARY)

    broken = replace(BACKUP_TIME, decide=raises)
    (verdict,) = evaluate(HEALTHY, context(), [broken], {"plan"})
    assert verdict.name == "fail"
    assert verdict.findings == (
        failed(
            "production",
            "could not be judged: the rule raised RuntimeError",
            "a rule that works; report this as a bug",
        ),
    )


def test_no_verdict_quotes_a_value() -> None:
    """Every config var holds a canary, of every name that a rule reads."""
    names = {var.name for var in HEALTHY.config_vars.known} | {"DATABASE_URL", "SENTRY_DSN"}
    leaky = with_var(HEALTHY, *(plain(name, f"canary-{name}") for name in names))
    verdicts = evaluate(leaky, context(leaky), RULES, {"settings", "plan", "state"})
    words = [
        f"{sentence(verdict.rule, finding, leaky)} {by_the_runbook(verdict.rule, finding, leaky)} {verdict!r}"
        for verdict in verdicts
        for finding in verdict.findings
    ]
    assert len(words) > 5
    assert not [line for line in words if "canary" in line]
