"""The programs that stand behind a pipe in the runbook: head, tail, grep, and wc -l."""

from __future__ import annotations

import re
from collections.abc import Sequence

from local_heroku.one_off.line import NotSimulatedError
from local_heroku.one_off.ran import Ran

NAMES = ("head", "tail", "grep", "wc")
_LINES_SHOWN = 10
_GREP = re.compile(r"-[iEvcn]+")


def run(words: Sequence[str], given: str) -> Ran:
    """`given` is what came through the pipe."""
    name, *options = words
    lines = given.splitlines(keepends=True)
    match name:
        case "head":
            return Ran("".join(lines[: _count(words, options)]))
        case "tail":
            return Ran("".join(lines[-_count(words, options) :]))
        case "wc" if options == ["-l"]:
            return Ran(f"{len(lines)}\n")
        case "grep":
            return _grep(words, options, lines)
    raise NotSimulatedError(" ".join(words))


def _count(words: Sequence[str], options: list[str]) -> int:
    text = "".join(options).removeprefix("-").removeprefix("n")
    if not options:
        return _LINES_SHOWN
    if not text.isdigit() or int(text) == 0:
        raise NotSimulatedError(" ".join(words))
    return int(text)


def _grep(words: Sequence[str], options: list[str], lines: list[str]) -> Ran:
    flags = "".join(option[1:] for option in options if _GREP.fullmatch(option))
    rest = [option for option in options if not _GREP.fullmatch(option)]
    if len(rest) != 1:
        raise NotSimulatedError(" ".join(words))
    text = rest[0] if "E" in flags else _basic(rest[0])
    try:
        pattern = re.compile(text, re.IGNORECASE if "i" in flags else 0)
    except re.error:
        return Ran(f"grep: Invalid regular expression: {rest[0]}\n", 2)
    found = [
        f"{number}:{line}" if "n" in flags else line
        for number, line in enumerate(lines, 1)
        if bool(pattern.search(line.rstrip("\n"))) is not ("v" in flags)
    ]
    return Ran(f"{len(found)}\n" if "c" in flags else "".join(found), 0 if found else 1)


def _basic(pattern: str) -> str:
    r"""Of a basic regular expression: `a|b` are those three letters, `a\|b` is either."""
    return re.sub(r"\\?[+?|(){}]", lambda match: match[0][1:] or f"\\{match[0]}", pattern)
