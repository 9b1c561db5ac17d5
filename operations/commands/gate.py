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
from runbook.settings import STACKS, StackName

if TYPE_CHECKING:
    from operations.judging.answer import Answer

_Folder = click.Path(exists=True, file_okay=False, path_type=Path)


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
@click.option("--events", type=_Folder, hidden=True, help="Judge the previews kept in this folder.")
@click.option("--checkout", type=_Folder, hidden=True, help="The checkout that those previews are of.")
@output_options
def gate(
    stacks: tuple[StackName, ...],
    account_name: AccountName,
    *,
    time_limit: float,
    main: Path | None,
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

    Exits 0 when the change is approved, 1 when something is inconclusive, 3 when it is blocked.
    """
    # What is said while the engine starts is for people; standard output is the answer's.
    with redirect_stdout(sys.stderr):
        if events is not None and checkout is not None:
            answer = _of_kept(events, checkout, time_limit)
        else:
            with working(f"Previewing {' and '.join(stacks or STACKS)}"):
                answer = _of_this_checkout(account_name, stacks or STACKS, time_limit, main)
    give_out(answer, files, as_json=as_json, every=every)


def _of_kept(events: Path, checkout: Path, time_limit: float) -> Answer:
    from operations.judging import gate as judging  # noqa: PLC0415 - help needs none of it
    from operations.judging import main_version  # noqa: PLC0415

    return judging.answer_of_kept(main_version.kept(events), checkout, time_limit)


def _of_this_checkout(
    account_name: AccountName, stacks: Sequence[StackName], time_limit: float, main: Path | None
) -> Answer:
    with previewing(account_of(account_name), stacks, time_limit, main=main) as run:
        from operations.judging.gate import answer_of  # noqa: PLC0415 - the engine works meanwhile

        return answer_of(run)
