"""Each link of a page to another file of this project leads somewhere."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.unit.house.test_rooms import ROOT

PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
LINK = re.compile(r"\]\((?!https?:|mailto:)([^)#\s]*)(?:#([^)\s]+))?\)")
HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)


def anchor(heading: str) -> str:
    """As GitHub makes it."""
    kept = "".join(letter for letter in heading.lower() if letter.isalnum() or letter in " -_")
    return kept.replace(" ", "-")


def broken(page: Path) -> list[str]:
    found = []
    for target, fragment in LINK.findall(page.read_text(encoding="utf-8")):
        path = (page.parent / target).resolve() if target else page
        headings = (
            HEADING.findall(path.read_text(encoding="utf-8"))
            if path.suffix == ".md" and path.exists()
            else []
        )
        if not path.exists() or (fragment and fragment not in {anchor(heading) for heading in headings}):
            found.append(f"{target}#{fragment}" if fragment else target)
    return found


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_no_link_of_a_page_is_broken(page: Path) -> None:
    assert broken(page) == []


def test_a_broken_link_is_found_out(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("# Here\n[a](b.md) [c](#here) [d](#there) [e](page.md#here) [f](https://example.com/x)\n")
    assert broken(page) == ["b.md", "#there"]
