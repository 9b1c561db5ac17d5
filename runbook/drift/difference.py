"""One difference between what is declared and what is live."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from runbook.rules.rule import Aspect

Place = tuple[Aspect, str, str]
"""Aspect, target and part."""

Kind = Literal["changed", "deleted", "undeclared", "not read", "broken"]
"""`broken`: no difference of its own; a rule that fails on the live account and not on what is declared."""


@dataclass(frozen=True, slots=True)
class Difference:
    """`declared` and `live` are in words and never hold a config var's value; "" where there is nothing."""

    kind: Kind
    aspect: Aspect
    target: str
    """`STACK/OBJECT`, as the rules name it, or the stack alone."""
    declared: str = ""
    live: str = ""
    resource: str | None = None
    """What Pulumi manages it as; None for what Pulumi knows nothing of."""
    part: str = ""
    """The field, where one object can differ in several at once."""
    expected: str = ""
    """Why it is no drift, whatever the program says."""
    advice: str = ""
    """What to do about it, where no `up` may: no program declares it, whatever the stack file says."""

    @property
    def name(self) -> str:
        """The object's own name; "" where all of the aspect is meant."""
        return self.target.partition("/")[2]

    @property
    def place(self) -> Place:
        return self.aspect, self.target, self.part


def not_read(aspect: Aspect, target: str, why: str, part: str = "") -> Difference:
    return Difference("not read", aspect, target, live=why, part=part)
