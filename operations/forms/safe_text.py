"""Text of others, made safe to show: what a terminal or a web page would take for a command is taken out."""

from __future__ import annotations

import re
import unicodedata

_ANSI = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)?|.)?")
_MARKDOWN = re.compile(r"[\\`*_{}\[\]<>()#+!|~&$\"'@]")
_BULLET = re.compile(r"^(?:-|\d(?=\d*[.)]))")
_LINKS = re.compile(r"(?<=\w):(?=//)|(?<=www)\.", re.IGNORECASE)


def plain(text: str) -> str:
    """On a terminal: no escape sequences, no control or direction marks; lines stay lines."""
    without = _ANSI.sub("", text)
    return "".join(letter for letter in without if letter in "\n\t" or unicodedata.category(letter)[0] != "C")


def markdown(text: str) -> str:
    """In one line of Markdown: shown letter by letter, no link, mention, image or HTML comes of it."""
    one_line = " ".join(plain(text).split())
    escaped = _MARKDOWN.sub(lambda found: f"&#{ord(found[0])};", one_line)
    for pattern in (_LINKS, _BULLET):
        escaped = pattern.sub(lambda found: f"&#{ord(found[0])};", escaped)
    return escaped
