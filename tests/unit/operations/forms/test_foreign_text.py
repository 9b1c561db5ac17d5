"""Whatever others wrote is shown as letters, in every form: no escape sequence, no HTML, no link, no mention comes of it."""

from __future__ import annotations

import html as markup
import json as encoding
import re
import unicodedata
import xml.etree.ElementTree as ET
from collections.abc import Callable
from datetime import UTC, date, datetime
from html.parser import HTMLParser
from pathlib import Path

import click
import pytest
from hypothesis import given
from hypothesis import strategies as st

from operations.forms.html import html
from operations.forms.json import json
from operations.forms.junit import junit
from operations.forms.markdown import CUT, LONGEST, markdown
from operations.forms.sarif import sarif
from operations.forms.text import text
from operations.judging.answer import Agreement, Answer, StackAnswer, Trouble
from operations.pulumi_run.events import Change, Drifted, Preview
from operations.safe_text import markdown as safe
from operations.safe_text import plain
from runbook.cost import Cost, CostLine
from runbook.drift.grading import Breach, Drift
from runbook.rules.backups import BACKUP_TIME
from runbook.rules.rule import Fix, failed
from runbook.rules.verdict import Verdict
from runbook.stack_cost import Delta
from runbook.waivers import Waiver
from tests.unit.runbook.rules.healthy import HEALTHY

ATTACKS = {
    "colours": "\x1b[31mred\x1b[0m",
    "a title of the window": "\x1b]0;owned\x07after",
    "a cursor that goes back": "safe\x1b[2K\rdanger",
    "one byte that begins a sequence": "\x9b31mred",
    "text from right to left": "abc\u202edef\u2066ghi",
    "a null byte": "be\x00fore",
    "half of a pair": "\ud800",
    "HTML": "<img src=x onerror=alert(1)></details><script>alert(1)</script>",
    "a quote that ends an attribute": "\" onload='alert(1)' x=\"",
    "a link": "[here](https://evil.example) and https://evil.example and www.evil.example",
    "a mention": "@kishanssg please approve, see #1",
    "a picture": "![x](https://evil.example/pixel)",
    "code": "`` ` `` $x$ ~~gone~~",
    "cells of a table": "a | b |\n|---|---|\n| c | d |",
    "a heading of its own": "\n## ✅ Approved\n",
    "a list of its own": "\n- ✅ all is well\n1. really",
    "the end of a comment": "--> <!-- social-catering: ops gate -->",
    "the end of a section": "]]></failure></testcase><testcase name='green'/>",
    "a command of a workflow": "\n::set-output name=x::y",
    "an older command of a workflow": "well ##[set-output name=x]y",
}
NOW = datetime(2026, 8, 4, 12, 0, tzinfo=UTC)
TAGS = {"a", "html", "head", "meta", "title", "style", "body", "main", "header", "section", "div", "h1", "h2", "h3", "p", "br", "span"} | {
    "ul", "li", "b", "code", "details", "summary", "dl", "dt", "dd", "ol",
}  # fmt: skip
Form = Callable[[Answer], str]


def answer_of(said: str) -> Answer:
    """With this text in every place that others can write to."""
    whole = said.encode("utf-8", "ignore").decode() or "-"  # a waiver's file can't hold half of a pair
    step = Change(
        "update",
        f"urn:pulumi:production::p::heroku:app/app:App::{said}",
        "heroku:app/app:App",
        (said,),
        {},
        {},
    )
    finding = failed(f"production/{said}", said, said)
    breach = Breach(BACKUP_TIME, finding, BACKUP_TIME.severity, Fix("type", said))
    drift = Drift(
        "changed", "config var", f"production/{said}", said, said, "breaks the runbook", said, None, (breach,)
    )
    cost = Cost((CostLine(said, 7),))
    stack = StackAnswer(
        "production",
        source=said,
        verdicts=(
            Verdict(BACKUP_TIME, HEALTHY, (finding,)),
            Verdict(BACKUP_TIME, HEALTHY, let_off=((finding, said),)),
        ),
        troubles=(Trouble("inconclusive", said),),
        drifts=(drift,),
        ignored=((drift, said),),
        agreement=Agreement((said,), (said,)),
        preview=Preview((step,), (Drifted(step.urn, said, (said,), gone=False),)),
        cost=Delta(cost, Cost(())),
    )
    return Answer(
        "gate",
        (stack,),
        Path(),
        troubles=(Trouble("blocked", said),),
        to_fix=(Trouble("blocked", said),),
        new_waivers=(
            Waiver(policies=("backup-time",), targets=(f"production/{whole}",), reason=whole, owner="ops", expires=date(2027, 1, 1)),
        ),
        account=said,
        read_at=NOW,
        by_hand=(said,),
        notes=(said,),
    )  # fmt: skip


@pytest.fixture(params=ATTACKS.values(), ids=list(ATTACKS))
def attack(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def is_quiet(shown: str) -> bool:
    """Whether nothing in it commands a terminal."""
    return all(letter in "\n\t" or unicodedata.category(letter)[0] != "C" for letter in shown)


def lines_of(shown: str) -> int:
    return len(shown.splitlines())


@pytest.mark.fault("B64")
def test_on_a_terminal_it_is_letters_in_its_own_lines(attack: str) -> None:
    shown = click.unstyle(text(answer_of(attack)))
    assert is_quiet(shown)
    extra = len(plain(attack).splitlines() or [""]) - 1
    assert lines_of(shown) <= lines_of(text(answer_of("x"))) + 4 * extra
    assert not re.search(r"^\s*::|##\[", shown, re.MULTILINE)


@pytest.mark.fault("B64")
def test_in_markdown_it_is_letters_in_one_line(attack: str) -> None:
    shown = markdown(answer_of(attack))
    assert is_quiet(shown)
    assert lines_of(shown) == lines_of(markdown(answer_of("x")))
    assert shown.count("<!--") == sum(line.startswith("## ") for line in shown.splitlines()) == 1
    assert {*re.findall("<(/?[a-z]+)", shown)} <= {"details", "/details", "summary", "/summary"}
    assert {*re.findall(r"\]\((.*?)[)#]", shown)} == {*re.findall(r"\]\((.*?)[)#]", markdown(answer_of("x")))}
    assert "@" not in shown.replace("&#64;", "")


class Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: set[str] = set()
        self.attributes: set[str] = set()
        self.addresses: list[str | None] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.add(tag)
        self.attributes |= {name for name, _ in attrs}
        self.addresses += [value for name, value in attrs if name in ("href", "src")]


def test_in_html_it_is_letters_without_tags_and_attributes(attack: str) -> None:
    tags, ours = Tags(), Tags()
    tags.feed(html(answer_of(attack)))
    ours.feed(html(answer_of("x")))
    assert tags.found <= TAGS
    assert tags.attributes == ours.attributes
    assert tags.addresses == ours.addresses
    assert is_quiet(html(answer_of(attack)))


def test_in_xml_it_adds_no_case_and_ends_none(attack: str) -> None:
    suites, ours = (ET.fromstring(junit(answer_of(said))) for said in (attack, "x"))  # noqa: S314 - our own text
    assert [element.tag for element in suites.iter()] == [element.tag for element in ours.iter()]
    assert {case.get("name") for case in suites.iter("testcase")} >= {
        "backup-time",
        "the stack could be judged",
    }


@pytest.mark.parametrize("form", [json, sarif])
def test_for_programs_it_is_one_string(form: Form, attack: str) -> None:
    shown = form(answer_of(attack))
    assert is_quiet(shown)
    assert encoding.loads(shown).keys() == encoding.loads(form(answer_of("x"))).keys()


def test_sarif_shows_letters_only(attack: str) -> None:
    (run,) = encoding.loads(sarif(answer_of(attack)))["runs"]
    assert all(is_quiet(result["message"]["text"]) for result in run["results"])


@given(st.text())
def test_no_text_keeps_what_commands_a_terminal_and_none_loses_a_letter(said: str) -> None:
    shown = plain(said)
    assert is_quiet(shown)
    if "\x1b" not in said and "::" not in said and "##[" not in said:
        assert shown == "".join(letter for letter in said if is_quiet(letter))


@given(st.text(alphabet=st.characters(exclude_categories=("C", "Z"))))
def test_markdown_reads_as_what_was_said(said: str) -> None:
    assert markup.unescape(safe(said)) == plain(said)


def test_a_comment_longer_than_github_takes_is_cut_and_says_so() -> None:
    long = Answer(
        "gate", (), Path(), tuple(Trouble("blocked", f"{number} {'x' * 500}") for number in range(300))
    )
    comment = markdown(long)
    assert len(comment) < LONGEST + len(CUT) + 100
    assert comment.endswith(CUT)
