"""`ops adopt`: brings a live app under Pulumi without a single write to Heroku."""

from __future__ import annotations

import click

from operations.accounts.account import AccountName
from operations.commands.account_option import account_of, account_option
from operations.commands.stack_argument import StackType
from runbook.settings import StackName


@click.command()
@click.argument("stack", type=StackType())
@click.option("--write", is_flag=True, help="Edit Pulumi.STACK.yaml so that it describes the live app.")
@click.option("--dry-run", is_flag=True, help="Say what would be written and adopted, and write nothing.")
@click.option(
    "--app", "app_name", help="The live app, where there is no stack file yet. [default: sc-mvp-STACK]"
)
@click.option(
    "--keep-differences",
    is_flag=True,
    help="Adopt even if the file differs; the next `pulumi up` would change the live app.",
)
@click.option(
    "--promoted",
    is_flag=True,
    help="Carry STACK over to the database that is DATABASE by now, as after `heroku pg:promote`.",
)
@click.option(
    "--budget",
    default=300.0,
    show_default=True,
    help="Seconds that all of it may take: reading Heroku and each run of the engine.",
)
@account_option
def adopt(
    stack: StackName,
    account_name: AccountName,
    app_name: str | None,
    budget: float,
    *,
    write: bool,
    dry_run: bool,
    keep_differences: bool,
    promoted: bool,
) -> None:
    """Imports STACK's live app into Pulumi, and proves with an empty preview that nothing would change.

    \b
    ops adopt staging --dry-run
    ops adopt staging
    ops adopt production --account heroku
    ops adopt production --promoted

    It only reads Heroku: no write, no release, no restart. Only Pulumi's state is written, in a single atomic step. If
    the stack file doesn't describe the live app, it names the differences and changes nothing. After a failure, run
    it again; it checks a stack that is already adopted once more.

    Exits 0 when the stack is adopted and its preview is empty, 1 when it failed or is inconclusive, 2 when the stack
    file differs from the live app or the preview is not empty.
    """
    from operations.adopting import command  # noqa: PLC0415 - help needs none of it

    asked = command.Asked(
        stack=stack,
        app_name=app_name,
        write=write,
        dry_run=dry_run,
        keep_differences=keep_differences,
        promoted=promoted,
        budget=budget,
    )
    raise SystemExit(command.adopt(account_of(account_name), asked))
