"""`ops adopt`: brings a live app under Pulumi without a single write to Heroku."""

from __future__ import annotations

import click

from operations.accounts.account import AccountName
from operations.commands.account_option import account_of, account_option
from operations.commands.stack_argument import StackType
from operations.console import say
from operations.errors import OperationError
from operations.workspace import Workspace
from runbook.settings import StackName


@click.command()
@click.argument("stack", type=StackType())
@click.option("--write", is_flag=True, help="Edit Pulumi.STACK.yaml so that it describes the live app.")
@click.option(
    "--app", "app_name", help="The live app, where there is no stack file yet. [default: sc-mvp-STACK]"
)
@click.option(
    "--keep-differences",
    is_flag=True,
    help="Adopt even if the file differs; the next `pulumi up` would change the live app.",
)
@click.option(
    "--budget", default=60.0, show_default=True, help="Seconds that reading the live account may take."
)
@account_option
def adopt(
    stack: StackName,
    account_name: AccountName,
    app_name: str | None,
    budget: float,
    *,
    write: bool,
    keep_differences: bool,
) -> None:
    """Imports STACK's live app into Pulumi, and proves with an empty preview that nothing would change.

    \b
    ops adopt staging
    ops adopt production --account heroku

    It only reads Heroku: no write, no release, no restart. Only Pulumi's state is written, in a single atomic step. If
    the stack file doesn't describe the live app, it names the differences and changes nothing. After a failure, run
    it again; it checks a stack that is already adopted once more.

    Exits 0 when the stack is adopted and its preview is empty, 1 when it failed or is inconclusive, 2 when the stack
    file differs from the live app or the preview is not empty.
    """
    from operations.adopting import stack_files  # noqa: PLC0415 - help needs none of it
    from operations.adopting.adoption import Adoption  # noqa: PLC0415

    account, workspace = account_of(account_name), Workspace.here()
    settings = stack_files.settings_in_file(workspace, stack)
    if settings is None and not write:
        raise OperationError(
            f"Pulumi.{stack}.yaml: no such file; `ops adopt {stack} --write --app NAME` writes it from the live app"
        )
    if settings is not None and app_name not in (None, settings.app.name):
        raise OperationError(
            f"Pulumi.{stack}.yaml: app.name is {settings.app.name}, and --app is {app_name}; edit the file, or leave out --app"
        )
    asked = settings or stack_files.guessed(stack, app_name or f"sc-mvp-{stack}")
    adoption = Adoption(stack, account, budget)
    say(f"{stack}: {asked.app.name} on {account.words}; Heroku is only read")
    found = adoption.look(asked)
    if settings is None or write:
        settings = stack_files.write(workspace, stack, settings, found.environment, found.app)
        found = adoption.look(settings)
    raise SystemExit(adoption.run(settings, found, keep_differences=keep_differences))
