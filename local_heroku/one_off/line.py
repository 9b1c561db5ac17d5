"""A command line as a dyno's shell would read it: words, quotes and pipes. Nothing else of a shell is simulated."""

from __future__ import annotations

import re
import shlex
from dataclasses import dataclass

EXIT_CODE = re.compile(r' ; echo "\uffff heroku-command-exit-status: \$\?"$')
_OTHER = frozenset("&;<>()")


class NotSimulatedError(Exception):
    """The command, or a part of it, is none of those that are simulated; the text names it."""


@dataclass(frozen=True, slots=True)
class Line:
    """`stages` are what pipes connect. `says_status`: `heroku run --exit-code` asks for the marker that the CLI reads."""

    stages: tuple[tuple[str, ...], ...]
    says_status: bool


def said_status(status: int) -> str:
    return f"\uffff heroku-command-exit-status: {status}\n"


def read(command: str) -> Line:
    """Raises NotSimulatedError for what a shell would do and this does not."""
    bare, marked = EXIT_CODE.subn("", command)
    return Line(_stages(bare), says_status=bool(marked))


def _stages(command: str) -> tuple[tuple[str, ...], ...]:
    lexer = shlex.shlex(command, posix=True, punctuation_chars="|&;<>()")
    lexer.whitespace_split = True
    lexer.commenters = ""
    try:
        words = list(lexer)
    except ValueError as error:
        raise NotSimulatedError(f"{command!r} ({error})") from None
    stages: list[list[str]] = [[]]
    for word in words:
        if word == "|":
            stages.append([])
        elif set(word) <= _OTHER | {"|"}:
            raise NotSimulatedError(f"the shell's {word}")
        else:
            stages[-1].append(word)
    if not all(stages):
        raise NotSimulatedError(
            f"{command!r}, which has no command in one place" if command.strip() else "an empty command"
        )
    return tuple(tuple(stage) for stage in stages)
