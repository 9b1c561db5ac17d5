"""`ops test`: the whole test suite."""

from __future__ import annotations

import os
import sys

import click

from operations.console import note
from operations.errors import OperationError
from operations.pulumi_run import foreground
from operations.workspace import Workspace

SIDE_BY_SIDE = ("-n", str((os.cpu_count() or 2) * 3 // 2), "--dist", "loadfile")
"""More processes than cores: tests of the engine wait as long as they work. A file's stay in one, as they share what they set up."""


@click.command(
    context_settings={
        "ignore_unknown_options": True,
        "allow_interspersed_args": False,
        "help_option_names": ["-h", "--help"],
    }
)
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
def test(arguments: tuple[str, ...]) -> None:
    """Sets up, checks style and types, and runs the tests.

    ARGUMENTS go to pytest, and then only pytest runs: `ops test tests/unit -k backup`. Exits with pytest's code.
    """
    from operations.pulumi_run.set_up import ready_for_tests  # noqa: PLC0415 - help needs none of it

    workspace = Workspace.here()
    built = ready_for_tests(workspace)
    note(f"Using {built}")
    checks = [] if arguments else [["ruff", "check", "."], ["ruff", "format", "--check", "."], ["mypy", "."]]
    env = {**os.environ, "PATH": built.path(os.environ)}
    for check in checks:
        if _run(workspace, [sys.executable, "-m", *check], env):
            raise OperationError(f"{' '.join(check)} found what is shown above")
    wanted = arguments or SIDE_BY_SIDE
    raise SystemExit(_run(workspace, [sys.executable, "-m", "pytest", *wanted], env))


def _run(workspace: Workspace, command: list[str], env: dict[str, str]) -> int:
    return foreground.run(command, cwd=workspace.root, env=env)
