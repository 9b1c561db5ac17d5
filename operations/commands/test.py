"""`ops test`: style, types and the test suite."""

from __future__ import annotations

import os
import sys

import click

from operations.console import note
from operations.errors import OperationError
from operations.pulumi_run import foreground
from operations.workspace import Workspace

CHECKS = (("ruff", "check", "."), ("ruff", "format", "--check", "."), ("mypy", "."))
SLOWEST = ("--durations", "10")
CORES = os.cpu_count() or 2
SIDE_BY_SIDE = ("-n", str(CORES * 3 // 2), "--dist", "loadfile", "--no-loadscope-reorder", *SLOWEST)
"""More processes than cores: tests of the engine wait as long as they work. A file's stay in one, as they share what they set up;
the files go in the order of their names, so that the engine's long ones don't end the run alone."""
UNIT = ("tests/unit", "-m", "not slow", "-n", str(CORES), *SLOWEST)
COVERED = ("tests/unit", "-n", str(CORES), "--cov", "--cov-report=term")
"""The floor is in pyproject.toml."""
KILLS = ("tests/engine/kill", *SLOWEST)


@click.command(
    context_settings={
        "ignore_unknown_options": True,
        "allow_interspersed_args": False,
        "help_option_names": ["-h", "--help"],
    }
)
@click.option("--style", is_flag=True, help="Only style and types: ruff and mypy, without a test.")
@click.option("--fast", is_flag=True, help="Style, types and the unit tests, without those marked slow.")
@click.option(
    "--coverage", is_flag=True, help="Style, types and tests/unit, with branch coverage and its floor."
)
@click.option(
    "--kill",
    "kills",
    type=click.IntRange(1),
    metavar="N",
    help="Only N kills, spread over commands and what is killed; each must be made good by at most two commands.",
)
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
def test(arguments: tuple[str, ...], *, style: bool, fast: bool, coverage: bool, kills: int | None) -> None:
    """Runs what CI runs: style, types and the whole test suite.

    \b
    ops test --fast
    ops test tests/unit -k backup

    Sets up the development packages first. ARGUMENTS go to pytest, and then only pytest runs. Exits with pytest's code.
    """
    parts = {"--style": (style, ()), "--fast": (fast, UNIT), "--coverage": (coverage, COVERED)}
    chosen = {name: tests for name, (wanted, tests) in parts.items() if wanted}
    if len(chosen) + (kills is not None) > 1:
        raise click.UsageError(f"give one of {', '.join((*parts, '--kill'))}")
    workspace = Workspace.here()
    for name, tests in chosen.items():
        if arguments:
            raise click.UsageError(f"{name} takes no arguments for pytest")
        _without_engine(workspace, tests)
        return
    if kills is not None:
        os.environ["KILLS"] = str(kills)
        arguments = (*KILLS, *arguments)
    _whole(workspace, arguments)


def _without_engine(workspace: Workspace, tests: tuple[str, ...]) -> None:
    from operations.pulumi_run.set_up import ready_checks  # noqa: PLC0415 - help needs none of it

    ready_checks(workspace)
    env = dict(os.environ)
    _check_style(workspace, env)
    if tests:
        raise SystemExit(_pytest(workspace, tests, env))


def _whole(workspace: Workspace, arguments: tuple[str, ...]) -> None:
    from operations.pulumi_run.set_up import ready_for_tests  # noqa: PLC0415 - help needs none of it

    built = ready_for_tests(workspace)
    note(f"Using {built}")
    env = {**os.environ, "PATH": built.path(os.environ)}
    if not arguments:
        _check_style(workspace, env)
    raise SystemExit(_pytest(workspace, arguments or SIDE_BY_SIDE, env))


def _check_style(workspace: Workspace, env: dict[str, str]) -> None:
    for check in CHECKS:
        if _run(workspace, [sys.executable, "-m", *check], env):
            raise OperationError(f"{' '.join(check)} found what is shown above")


def _pytest(workspace: Workspace, arguments: tuple[str, ...], env: dict[str, str]) -> int:
    return _run(workspace, [sys.executable, "-m", "pytest", *arguments], env)


def _run(workspace: Workspace, command: list[str], env: dict[str, str]) -> int:
    return foreground.run(command, cwd=workspace.root, env=env)
