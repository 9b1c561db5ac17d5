"""`ops gate`: whether a proposed change may go on."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from contextlib import redirect_stdout
from pathlib import Path
from typing import TYPE_CHECKING

import click

from operations.accounts.account import AccountName
from operations.commands.account_option import account_of, account_option
from operations.commands.output import give_out, output_options
from operations.commands.stack_argument import StackType
from operations.console import working
from operations.judging.preview_run import TIME_LIMIT_SECONDS, previewing
from operations.workspace import Workspace
from runbook.settings import STACKS, StackName

if TYPE_CHECKING:
    from operations.judging.answer import Answer

_Folder = click.Path(exists=True, file_okay=False, path_type=Path)
_NewFolder = click.Path(file_okay=False, path_type=Path)


@click.command()
@click.argument("stacks", nargs=-1, type=StackType())
@account_option
@click.option(
    "--time-limit",
    type=click.FloatRange(min=1),
    default=TIME_LIMIT_SECONDS,
    show_default=True,
    help="Seconds a preview may take.",
)
@click.option("--main", type=_Folder, help="A checkout of main, whose rules must approve the change too.")
@click.option(
    "--keep", type=_NewFolder, help="Keep the previews in this folder, for another checkout to judge."
)
@click.option(
    "--events", type=_Folder, help="Judge the previews kept in this folder; runs none. With --checkout."
)
@click.option(
    "--checkout", type=_Folder, help="The checkout that those previews are of; its files are read as data."
)
@output_options
def gate(
    stacks: tuple[StackName, ...],
    account_name: AccountName,
    *,
    time_limit: float,
    main: Path | None,
    keep: Path | None,
    events: Path | None,
    checkout: Path | None,
    as_json: bool,
    every: bool,
    **files: Path | None,
) -> None:
    """Approves or blocks the change that this checkout proposes. Without STACK, both stacks.

    Previews the stacks with a refresh and the policy pack. Shows what would change, what has drifted, which rules
    fail, what it costs, and which waivers are in force. It changes nothing.

    \b
    ops gate
    ops gate production --json
    ops gate --markdown gate.md --sarif gate.sarif
    ops gate --keep ../previews              # in the change's checkout; then, in main's:
    ops gate --events ../previews --checkout ../change

    Exits 0 when the change is approved, 1 when something is inconclusive, 3 when it is blocked.
    """
    # What is said while the engine starts is for people; standard output is the answer's.
    with redirect_stdout(sys.stderr):
        if (events is None) != (checkout is None):
            raise click.UsageError("--events and --checkout need each other")
        if events is not None and checkout is not None:
            answer = _of_kept(events, stacks or STACKS, checkout, time_limit)
        else:
            with working(f"Previewing {' and '.join(stacks or STACKS)}"):
                answer = _of_this_checkout(account_name, stacks or STACKS, time_limit, main, keep)
    give_out(answer, files, as_json=as_json, every=every)


def _of_kept(events: Path, stacks: Sequence[StackName], checkout: Path, time_limit: float) -> Answer:
    from operations.judging import gate as judging  # noqa: PLC0415 - help needs none of it

    return judging.answer_of_kept(events, stacks, checkout, time_limit, Workspace.here().root)


def _of_this_checkout(
    account_name: AccountName,
    stacks: Sequence[StackName],
    time_limit: float,
    main: Path | None,
    keep: Path | None,
) -> Answer:
    with previewing(account_of(account_name), stacks, time_limit, main=main, keep=keep) as run:
        from operations.judging.gate import answer_of  # noqa: PLC0415 - the engine works meanwhile

        return answer_of(run)
