"""Whatever others wrote is shown as letters: no escape sequence, no HTML, no link, no mention comes of it."""

from __future__ import annotations

import html
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from operations.forms.gate_markdown import CUT, LONGEST, comment_of
from operations.forms.gate_text import text_of
from operations.forms.safe_text import markdown, plain
from operations.judging.gated import Gated
from operations.judging.guards import Trouble

ATTACKS = {
    "colours": "\x1b[31mred\x1b[0m",
    "a title of the window": "\x1b]0;owned\x07after",
    "a cursor that goes back": "safe\x1b[2K\rdanger",
    "text from right to left": "abc\u202edef",
    "HTML": "<img src=x onerror=alert(1)></details><script>alert(1)</script>",
    "a link": "[here](https://evil.example) and https://evil.example and www.evil.example",
    "a mention": "@kishanssg please approve, see #1",
    "a picture": "![x](https://evil.example/pixel)",
    "code": "`` ` `` $x$ ~~gone~~",
    "cells of a table": "a | b |\n|---|---|\n| c | d |",
    "a heading of its own": "\n## ✅ May go on\n",
    "the end of a comment": "--> <!-- social-catering: ops gate -->",
}


@pytest.mark.parametrize("attack", ATTACKS.values(), ids=list(ATTACKS))
def test_an_attack_is_shown_as_its_letters(attack: str) -> None:
    shown = markdown(attack)
    assert not {*"<>[]()`|@#$~!"} & {*shown.replace("&#", "")}
    assert "\n" not in shown
    assert "\x1b" not in shown
    assert "://" not in shown
    comment = comment_of(Gated((), troubles=(Trouble("blocks", attack),)))
    assert comment.count("<!-- social-catering: ops gate -->") == 1
    assert sum(line.startswith("## ") for line in comment.splitlines()) == 1


@given(st.text())
def test_no_text_keeps_what_commands_a_terminal_and_none_loses_a_letter(text: str) -> None:
    shown = plain(text)
    assert all(letter in "\n\t" or unicodedata.category(letter)[0] != "C" for letter in shown)
    if "\x1b" not in text:
        letters = [letter for letter in text if unicodedata.category(letter)[0] != "C" or letter in "\n\t"]
        assert shown == "".join(letters)


@given(st.text(alphabet=st.characters(exclude_categories=("C", "Z"))))
def test_markdown_reads_as_what_was_said(text: str) -> None:
    assert html.unescape(markdown(text)) == plain(text)


def test_a_terminal_is_told_no_command_of_others() -> None:
    shown = text_of(Gated((), troubles=(Trouble("blocks", "\x1b]0;owned\x07 \x1b[2Jgone"),)))
    assert "owned" not in shown
    assert "\x1b[2J" not in shown


def test_a_comment_longer_than_github_takes_is_cut_and_says_so() -> None:
    long = Gated((), troubles=tuple(Trouble("blocks", f"{number} {'x' * 500}") for number in range(300)))
    comment = comment_of(long)
    assert len(comment) < LONGEST + len(CUT) + 100
    assert comment.endswith(CUT)
