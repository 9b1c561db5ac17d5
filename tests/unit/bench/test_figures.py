"""The figures that `ops bench` keeps: its page is made of them, and only a ratio that grew by more than a fifth is worse."""

from __future__ import annotations

from pathlib import Path

import pytest

from bench.figures import KEPT, PAGE, WORKS, Pair, Run, lines, load, page, save, worse

BEFORE = Run("2 cores", "2026-11-25", {"preview": Pair(1.5, 1.0), "gate": Pair(3.0, 1.5)})


def run(**pairs: Pair) -> Run:
    return Run("2 cores", "2026-11-26", {**BEFORE.pairs, **pairs})


def test_the_page_is_made_from_the_kept_figures() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(load())
    assert load().pairs.keys() == WORKS.keys()


def test_figures_come_back_as_they_were_kept(tmp_path: Path) -> None:
    save(BEFORE, tmp_path / KEPT.name)
    assert load(tmp_path / KEPT.name) == BEFORE


@pytest.mark.parametrize(
    ("found", "says"),
    [
        (run(), []),
        (run(preview=Pair(1.79, 1.0)), []),
        (run(preview=Pair(1.81, 1.0)), ["preview: 1.81, was 1.50"]),
        (run(preview=Pair(15.0, 10.0)), []),
        (run(preview=Pair(1.0, 1.0), gate=Pair(3.7, 1.5)), ["gate: 2.47, was 2.00"]),
        (run(drift=Pair(9.0, 1.0)), []),
        (Run("2 cores", "2026-11-26", {"gate": Pair(3.0, 1.5)}), ["preview: not measured"]),
    ],
    ids=[
        "the same",
        "nearly a fifth more",
        "more than a fifth",
        "a slower machine",
        "one better and one worse",
        "measured for the first time",
        "measured no more",
    ],
)
def test_a_ratio_that_grew_by_more_than_a_fifth_is_worse(found: Run, says: list[str]) -> None:
    assert worse(found, BEFORE) == says


def test_a_line_has_ratio_goal_and_both_figures() -> None:
    assert list(lines(BEFORE)) == [
        "  1.50  goal  1.30  above  preview: a bare preview of production 1.50 s, a preview of an empty program 1.00 s",
        "  2.00  goal  1.50  above  gate: `ops gate` of both stacks 3.00 s, a bare preview of production 1.50 s",
    ]


def test_a_goal_that_is_not_reached_has_its_reason_on_the_page() -> None:
    assert WORKS["preview"].floor in page(BEFORE)
    assert WORKS["preview"].floor not in page(run(preview=Pair(1.2, 1.0)))
