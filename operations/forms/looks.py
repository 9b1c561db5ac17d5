"""How each outcome looks: one colour and one sign, in every form."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from operations.judging.answer import BY_GRADE, BY_VERDICT, Outcome


@dataclass(frozen=True)
class Look:
    colour: str
    """On a terminal."""
    css: str
    """The class of style.css."""
    sign: str
    emoji: str


OUTCOMES: dict[Outcome, Look] = {
    "ok": Look("green", "good", "✓", "✅"),
    "inconclusive": Look("magenta", "open", "?", "❔"),
    "drift": Look("yellow", "odd", "!", "⚠️"),
    "blocked": Look("red", "bad", "✗", "⛔"),
}
LOOKS: Mapping[str, Look] = {
    **{verdict: OUTCOMES[outcome] for verdict, outcome in BY_VERDICT.items()},
    **{grade: OUTCOMES[outcome] for grade, outcome in BY_GRADE.items()},
    "waived": OUTCOMES["drift"],
    "ignored": OUTCOMES["drift"],
}
"""Of a verdict, a grade, and of what is waived or ignored."""
