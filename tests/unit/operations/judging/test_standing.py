"""What keeps an apply from going on, in words: drift is what was found, and not what could not be read."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from operations.judging import standing
from operations.judging.answer import Answer, StackAnswer, Trouble
from operations.judging.standing import drift_words
from runbook.drift.grading import Drift, Grade
from runbook.environment import App, Environment
from runbook.live import Live
from runbook.unknown import Known, Unknown


def _drift(grade: Grade, live: str) -> Drift:
    return Drift("undeclared", "config var", "staging/X", "", live, grade, "why")


def _answer(*drifts: Drift, unread: tuple[str, ...] = (), problems: tuple[str, ...] = ()) -> Answer:
    troubles = tuple(Trouble("inconclusive", f"could not be read: {why}") for why in unread)
    stack = StackAnswer("staging", only_shown=True, drifts=drifts, troubles=troubles)
    return Answer("drift", (stack,), Path(), to_fix=tuple(Trouble("drift", what) for what in problems))


FOUND, UNKNOWN = _drift("harmless", "X is set"), _drift("unknown", "the formation: 503")


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (_answer(), []),
        (_answer(_drift("expected", "a deploy")), []),
        (_answer(FOUND), ["staging has drift: X is set"]),
        (
            _answer(unread=("the passphrase is wrong",)),
            ["staging could not be read: the passphrase is wrong"],
        ),
        (_answer(UNKNOWN), ["staging: drift could not be evaluated: the formation: 503"]),
        (
            _answer(FOUND, UNKNOWN),
            [
                "staging has drift: X is set",
                "staging: drift could not be evaluated: the formation: 503",
            ],
        ),
        (_answer(problems=("an entry ended",)), ["staging: drift could not be evaluated: an entry ended"]),
    ],
    ids=["nothing", "expected", "drift", "not read", "unknown", "both", "the ignore list"],
)
def test_drift_is_told_apart_from_what_could_not_be_read(answer: Answer, words: list[str]) -> None:
    assert drift_words(answer, "staging") == words


@pytest.mark.parametrize(
    ("app", "wrong"),
    [
        (None, "no-data-loss fails: staging has no app on this account; the runbook wants the declared app."),
        (
            Unknown("403"),
            "no-data-loss not evaluated: staging: whether its app is there is unknown: 403. It blocks until it is known.",
        ),
    ],
    ids=["is gone", "could not be read"],
)
def test_a_stack_whose_app_nobody_sees_does_not_stand(
    monkeypatch: pytest.MonkeyPatch, app: Known[App | None], wrong: str
) -> None:
    """No rule of health is asked of it then: one cause, one line."""
    there = Environment(stack="staging", app=app, live=Live(read_at=datetime(2026, 1, 1, tzinfo=UTC)))
    monkeypatch.setattr(standing, "wanted_by_state", lambda _: [])
    monkeypatch.setattr(standing, "read_live", lambda *_, **__: {"staging": there})
    account: Any = None
    assert standing.settled(account, ("staging",)).wrong == [wrong]
