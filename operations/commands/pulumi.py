"""`ops pulumi`: the real `pulumi` with local Heroku's environment."""

from __future__ import annotations

from itertools import pairwise

import click

from operations.commands.stack_argument import StackType
from operations.errors import OperationError
from operations.workspace import Workspace
from runbook.settings import StackName

WRITES_SETTINGS = {"set", "set-all", "rm", "rm-all", "cp", "refresh"}


@click.command(
    context_settings={
        "ignore_unknown_options": True,
        "allow_interspersed_args": False,
        "help_option_names": ["-h", "--help"],
    }
)
@click.argument("stack", type=StackType())
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED, required=True)
def pulumi(stack: StackName, arguments: tuple[str, ...]) -> None:
    """Runs real Pulumi on STACK, against local Heroku.

    \b
    ops pulumi staging preview
    ops pulumi production up --refresh
    ops pulumi production stack output

    Settings come from Pulumi.STACK.yaml in this checkout; secrets and state are local. Exits with Pulumi's own code.
    """
    _refuse_writing_settings(stack, arguments)
    from operations.rehearsal.rehearsal import Rehearsal  # noqa: PLC0415 - starts servers; a refusal needs none of it

    rehearsal = Rehearsal(Workspace.here())
    rehearsal.prepare(stack)
    rehearsal.replace_process(stack, arguments)


def _refuse_writing_settings(stack: StackName, arguments: tuple[str, ...]) -> None:
    words = [argument for argument in arguments if not argument.startswith("-")]
    if any(first == "config" and second in WRITES_SETTINGS for first, second in pairwise(words)):
        raise OperationError(
            f"a local run reads its settings from Pulumi.{stack}.yaml and makes its own secrets; edit that file instead"
        )
