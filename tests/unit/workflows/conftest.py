"""The project's workflows, and the linters that read them."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from toolchain import go

ROOT = Path(__file__).resolve().parents[3]
WORKFLOWS = ROOT / ".github" / "workflows"
Lint = Callable[[Path], str]


def workflows() -> list[Path]:
    return sorted(WORKFLOWS.glob("*.yml"))


@pytest.fixture(scope="session")
def actionlint(tmp_path_factory: pytest.TempPathFactory) -> Lint:
    """What actionlint, built from the pinned Go module, says of a file; empty where it has nothing to say."""
    found = go.find(os.environ, (1, 25, 0))
    if found is None:
        pytest.skip("no Go 1.25 or newer on PATH: the workflows were NOT linted with actionlint")
    executable = tmp_path_factory.mktemp("actionlint") / "actionlint"
    built = subprocess.run(
        [
            found.executable,
            "build",
            "-mod=readonly",
            "-o",
            executable,
            "github.com/rhysd/actionlint/cmd/actionlint",
        ],
        cwd=ROOT / "toolchain" / "actionlint",
        env=found.environment(os.environ),
        capture_output=True,
        text=True,
        check=False,
    )
    assert built.returncode == 0, built.stderr

    def lint(path: Path) -> str:
        # Shell and Python inside `run` are read by it only where their linters are installed: the same everywhere.
        done = subprocess.run(
            [executable, "-no-color", "-shellcheck=", "-pyflakes=", path],
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode in (0, 1), done.stderr
        return done.stdout

    return lint


@pytest.fixture(scope="session")
def zizmor() -> Lint:
    """What zizmor says of a file or folder, without asking anybody; empty where it has no finding."""

    def lint(path: Path) -> str:
        done = subprocess.run(
            [
                Path(sys.executable).with_name("zizmor"),
                "--offline",
                "--no-progress",
                "--persona=pedantic",
                "--format=plain",
                path,
            ],
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0 or done.stdout, done.stderr
        return "" if done.returncode == 0 else done.stdout

    return lint
