"""Every command has help, and refuses nonsense before it starts anything."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from operations.cli import COMMANDS, ops

ROOT = Path(__file__).resolve().parents[4]


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


@pytest.mark.fault("B43")
def test_an_unknown_stack_is_refused_with_the_known_ones() -> None:
    shown = CliRunner().invoke(ops, ["pulumi", "prod", "preview"])
    assert shown.exit_code == 64
    assert '"prod" is no stack of this project; did you mean "production"?; the stacks are' in shown.output


@pytest.mark.parametrize(
    "words", [["config", "set", "x", "y"], ["config", "rm", "x"], ["--color", "never", "config", "set"]]
)
def test_a_rehearsal_does_not_write_settings(words: list[str]) -> None:
    shown = CliRunner().invoke(ops, ["pulumi", "staging", *words])
    assert shown.exit_code == 1
    assert "edit that file instead" in shown.output


@pytest.mark.parametrize("words", [(), *commands()], ids=lambda words: " ".join(words) or "ops")
def test_a_usage_error_exits_64_which_is_no_verdict_of_any_command(words: tuple[str, ...]) -> None:
    if words in {("pulumi",), ("test",), ("local", "shell")}:
        return  # these hand unknown options on
    shown = CliRunner().invoke(ops, [*words, "--no-such-option"])
    assert shown.exit_code == 64
    assert "No such option '--no-such-option'" in shown.output


@pytest.mark.parametrize(
    "words",
    [
        [],
        ["local"],
        ["local", "nonsense"],
        ["apply"],
        ["pulumi"],
        ["pulumi", "staging"],
        ["local", "shell", "prod"],
    ],
    ids=" ".join,
)
def test_a_command_line_that_is_not_whole_exits_64(words: list[str]) -> None:
    assert CliRunner().invoke(ops, words).exit_code == 64


def test_the_process_itself_exits_64() -> None:
    command = [sys.executable, "-m", "operations", "drift", "prod"]
    assert subprocess.run(command, cwd=ROOT, capture_output=True, check=False).returncode == 64


@pytest.mark.parametrize(
    ("words", "suggestion"),
    [
        (["drfit"], "Did you mean one of: 'drift', 'drill'?"),
        (["verfy"], "Did you mean 'verify'?"),
        (["local", "rest"], "Did you mean 'reset'?"),
        (["drift", "--jsn"], "Did you mean one of: '--json', '--junit'?"),
    ],
)
def test_a_mistyped_word_gets_a_suggestion(words: list[str], suggestion: str) -> None:
    assert suggestion in CliRunner().invoke(ops, words).output


def test_a_word_like_no_command_gets_none() -> None:
    shown = CliRunner().invoke(ops, ["xyzzy"])
    assert shown.exit_code == 64
    assert "No such command 'xyzzy'.\n" in shown.output


def test_the_version_is_the_projects() -> None:
    version = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]
    shown = CliRunner().invoke(ops, ["--version"])
    assert shown.exit_code == 0
    assert shown.output == f"ops {version} (Python {'.'.join(map(str, sys.version_info[:3]))})\n"


EXIT_CODES = (ROOT / "docs" / "exit-codes.md").read_text(encoding="utf-8")


def test_the_page_of_exit_codes_has_a_row_for_every_command() -> None:
    table = EXIT_CODES.split("| Command |")[1].split("\n\n")[0].splitlines()[2:]
    rows = [re.findall(r"`ops ([a-z ]+)`", line.split("|")[1]) for line in table]
    found = [name for row in rows for name in row]
    assert sorted(found) == sorted(COMMANDS)


@pytest.mark.parametrize("command", ["check", "gate", "apply", "verify", "drift", "adopt", "drill"])
def test_the_help_and_the_page_give_a_command_the_same_exit_codes(command: str) -> None:
    shown = " ".join(CliRunner().invoke(ops, [command, "--help"]).output.split())
    (row,) = [line for line in EXIT_CODES.splitlines() if line.startswith(f"| `ops {command}` |")]
    cells = [cell.strip() for cell in row.split("|")[2:6]]
    said = re.findall(r"\b([0-3]) (?:when|for|if)\b", shown)
    assert said == [str(code) for code, cell in enumerate(cells) if cell]


def test_the_markdown_form_can_be_asked_for_by_its_earlier_name_too() -> None:
    shown = CliRunner().invoke(ops, ["gate", "--help"]).output
    assert "--markdown, --comment FILE" in shown
