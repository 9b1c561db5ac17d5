"""The pre-commit hooks run what CI runs, and download nothing."""

from __future__ import annotations

import re
import sys
from importlib import import_module
from typing import Any

import pytest
import yaml
from click.testing import CliRunner

from operations.cli import ops
from operations.pulumi_run import set_up
from tests.unit.house.test_rooms import ROOT
from tests.unit.workflows.conftest import WORKFLOWS

CONFIG: dict[str, Any] = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text(encoding="utf-8"))
COMMAND = import_module("operations.commands.test")


class Engine:
    def path(self, env: object) -> str:
        del env
        return ""


@pytest.fixture
def ran(monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """What `ops test` runs, noted and not run; the set-up is skipped, and named."""
    found: list[list[str]] = []

    def ready_for_tests(_: object) -> Engine:
        found.append(["set up: packages, engine"])
        return Engine()

    def run(_: object, words: list[str], env: object) -> int:
        del env
        found.append(words)
        return 0

    monkeypatch.setattr(set_up, "ready_checks", lambda _: found.append(["set up: packages"]))
    monkeypatch.setattr(set_up, "ready_for_tests", ready_for_tests)
    monkeypatch.setattr(COMMAND, "_run", run)
    return found


def hooks() -> list[dict[str, Any]]:
    return [hook for repository in CONFIG["repos"] for hook in repository["hooks"]]


def test_every_hook_is_local_and_runs_ops() -> None:
    assert [repository["repo"] for repository in CONFIG["repos"]] == ["local"]
    assert {hook["language"] for hook in hooks()} == {"system"}
    assert [hook["entry"].split()[0] for hook in hooks()] == ["./ops"] * len(hooks())


def test_the_hooks_run_what_the_jobs_of_a_pull_request_run_before_the_gate() -> None:
    jobs = yaml.safe_load((WORKFLOWS / "pull-request.yml").read_text(encoding="utf-8"))["jobs"]
    of_ci = {
        command
        for name in ("settings", "test")
        for step in jobs[name]["steps"]
        for command in re.findall(r"^\./ops \w+", step.get("run", ""), re.MULTILINE)
    }
    assert {hook["entry"] for hook in hooks()} == {*of_ci, "./ops test --style"}


def test_style_is_the_part_of_the_test_command_before_pytest(ran: list[list[str]]) -> None:
    assert CliRunner().invoke(ops, ["test", "--style"]).exit_code == 0
    alone = [*ran]
    ran.clear()
    assert CliRunner().invoke(ops, ["test"]).exit_code == 0
    checks = [[sys.executable, "-m", *check] for check in COMMAND.CHECKS]
    assert len(checks) == 3
    assert alone == [["set up: packages"], *checks]
    assert ran[:-1] == [["set up: packages, engine"], *checks]
    assert ran[-1][:3] == [sys.executable, "-m", "pytest"]


def test_a_named_test_runs_without_the_checks(ran: list[list[str]]) -> None:
    assert CliRunner().invoke(ops, ["test", "tests/unit", "-k", "backup"]).exit_code == 0
    assert ran == [
        ["set up: packages, engine"],
        [sys.executable, "-m", "pytest", "tests/unit", "-k", "backup"],
    ]


def test_a_check_that_fails_ends_the_command_and_is_named(
    ran: list[list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert ran == []
    monkeypatch.setattr(COMMAND, "_run", lambda _, words, __: int("mypy" in words))
    shown = CliRunner().invoke(ops, ["test", "--style"])
    assert shown.exit_code == 1
    assert shown.output == "Error: mypy . found what is shown above\n"


def test_fast_is_style_types_and_the_unit_tests_without_an_engine(ran: list[list[str]]) -> None:
    assert CliRunner().invoke(ops, ["test", "--fast"]).exit_code == 0
    checks = [[sys.executable, "-m", *check] for check in COMMAND.CHECKS]
    assert ran == [["set up: packages"], *checks, [sys.executable, "-m", "pytest", *COMMAND.UNIT]]
    assert COMMAND.UNIT[:3] == ("tests/unit", "-m", "not slow")


def test_a_run_of_the_suite_names_its_ten_slowest_tests() -> None:
    for arguments in (COMMAND.UNIT, COMMAND.SIDE_BY_SIDE):
        assert arguments[-2:] == ("--durations", "10")


@pytest.mark.parametrize("option", ["--style", "--fast"])
def test_style_and_fast_take_nothing_for_pytest(option: str) -> None:
    shown = CliRunner().invoke(ops, ["test", option, "tests/unit"])
    assert shown.exit_code == 64
    assert f"{option} takes no arguments for pytest" in shown.output
