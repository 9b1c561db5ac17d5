"""Every command has help, and refuses nonsense before it starts anything."""

from __future__ import annotations

from collections.abc import Iterator

import click
import pytest
from click.testing import CliRunner

from operations.cli import COMMANDS, ops


def commands(of: click.Command = ops, words: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """Every command by its words, groups and what is in them."""
    if words:
        yield words
    if isinstance(of, click.Group):
        context = click.Context(of)
        for name in of.list_commands(context):
            found = of.get_command(context, name)
            assert found is not None
            yield from commands(found, (*words, name))


@pytest.mark.parametrize("words", list(commands()), ids=" ".join)
def test_every_command_has_help_as_it_was_written(words: tuple[str, ...]) -> None:
    shown = CliRunner().invoke(ops, [*words, "--help"])
    assert shown.exit_code == 0
    assert shown.output.startswith(f"Usage: ops {' '.join(words)}")
    assert r"\b" not in shown.output, "a raw docstring: its examples run together in one line"


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
