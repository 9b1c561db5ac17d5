"""What the code cites of docs/heroku-api.md stands there, under that number."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.unit.house.test_rooms import ROOMS, ROOT

PAGE = "docs/heroku-api.md"
CITED = re.compile(r"docs/heroku-api\.md ((?:§\d+)(?:(?:, | and )§\d+)*)")
ANY = re.compile(r"§")
RFC = re.compile(r"RFC \d+ §[\d.]+")
FILES = sorted(path for room in ROOMS for path in (ROOT / room).rglob("*.py"))


def sections(text: str) -> list[int]:
    return [int(number) for number in re.findall(r"^## (\d+)\. ", text, flags=re.MULTILINE)]


def cited(source: str) -> list[int]:
    return [int(number) for found in CITED.findall(source) for number in re.findall(r"\d+", found)]


def without_page(source: str) -> int:
    """How many citations name neither the page nor an RFC."""
    return len(ANY.findall(RFC.sub("", CITED.sub("", source))))


def test_each_cited_section_exists() -> None:
    there = sections((ROOT / PAGE).read_text(encoding="utf-8"))
    assert there == list(range(1, len(there) + 1))
    missing = {
        f"{path.relative_to(ROOT)}: §{number}"
        for path in FILES
        for number in cited(path.read_text(encoding="utf-8"))
        if number not in there
    }
    assert missing == set()


def test_the_citations_are_found() -> None:
    assert sum(len(cited(path.read_text(encoding="utf-8"))) for path in FILES) > 25


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_each_citation_names_its_page(path: Path) -> None:
    source = path.read_text(encoding="utf-8")
    assert without_page(source) == 0
    assert "heroku-api facts" not in source


@pytest.mark.parametrize(
    ("source", "numbers", "nameless"),
    [
        ("(docs/heroku-api.md §5)", [5], 0),
        ("docs/heroku-api.md §2 and §12, recordings", [2, 12], 0),
        ("names in any case (§4)", [], 1),
        ("Source: RFC 9110 §10.2.3.", [], 0),
    ],
)
def test_what_a_comment_cites_is_read(source: str, numbers: list[int], nameless: int) -> None:
    assert (cited(source), without_page(source)) == (numbers, nameless)
