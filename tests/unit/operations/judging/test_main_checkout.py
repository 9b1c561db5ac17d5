"""A checkout of main that was edited while the change's code ran is not believed."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from operations.judging import main_version
from operations.judging.answer import Answer
from operations.judging.kept_previews import KeptPreviews
from operations.judging.main_checkout import MainCheckout
from tests.unit.operations.judging.streams import basis

RULE = "runbook/rules/book.py"


@pytest.fixture
def main(tmp_path: Path) -> Path:
    folder = tmp_path / "main"
    for name in (
        RULE,
        "operations/__main__.py",
        ".git/HEAD",
        "policies/__pycache__/pack.pyc",
        ".venv/lib/x.py",
    ):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text("print('{\"stacks\": []}')\n")
    (folder / "waivers.yaml").write_text("waivers: []\n")
    return folder


def rewrite_in_time(folder: Path) -> None:
    """With size and times as before; only the entry's own time tells."""
    path = folder / RULE
    before = path.stat()
    path.write_text(path.read_text().replace("stacks", "stocks"))
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))


def link_a_rule(folder: Path) -> None:
    (folder / RULE).unlink()
    (folder / RULE).symlink_to("/dev/null")


def replace_whole(folder: Path) -> None:
    shutil.copytree(folder, folder.with_name("copy"))
    shutil.rmtree(folder)
    folder.with_name("copy").rename(folder)


EDITS: dict[str, Callable[[Path], object]] = {
    "a line of a rule": lambda folder: (folder / RULE).write_text("return"),
    "a rule of the same size and times": rewrite_in_time,
    "a rule taken out": lambda folder: (folder / RULE).unlink(),
    "a module before another": lambda folder: (folder / "json.py").write_text(""),
    "a link in a file's place": link_a_rule,
    "another commit": lambda folder: (folder / ".git" / "HEAD").write_text("ref: refs/heads/other"),
    "a package": lambda folder: (folder / ".venv" / "lib" / "x.py").write_text(""),
    "all of it": replace_whole,
}


@pytest.mark.parametrize("words", EDITS)
def test_an_edit_is_named_and_main_is_not_asked(words: str, main: Path, tmp_path: Path) -> None:
    looked_at = MainCheckout.of(main)
    EDITS[words](main)
    assert looked_at.touched() is not None
    (tmp_path / "change").mkdir()
    answer = main_version.judged_too(
        Answer("gate", (), tmp_path), KeptPreviews({}), basis(tmp_path / "change"), looked_at
    )
    assert answer.outcome == "blocked"
    assert answer.troubles[0].what.startswith("main's checkout was changed while the change's code ran: ")


def test_one_that_nobody_touched_is_asked(main: Path, tmp_path: Path) -> None:
    looked_at = MainCheckout.of(main)
    (tmp_path / "change").mkdir()
    answer = main_version.judged_too(
        Answer("gate", (), tmp_path), KeptPreviews({}), basis(tmp_path / "change"), looked_at
    )
    assert answer.troubles == ()
    assert looked_at.touched() is None
