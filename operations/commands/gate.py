"""`ops gate`: whether a proposed change may go on."""

from __future__ import annotations

import sys
from contextlib import redirect_stdout
from pathlib import Path
from typing import TYPE_CHECKING

import click

from operations.accounts.account import AccountName
from operations.commands.account_option import account_of, account_option
from operations.commands.stack_argument import StackType
from operations.console import working
from operations.workspace import Workspace
from runbook.settings import STACKS, StackName

if TYPE_CHECKING:
    from operations.judging.gated import Gated

TIME_LIMIT_SECONDS = 300.0
_Folder = click.Path(exists=True, file_okay=False, path_type=Path)
_File = click.Path(dir_okay=False, path_type=Path)


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
@click.option("--json", "as_json", is_flag=True, help="For programs, on standard output.")
@click.option("--comment", type=_File, help="Write the pull request's comment to this file.")
@click.option("--sarif", type=_File, help="Write SARIF 2.1.0 to this file.")
@click.option("--main", type=_Folder, help="A checkout of main, whose rules judge the change too.")
@click.option("--events", type=_Folder, hidden=True, help="Judge the previews kept in this folder.")
@click.option("--checkout", type=_Folder, hidden=True, help="The checkout that those previews are of.")
@click.pass_context
def gate(
    context: click.Context,
    stacks: tuple[StackName, ...],
    account_name: AccountName,
    *,
    time_limit: float,
    as_json: bool,
    comment: Path | None,
    sarif: Path | None,
    main: Path | None,
    events: Path | None,
    checkout: Path | None,
) -> None:
    """Judges the change that this checkout proposes. Without STACK, both stacks.

    Previews the stacks with a refresh and the policy pack, and says what would change, what drifted, which rules
    hold, what it costs, and which waivers are in force. Nothing is changed.

    \b
    ops gate
    ops gate production --json
    ops gate --comment gate.md --sarif gate.sarif

    Exits 0 when the change may go on, 1 when something could not be told, 3 when it is blocked.
    """
    workspace = Workspace.here()
    # What is said while the engine starts is for people; standard output is the answer's.
    with redirect_stdout(sys.stderr):
        if events is not None and checkout is not None:
            from operations.judging import answer, main_version  # noqa: PLC0415 - help needs none of it

            gated = answer.of_kept(main_version.kept(events), checkout, time_limit)
        else:
            from operations.judging import gate as run  # noqa: PLC0415

            account = account_of(account_name)
            with working(f"Previewing {' and '.join(stacks or STACKS)}"):
                gated = run.gate(account, stacks or STACKS, time_limit, main=main)
    if comment is not None:
        from operations.forms.gate_markdown import comment_of  # noqa: PLC0415

        comment.write_text(comment_of(gated), encoding="utf-8")
    if sarif is not None:
        from operations.forms.gate_sarif import sarif_of  # noqa: PLC0415

        sarif.write_text(sarif_of(gated, workspace.root), encoding="utf-8")
    click.echo(_text(gated, as_json=as_json))
    context.exit(gated.exit_code)


def _text(gated: Gated, *, as_json: bool) -> str:
    if as_json:
        from operations.forms.gate_json import json_of  # noqa: PLC0415

        return json_of(gated)
    from operations.forms.gate_text import text_of  # noqa: PLC0415

    return text_of(gated)
