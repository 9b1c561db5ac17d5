"""Every command has help, and refuses nonsense before it starts anything."""

from __future__ import annotations

import pytest
from click.testing import CliRunner

from operations.cli import COMMANDS, ops


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_help(command: str) -> None:
    shown = CliRunner().invoke(ops, [command, "--help"])
    assert shown.exit_code == 0
    assert shown.output.startswith(f"Usage: ops {command}")


def test_the_help_lists_every_command_with_a_sentence() -> None:
    shown = CliRunner().invoke(ops, ["--help"]).output
    for command in COMMANDS:
        line = next(line for line in shown.splitlines() if line.split()[:1] == [command])
        assert len(line.split()) > 3, line


def test_an_unknown_stack_is_refused_with_the_known_ones() -> None:
    shown = CliRunner().invoke(ops, ["pulumi", "prod", "preview"])
    assert shown.exit_code == 2
    assert '"prod" is no stack of this project; did you mean "production"?; the stacks are' in shown.output


@pytest.mark.parametrize(
    "words", [["config", "set", "x", "y"], ["config", "rm", "x"], ["--color", "never", "config", "set"]]
)
def test_a_rehearsal_does_not_write_settings(words: list[str]) -> None:
    shown = CliRunner().invoke(ops, ["pulumi", "staging", *words])
    assert shown.exit_code == 1
    assert "edit that file instead" in shown.output
