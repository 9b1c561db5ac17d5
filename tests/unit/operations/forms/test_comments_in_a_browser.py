"""Every comment that is kept, in a real browser. UPDATE_COMMENTS=1 leaves the page in .local/comments.html."""

from __future__ import annotations

import html
import json
import os
import re
from pathlib import Path

import pytest

from tests.browser import Browser
from tests.engine.gate.changes import FILES, PROGRAM, SETTINGS
from tests.unit.operations.forms.page import html_of, page_of

ROOT = Path(__file__).resolve().parents[4]
KEPT = sorted((ROOT / "tests/unit/operations/judging/comments").glob("*.md"))


@pytest.mark.slow
def test_a_browser_shows_every_comment_with_its_verdict_and_folds(browser: Browser, tmp_path: Path) -> None:
    comments = {path.stem: path.read_text(encoding="utf-8") for path in KEPT}
    folder = ROOT / ".local" if os.environ.get("UPDATE_COMMENTS") else tmp_path
    folder.mkdir(exist_ok=True)
    (folder / "comments.html").write_text(page_of(comments), encoding="utf-8")
    browser.open((folder / "comments.html").as_uri())
    shown = browser.run("document.documentElement.outerHTML")
    headlines = [html.unescape(found) for found in re.findall("<h2>(.*?)</h2>", shown)]
    assert headlines == [
        html.unescape(text.splitlines()[1].removeprefix("## ")) for text in comments.values()
    ]
    assert shown.count("<details") == sum(text.count("<details") for text in comments.values())
    assert not re.search(r"<(script|img|iframe|form)|href=\"(?!https://github\.com/kishanssg/)", shown)
    assert "&amp;#" not in shown


def test_every_change_on_the_real_engine_has_what_the_gate_must_say_of_it() -> None:
    words = [change.words for change in (*SETTINGS, *FILES, *PROGRAM)]
    assert len({*words}) == len(words) >= 36
    assert {*json.loads((ROOT / "tests/engine/gate/said.json").read_text(encoding="utf-8"))} == {*words}


@pytest.mark.parametrize(
    "line",
    [
        "<b>loud</b>",
        "- - nested",
        "- 1. nested",
        "- [here](https://evil.example)",
        "- @someone",
        "text",
        "# big",
    ],
)
def test_the_page_refuses_what_no_comment_has(line: str) -> None:
    with pytest.raises(ValueError, match=r"a comment has no such line|more than letters"):
        html_of(line)
