"""What a reviewed file can cost to read is bounded, and each bound is one sentence."""

from __future__ import annotations

import os
import tracemalloc
from collections.abc import Callable
from pathlib import Path

import pytest

from runbook.reviewed_list import read as read_list
from runbook.stack_file import DEEPEST, LARGEST_BYTES, StackFileError, parse, read

NAME = "Pulumi.staging.yaml"
MEMORY = 32 * 1024 * 1024
"""Bytes that reading may take; ten nested aliases took 2.1 GB."""


def laughs(levels: int = 10) -> str:
    """A billion values in ten lines."""
    lines = ["config:", "  a0: &a0 [lol, lol, lol, lol, lol, lol, lol, lol, lol, lol]"]
    lines += [f"  a{level}: &a{level} [{', '.join([f'*a{level - 1}'] * 10)}]" for level in range(1, levels)]
    return "\n".join(lines)


def refused(path: Path) -> str:
    """What is said of it, with bounded memory."""
    tracemalloc.start()
    try:
        with pytest.raises(StackFileError) as raised:
            read(path)
        assert tracemalloc.get_traced_memory()[1] < MEMORY
    finally:
        tracemalloc.stop()
    return str(raised.value)


def holding(text: str) -> Callable[[Path], object]:
    return lambda path: path.write_text(text, encoding="utf-8")


FILES: dict[str, tuple[Callable[[Path], object], str]] = {
    "nested aliases": (holding(laughs()), ":3: the alias *a0 is not read; write its value out"),
    "one alias": (holding("config:\n  a: &a {b: 1}\n  c: *a"), ":3: the alias *a is not read; write its value out"),
    "an alias of itself": (holding("config: &a\n  b: *a"), ":2: the alias *a is not read; write its value out"),
    "lists in lists": (holding("config: " + "[" * 100_000), f":1: more than {DEEPEST} levels; expected a stack's few"),
    "mappings in mappings": (holding("config: " + "{a: " * 60_000), f":1: more than {DEEPEST} levels; expected a stack's few"),
    "a huge file": (holding("config: {}\n" + "#" * LARGEST_BYTES), ": is larger than 256 KiB; is it the right file?"),
    "an endless device": (lambda path: path.symlink_to("/dev/zero"), ": is no regular file, nor a link to one; expected a YAML file"),
    "a pipe that nobody writes": (os.mkfifo, ": is no regular file, nor a link to one; expected a YAML file"),
    "a folder": (Path.mkdir, ": is no regular file, nor a link to one; expected a YAML file"),
    "a link to itself": (lambda path: path.symlink_to(path), ": Too many levels of symbolic links"),
}  # fmt: skip


@pytest.mark.timeout(10)
@pytest.mark.parametrize(("make", "said"), FILES.values(), ids=FILES)
def test_a_file_that_would_cost_too_much_is_refused_at_once(
    tmp_path: Path, make: Callable[[Path], object], said: str
) -> None:
    make(tmp_path / NAME)
    assert refused(tmp_path / NAME) == f"{NAME}{said}"


@pytest.mark.timeout(10)
def test_reviewed_lists_are_read_by_the_same_bounds(tmp_path: Path) -> None:
    (tmp_path / "waivers.yaml").symlink_to("/dev/zero")
    with pytest.raises(StackFileError, match=r"^waivers.yaml: is no regular file"):
        read_list(tmp_path / "waivers.yaml", "waivers")


def test_a_link_to_a_regular_file_is_read(tmp_path: Path) -> None:
    (tmp_path / "kept.yaml").write_text("config: {a: 1}")
    (tmp_path / NAME).symlink_to(tmp_path / "kept.yaml")
    assert read(tmp_path / NAME).values == {"config": {"a": 1}}


def test_an_anchor_alone_costs_nothing() -> None:
    assert parse(NAME, "config: &all {a: 1}").values == {"config": {"a": 1}}
