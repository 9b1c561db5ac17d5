"""The one place that makes foreign text safe to show: what a terminal, a web page or XML would take for a command is taken out."""

from __future__ import annotations

import html as markup
import re
import unicodedata

_ANSI = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)?|.)?")
_WORKFLOW = re.compile(r"(?m)^(\s*:)(?=:)|##(?=\[)")
"""What begins a command of GitHub's runner, wherever a job prints it: `::name` after blanks, `##[name]` anywhere."""
_MARKDOWN = re.compile(r"[\\`*_{}\[\]<>()#+!|~&$\"'@]")
_BULLET = re.compile(r"^(?:-|\d(?=\d*[.)]))")
_LINKS = re.compile(r"(?<=\w):(?=//)|(?<=www)\.", re.IGNORECASE)


def plain(text: str) -> str:
    """On a terminal or in a job's log: no escape sequences, no control or direction marks; lines stay lines."""
    without = _ANSI.sub("", text)
    shown = "".join(
        letter for letter in without if letter in "\n\t" or unicodedata.category(letter)[0] != "C"
    )
    return _WORKFLOW.sub(lambda found: f"{found[0]} ", shown)


def one_line(text: str) -> str:
    """As `plain`, in one line."""
    return " ".join(plain(text).split())


def markdown(text: str) -> str:
    """In one line of Markdown: shown letter by letter, no link, mention, image or HTML comes of it."""
    escaped = _MARKDOWN.sub(lambda found: f"&#{ord(found[0])};", one_line(text))
    for pattern in (_LINKS, _BULLET):
        escaped = pattern.sub(lambda found: f"&#{ord(found[0])};", escaped)
    return escaped


def html(text: str) -> str:
    """In HTML and XML, as text or within a quoted attribute."""
    return markup.escape(plain(text))
