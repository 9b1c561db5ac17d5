"""What keeps an apply from going on, in words: drift is what was found, and not what could not be read."""

from __future__ import annotations

from pathlib import Path

import pytest

from operations.judging.answer import Answer, StackAnswer, Trouble
from operations.judging.standing import drift_words
from runbook.drift.grading import Drift, Grade


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
