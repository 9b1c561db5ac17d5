"""The marker says "complete" only for a set-up that was finished, from these locks, by this Python."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from toolchain import marker

if TYPE_CHECKING:
    from pathlib import Path

PYTHON = "cpython-3.11"


@pytest.fixture
def begun(checkout: Path) -> Path:
    (checkout / ".venv").mkdir()
    marker.begin(checkout)
    return checkout


def test_begun_is_not_complete(begun: Path) -> None:
    assert marker.was_begun(begun)
    assert not marker.is_complete(begun, "runtime", PYTHON)


def test_finished_is_complete(begun: Path) -> None:
    marker.finish(begun, "runtime", PYTHON)
    assert marker.is_complete(begun, "runtime", PYTHON)
    assert not marker.was_begun(begun)


def test_development_includes_runtime_and_not_the_reverse(begun: Path) -> None:
    marker.finish(begun, "runtime", PYTHON)
    assert not marker.is_complete(begun, "dev", PYTHON)
    marker.begin(begun)
    marker.finish(begun, "dev", PYTHON)
    assert marker.is_complete(begun, "runtime", PYTHON)


def test_another_python_is_not_complete(begun: Path) -> None:
    marker.finish(begun, "runtime", PYTHON)
    assert not marker.is_complete(begun, "runtime", "cpython-3.12")
    assert not marker.is_complete(begun, "runtime", "")


@pytest.mark.parametrize("name", sorted({name for names in marker.LOCKS.values() for name in names}))
def test_one_changed_byte_in_a_lock_is_not_complete(begun: Path, name: str) -> None:
    marker.finish(begun, "dev", PYTHON)
    lock = begun / "toolchain" / "locks" / name
    lock.write_bytes(lock.read_bytes() + b"#")
    assert not marker.is_complete(begun, "dev", PYTHON)
    assert marker.is_complete(begun, "runtime", PYTHON) == (name == "dev.txt")


@pytest.mark.parametrize(
    "content", [b"", b"cpython-3.11\n", b"\xff\xfe\x00"], ids=["empty", "cut", "not text"]
)
def test_a_damaged_marker_is_not_complete(begun: Path, content: bytes) -> None:
    (begun / ".venv" / "set-up-complete").write_bytes(content)
    assert not marker.is_complete(begun, "runtime", PYTHON)


def test_no_environment_is_not_complete(checkout: Path) -> None:
    assert not marker.is_complete(checkout, "runtime", PYTHON)
    assert not marker.was_begun(checkout)
