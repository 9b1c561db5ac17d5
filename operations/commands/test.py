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
SIDE_BY_SIDE = ("-n", str((os.cpu_count() or 2) * 3 // 2), "--dist", "loadfile")
"""More processes than cores: tests of the engine wait as long as they work. A file's stay in one, as they share what they set up."""


@click.command(
    context_settings={
        "ignore_unknown_options": True,
        "allow_interspersed_args": False,
        "help_option_names": ["-h", "--help"],
    }
)
@click.option("--style", is_flag=True, help="Only style and types: ruff and mypy, without a test.")
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
def test(arguments: tuple[str, ...], *, style: bool) -> None:
    """Runs what CI runs: style, types and the whole test suite.

    \b
    ops test --style
    ops test tests/unit -k backup

    Sets up the development packages first. ARGUMENTS go to pytest, and then only pytest runs. Exits with pytest's code.
    """
    from operations.pulumi_run.set_up import ready_checks, ready_for_tests  # noqa: PLC0415 - help needs none of it

    workspace = Workspace.here()
    if style:
        if arguments:
            raise click.UsageError("--style runs no test; leave out the arguments for pytest")
        ready_checks(workspace)
        _check_style(workspace, dict(os.environ))
        return
    built = ready_for_tests(workspace)
    note(f"Using {built}")
    env = {**os.environ, "PATH": built.path(os.environ)}
    if not arguments:
        _check_style(workspace, env)
    wanted = arguments or SIDE_BY_SIDE
    raise SystemExit(_run(workspace, [sys.executable, "-m", "pytest", *wanted], env))


def _check_style(workspace: Workspace, env: dict[str, str]) -> None:
    for check in CHECKS:
        if _run(workspace, [sys.executable, "-m", *check], env):
            raise OperationError(f"{' '.join(check)} found what is shown above")


def _run(workspace: Workspace, command: list[str], env: dict[str, str]) -> int:
    return foreground.run(command, cwd=workspace.root, env=env)
