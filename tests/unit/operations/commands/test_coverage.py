"""`ops test --coverage`: the fast tests with branch coverage, red below the floor."""

from __future__ import annotations

import os
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from click.testing import CliRunner

from operations.cli import ops
from operations.commands import test as command
from operations.workspace import Workspace
from tests.unit.house.test_rooms import ROOMS, ROOT

SETTINGS = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["coverage"]


def test_it_runs_style_types_and_the_unit_tests_and_ends_with_pytests_code(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    ran: list[list[str]] = []

    def run(workspace: Workspace, words: list[str], env: dict[str, str]) -> int:
        ran.append(words)
        return 2 if "pytest" in words else 0

    monkeypatch.setattr("operations.pulumi_run.set_up.ready_checks", lambda _: None)
    monkeypatch.setattr(command, "_run", run)
    assert CliRunner().invoke(ops, ["test", "--coverage"]).exit_code == 2
    assert [words[2:] for words in ran] == [
        *(list(check) for check in command.CHECKS),
        ["pytest", *command.COVERED],
    ]


def test_one_part_is_chosen_at_a_time() -> None:
    shown = CliRunner().invoke(ops, ["test", "--coverage", "--fast"])
    assert (shown.exit_code, "give one of --style, --fast, --coverage, --kill" in shown.output) == (64, True)


def test_every_room_is_measured_by_branches() -> None:
    assert SETTINGS["run"] == {"branch": True, "data_file": ".local/coverage", "source": sorted(ROOMS)}


def test_a_share_below_the_floor_is_red(tmp_path: Path) -> None:
    (tmp_path / "module.py").write_text("def one(a):\n    if a:\n        return 1\n    return 2\n")
    (tmp_path / "test_one.py").write_text("import module\ndef test_one():\n    assert module.one(1) == 1\n")
    floor = SETTINGS["report"]["fail_under"]
    assert 80 <= floor < 100
    (tmp_path / "pyproject.toml").write_text(
        f'[tool.coverage.run]\nbranch = true\nsource = ["."]\n[tool.coverage.report]\nfail_under = {floor}\n'
    )
    shown = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--cov"],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(tmp_path), "COVERAGE_FILE": str(tmp_path / ".coverage")},
        capture_output=True,
        text=True,
        check=False,
    )
    assert shown.returncode == 1, shown.stdout
    assert f"Required test coverage of {floor}" in shown.stdout + shown.stderr
