"""docs/heroku-plugin.md says what the list of deviations says."""

from __future__ import annotations

from pathlib import Path

from providers.heroku.types import MODULES
from tests.unit.providers.heroku import plugin_page, recordings

PAGE = Path(__file__).parents[4] / "docs" / "heroku-plugin.md"


def test_the_page_is_the_list() -> None:
    """To write it anew: python -m tests.unit.providers.heroku.test_deviations_page"""
    assert PAGE.read_text(encoding="utf-8") == _text()


def test_the_page_counts_the_recorded_calls() -> None:
    found = sum(len(steps) for name in recordings.TYPES for steps in recordings.scenarios(name).values())
    assert found == plugin_page.RECORDED


def _text() -> str:
    return plugin_page.page(sorted(token.rpartition(":")[2] for token in MODULES))


if __name__ == "__main__":
    PAGE.write_text(_text(), encoding="utf-8")
