"""The runbook's remedy, typed for the trainee: each command is shown, then run with Heroku's own CLI or pulumi."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import click

from drills.drill import Edit, Step
from operations.console import say
from operations.errors import OperationError
from operations.pulumi_run import foreground
from operations.rehearsal.rehearsal import Rehearsal
from operations.rehearsal.shell import environment_of, with_heroku_cli
from operations.workspace import Workspace
from runbook.settings import StackName
from toolchain.errors import SetupError


def run(
    workspace: Workspace,
    rehearsal: Rehearsal,
    stack: StackName,
    steps: Sequence[Step],
    words: Mapping[str, str],
) -> None:
    """Stops at the first that fails. Raises OperationError with the next step."""
    environment = shell_environment(workspace, rehearsal, stack)
    for step in steps:
        if isinstance(step, Edit):
            edit(workspace, stack, step)
            rehearsal.prepare(stack)
            continue
        command = step.format_map(words)
        click.secho(f"\n$ {command}", bold=True)
        status = foreground.run(["/bin/sh", "-c", command], cwd=workspace.root, env=environment)
        if status:
            raise OperationError(
                f"`{command}` ended with {status}; see what it said, then `./ops drill --solve` again or `./ops drill --end`"
            )


def shell_environment(workspace: Workspace, rehearsal: Rehearsal, stack: StackName) -> dict[str, str]:
    """As `ops local shell` has it: `heroku` and `pulumi` know local Heroku and nothing else. Raises OperationError."""
    try:
        return with_heroku_cli(environment_of(rehearsal, stack), workspace.root)
    except SetupError as error:
        raise OperationError(f"the remedy is typed with Heroku's own CLI: {error}") from None


def edit(workspace: Workspace, stack: StackName, edit: Edit) -> None:
    """Once: a step that was done before is left as it is."""
    file = workspace.stack_file(stack)
    text = file.read_text(encoding="utf-8")
    added = edit.new.removeprefix(edit.old)
    click.secho(f"\n# {file.name}:", bold=True)
    say(added.rstrip() if edit.new.startswith(edit.old) else f"{edit.old.rstrip()}  ->  {edit.new.strip()}")
    if edit.new in text:
        return
    if edit.old not in text:
        raise OperationError(
            f"{file.name}: has no line {edit.old.strip()!r}; edit it by hand as said above, then `./ops drill --check`"
        )
    file.write_text(text.replace(edit.old, edit.new, 1), encoding="utf-8")
