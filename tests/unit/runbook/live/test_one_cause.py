"""One cause, one line: what hangs on an app or a database that is gone, or can't be read, is not judged; in verify as in drift."""

from __future__ import annotations

import pytest

from runbook.environment import ConfigVars, Environment
from runbook.live import Live, Lost
from runbook.rules.book import RULES
from runbook.rules.rule import Context
from runbook.rules.verdict import evaluate
from runbook.unknown import Unknown
from tests.unit.runbook.live.test_drift_and_rules import drifts, gone, live_staging
from tests.unit.runbook.live.test_drift_of import NOW
from tests.unit.runbook.rules.healthy import DIGESTS

FORBIDDEN = Unknown("GET /apps/an-id: 403 You do not have access to the app")
DESTROYED = Environment(
    stack="production",
    app=None,
    live=Live(read_at=NOW, lost=(Lost(what="app", name="sc-mvp-production"),)),
)
UNREAD = Environment(
    stack="production",
    app=FORBIDDEN,
    formation=FORBIDDEN,
    databases=FORBIDDEN,
    attachments=FORBIDDEN,
    backup_schedules=FORBIDDEN,
    config_vars=ConfigVars(rest=FORBIDDEN),
    live=FORBIDDEN,
)
Row = tuple[str, str, str, str]


def verified(there: Environment) -> list[Row]:
    """What verify shows that isn't green, without what a reader was not asked for."""
    return [
        (verdict.rule.id, finding.target, finding.outcome, finding.found)
        for verdict in evaluate(there, Context(DIGESTS, live_staging()), RULES, {"live"})
        for finding in verdict.findings
        if finding.unknown is None or "not asked for" not in finding.unknown.why
    ]


@pytest.mark.parametrize(
    ("there", "verdicts", "drift"),
    [
        (
            DESTROYED,
            [("no-data-loss", "production", "fail", "has no app sc-mvp-production on this account")],
            [("deleted", "production", "breaks the runbook")],
        ),
        (
            UNREAD,
            [
                (
                    "no-data-loss",
                    "production",
                    "not evaluated",
                    f"whether its app is there is unknown: {FORBIDDEN.why}",
                )
            ],
            [("not read", "production", "unknown")],
        ),
        (
            gone(),
            [("no-data-loss", "production/sc-mvp-production-db", "fail", "is not on this account")],
            [("deleted", "production/sc-mvp-production-db", "breaks the runbook")],
        ),
    ],
    ids=["the app was destroyed", "the key may not see the app", "the database was destroyed"],
)
def test_one_cause_is_one_line(
    there: Environment, verdicts: list[Row], drift: list[tuple[str, str, str]]
) -> None:
    assert verified(there) == verdicts
    assert [(one.kind, one.target, one.grade) for one in drifts(there)] == drift


def test_what_hangs_on_a_lost_database_does_not_count_as_passing() -> None:
    judged = {
        one.rule.id: one.name for one in evaluate(gone(), Context(DIGESTS, live_staging()), RULES, {"live"})
    }
    assert judged["no-data-loss"] == "fail"
    assert {"postgres-primary", "backup-daily"}.isdisjoint(judged)
    assert judged["web-runs"] == "pass"
