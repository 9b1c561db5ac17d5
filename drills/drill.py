"""What a drill is: facts about an incident, how it is made to happen, and the runbook's own way out of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from drills.scene import Scene
from runbook.rules.rule import Severity
from runbook.settings import STACKS, StackName

Break = Callable[[Scene], None]
"""Makes the incident happen, over local Heroku's API as a person, a program or Heroku itself would cause it."""
StillWrong = Callable[[Scene], str | None]
"""What no rule sees and is still wrong, in words; None when it is as it should be."""


@dataclass(frozen=True, slots=True)
class Hint:
    """A diagnosing command of the runbook, and what to look at in its answer."""

    command: str
    look: str


@dataclass(frozen=True, slots=True)
class Edit:
    """A part of the stack file that becomes another: what is declared has to follow."""

    old: str
    new: str


Step = str | Edit
"""A command line, or an edit of Pulumi.STACK.yaml."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Drill:
    """Texts have the scene's words in braces: {app}, {stack}, {url} and so on (`Scene.words`)."""

    name: str
    """Says the symptom, never the cause."""
    sentence: str
    """For the list; the symptom too."""
    pager: str
    """What a pager would say."""
    section: str
    """The heading to open, in `document`."""
    severity: Severity
    rules: tuple[str, ...]
    """Rules that `ops verify` has red once it has happened."""
    happens: Break
    hints: tuple[Hint, ...]
    remedy: tuple[Step, ...]
    """The runbook's own, in order."""
    document: Literal["RUNBOOK", "ENV_CONFIG"] = "RUNBOOK"
    leaves: Literal["fail", "not evaluated"] = "fail"
    """The verdict of those rules."""
    still_wrong: StillWrong | None = None
    stacks: tuple[StackName, ...] = STACKS
    """Where it can be played."""
    takes_secret: bool = False
    """Whether it needs a secret that is set by hand."""
