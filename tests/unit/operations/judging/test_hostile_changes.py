"""Each change that tries to get past is stopped by main's judgement of its files and previews, and says no secret.

docs/hostile-changes.md lists them; UPDATE_PAGE=1 writes it anew.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from operations.forms.markdown import markdown
from operations.forms.text import text
from operations.judging.answer import Answer
from operations.judging.gate import answer_of_kept
from runbook.settings import STACKS
from tests.unit.operations.judging.hostile import CANARY, HEX, ROOT, Hostile, Proposed
from tests.unit.operations.judging.hostile import HOSTILE as FIRST
from tests.unit.operations.judging.hostile_programs import HOSTILE as OF_PROGRAMS

HOSTILE = (*FIRST, *OF_PROGRAMS)

PAGE = ROOT / "docs" / "hostile-changes.md"
HEAD = """# Changes that try to get past

{count} changes, each tried by a test on main's judgement of a change ([ci.md](ci.md#judged-by-main)): none is approved, none shows a secret. What no
judgement of files and previews can see is in the [threat model](ci.md#threat-model). The table is written by the test that tries them
([test_hostile_changes.py](../tests/unit/operations/judging/test_hostile_changes.py)); more changes are tried on the real engine in
[tests/engine/gate](../tests/engine/gate).

| change | what is said, among other things |
|---|---|
"""


def judged(made: Proposed) -> Answer:
    return answer_of_kept(made.kept, STACKS, made.checkout, 300, made.checkout)


def test_the_checkout_that_nothing_was_done_to_is_approved(tmp_path: Path) -> None:
    answer = judged(Proposed.honest(tmp_path))
    assert (answer.exit_code, text(answer).count("blocked")) == (0, 0)


@pytest.mark.parametrize("hostile", HOSTILE, ids=lambda hostile: hostile.words.replace(" ", "-"))
def test_it_is_not_approved_and_says_why(hostile: Hostile, tmp_path: Path) -> None:
    made = Proposed.honest(tmp_path)
    hostile.attempt(made)
    answer = judged(made)
    shown = text(answer) + markdown(answer)
    assert answer.exit_code != 0
    assert hostile.says in text(answer)
    assert CANARY not in shown
    assert HEX not in shown
    assert "\x1b[2J" not in shown
    assert not any(line.strip().startswith("# Approved") for line in shown.splitlines())


def test_the_page_lists_them() -> None:
    rows = "".join(f"| {one.words} | `{one.says}` |\n" for one in HOSTILE)
    page = HEAD.format(count=len(HOSTILE)) + rows
    if os.environ.get("UPDATE_PAGE"):
        PAGE.write_text(page, encoding="utf-8")
    assert PAGE.read_text(encoding="utf-8") == page


def test_there_are_sixty_and_each_is_another_one() -> None:
    assert len({one.words for one in HOSTILE}) == len(HOSTILE) >= 60
