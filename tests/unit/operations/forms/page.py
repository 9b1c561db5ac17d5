"""Comments as one web page, to be looked at: the few forms of Markdown that a comment has, as GitHub shows them.

A line of any other form raises, so that nothing is shown here otherwise than on GitHub.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

_FOLD = re.compile(r"<details(?: open)?><summary>[a-z]+: [^<>]+</summary>|</details>|<!-- [a-z: -]+ -->")
_LINK = re.compile(r"\[([a-z-]+)\]\((https://github\.com/[\w./#-]+)\)")
_BEGINS_A_LIST = re.compile(r"[-+*] |\d+[.)] ")
_STYLE = """
body { font: 14px/1.5 system-ui, sans-serif; max-width: 912px; margin: 2em auto; padding: 0 1em; color: #1f2328 }
article { border: 1px solid #d1d9e0; border-radius: 6px; padding: 1em; margin: 0 0 3em; overflow-wrap: anywhere }
h1 { font-size: 1em; color: #59636e } h2 { border-bottom: 1px solid #d1d9e0; padding-bottom: .3em; margin-top: 0 }
table { border-collapse: collapse; display: block; overflow: auto }
th, td { border: 1px solid #d1d9e0; padding: 6px 13px }
ul { padding-left: 2em } details { margin-bottom: 1em }
"""


def page_of(comments: Mapping[str, str]) -> str:
    shown = (f"<h1>{name}</h1><article>{html_of(comment)}</article>" for name, comment in comments.items())
    head = (
        f"<!doctype html><html lang='en'><meta charset='utf-8'><title>Comments</title><style>{_STYLE}</style>"
    )
    return head + "\n".join(shown)


def html_of(comment: str) -> str:
    """Raises ValueError."""
    return "\n".join(_blocks(comment.splitlines()))


def _blocks(lines: Iterable[str]) -> Iterator[str]:
    within = ""
    for line in lines:
        block = "table" if line.startswith("|") else "ul" if line.startswith(("- ", "  ")) else ""
        if block != within:
            yield f"</{within}>" * bool(within) + f"<{block}>" * bool(block)
            within = block
        yield _line(line)
    yield f"</{within}>" * bool(within)


def _line(line: str) -> str:
    if line.startswith("|"):
        cells = line.strip("|").split("|")
        return "" if set(line) == {"|", "-"} else f"<tr><td>{'<td>'.join(_words(cell) for cell in cells)}"
    if line.startswith("- "):
        return f"<li>{_words(line[2:])}"
    if line.startswith("  "):
        return f"<br>{_words(line.strip())}"
    if line.startswith("## "):
        return f"<h2>{_words(line[3:])}</h2>"
    if not line or _FOLD.fullmatch(line):
        return line
    raise ValueError(f"a comment has no such line: {line}")


def _words(text: str) -> str:
    found = _LINK.sub(r'<a href="\2">\1</a>', text)
    left = _LINK.sub("", text)
    if _BEGINS_A_LIST.match(left) or set("<>[]`*_~@") & set(left):
        raise ValueError(f"more than letters come of: {text}")
    return found
