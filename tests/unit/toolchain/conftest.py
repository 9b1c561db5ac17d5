"""Small executables that stand in for Python, pip, Go and Pulumi, and a checkout that has only what set-up reads."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Protocol

import pytest

REPO = Path(__file__).parents[3]


class Script(Protocol):
    def __call__(self, path: Path, body: str) -> Path: ...


@pytest.fixture
def script() -> Script:
    """Writes an executable shell script and gives back its path."""

    def write(path: Path, body: str) -> Path:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"#!/bin/sh\n{body}\n")
        path.chmod(0o755)
        return path

    return write


@pytest.fixture
def said() -> list[str]:
    """What set-up says; hand over `said.append`."""
    return []


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A checkout with this project's own locks, Go modules and code of set-up, and nothing set up."""
    root = tmp_path / "a checkout"
    shutil.copytree(REPO / "toolchain", root / "toolchain", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(REPO / "ops", root / "ops")
    return root
