"""What keeps an apply from going on, in words: drift is what was found, and not what could not be read."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from operations.applying.standing import drift_words
from operations.forms.report import Report, StackReport
from runbook.drift.grading import Drift, Grade
from runbook.unknown import Unknown


def _drift(grade: Grade, live: str) -> Drift:
    return Drift("undeclared", "config var", "staging/X", "", live, grade, "why")


def _report(*drifts: Drift, unread: tuple[str, ...] = (), problems: tuple[str, ...] = ()) -> Report:
    stack = StackReport("staging", Unknown("not looked at"), drifts=drifts, unread=unread)
    return Report("drift", "local Heroku", datetime.now(tz=UTC), (stack,), problems)


FOUND, UNKNOWN = _drift("harmless", "X is set"), _drift("unknown", "the formation: 503")


@pytest.mark.parametrize(
    ("report", "words"),
    [
        (_report(), []),
        (_report(_drift("expected", "a deploy")), []),
        (_report(FOUND), ["staging has drift: X is set"]),
        (
            _report(unread=("the passphrase is wrong",)),
            ["staging could not be read: the passphrase is wrong"],
        ),
        (_report(UNKNOWN), ["staging: drift could not be evaluated: the formation: 503"]),
        (
            _report(FOUND, UNKNOWN),
            [
                "staging has drift: X is set",
                "staging: drift could not be evaluated: the formation: 503",
            ],
        ),
        (_report(problems=("an entry ended",)), ["staging: drift could not be evaluated: an entry ended"]),
    ],
    ids=["nothing", "expected", "drift", "not read", "unknown", "both", "the ignore list"],
)
def test_drift_is_told_apart_from_what_could_not_be_read(report: Report, words: list[str]) -> None:
    assert drift_words(report, "staging") == words
