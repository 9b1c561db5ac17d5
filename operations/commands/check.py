"""`ops check`: the runbook's rules on a stack's settings, plan or state."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from contextlib import redirect_stdout
from pathlib import Path
from typing import TextIO

import click

from operations.commands.account_option import account_of
from operations.commands.output import give_out, output_options
from operations.judging.answer import Answer
from operations.judging.check import PLANES, On, check_account, check_files, check_saved, stack_of
from operations.workspace import Workspace
from runbook.settings import STACKS, StackName
from runbook.settings_reader import SettingsError, stack_name


@click.command()
@click.argument("stacks", nargs=-1, metavar="[STACK|FILE]...")
@click.option(
    "--on", type=click.Choice(list(PLANES)), default="settings", show_default=True, help="What is read."
)
@click.option(
    "--from",
    "sources",
    multiple=True,
    type=click.File("r"),
    help="Read this export or preview instead of running pulumi; - is standard input. Give both stacks' by giving it twice.",
)
@output_options
def check(
    stacks: tuple[str, ...],
    on: On,
    sources: tuple[TextIO, ...],
    *,
    as_json: bool,
    every: bool,
    **files: Path | None,
) -> None:
    """Checks the runbook's rules. Without STACK, both stacks.

    \b
    settings  only the stack files: no engine, no network; FILE may be any Pulumi.STACK.yaml
    plan      what `pulumi preview` would register, and its steps
    state     what the last `pulumi up` stored

    \b
    ops check
    ops check production --on state
    pulumi stack export --show-secrets | ops check --on state --from -

    Exits 0 when all rules pass or are waived, 1 when something is inconclusive, 3 when a rule fails.
    """
    if on == "settings":
        answer = check_files([_path(word) for word in stacks or STACKS])
    else:
        # What is said while the engine starts is for people; standard output is the answer's.
        with redirect_stdout(sys.stderr):
            answer = _of_pulumi([_stack(word) for word in stacks], on, sources)
    give_out(answer, files, as_json=as_json, every=every)


def _of_pulumi(stacks: Sequence[StackName], on: On, sources: Sequence[TextIO]) -> Answer:
    return check_saved(stacks, on, sources) if sources else check_account(account_of("local"), stacks, on)


def _path(word: str) -> Path:
    """The file of a stack's name, or the file itself."""
    if "/" not in word and not word.endswith(".yaml"):
        return Workspace.here().stack_file(_stack(word))
    path = Path(word).absolute()
    try:
        stack_of(path)
    except ValueError as error:
        raise click.BadParameter(str(error), param_hint="FILE") from None
    return path


def _stack(word: str) -> StackName:
    try:
        return stack_name(word)
    except SettingsError as error:
        raise click.BadParameter(str(error), param_hint="STACK") from None
