"""`ops verify`: the runbook's daily, weekly and monthly checklists on the live account."""

from __future__ import annotations

from pathlib import Path

import click

from operations.accounts.account import AccountName
from operations.commands.account_option import account_of, account_option
from operations.commands.output import budget_option, give_out, output_options
from operations.commands.stack_argument import StackType
from operations.console import working
from runbook.checklists import CHECKLISTS
from runbook.settings import STACKS, StackName


@click.command()
@click.argument("stack", type=StackType(), required=False)
@click.option("--daily", is_flag=True, help="Health, dynos, logs, last night's backup.")
@click.option("--weekly", is_flag=True, help="Backups, database size, performance.")
@click.option("--monthly", is_flag=True, help="Cost, retention, access, secrets.")
@click.option(
    "--one-off",
    is_flag=True,
    help="Ask for pending migrations too: starts a one-off dyno of the app, which costs its seconds (Basic: about 1 cent an hour).",
)
@account_option
@budget_option
@output_options
def verify(
    stack: StackName | None,
    account_name: AccountName,
    budget: float,
    *,
    daily: bool,
    weekly: bool,
    monthly: bool,
    one_off: bool,
    as_json: bool,
    every: bool,
    **files: Path | None,
) -> None:
    """Checks the live account by the runbook's checklists. Without STACK, both stacks.

    \b
    ops verify                              everything, on local Heroku
    ops verify production --daily
    ops verify --account heroku --html verify.html

    It only reads, but for --one-off. Exits 0 when all rules pass or are waived, 1 when something is inconclusive, 3 when a rule fails.
    """
    if one_off and (daily or monthly) and not weekly:
        raise click.UsageError(
            "--one-off asks what the weekly checklist has; give --weekly too, or no checklist"
        )
    from operations.judging.verify import verified  # noqa: PLC0415 - help needs none of it

    asked = {"daily": daily, "weekly": weekly, "monthly": monthly}
    with working("Reading the live account"):
        answer = verified(
            account_of(account_name),
            (stack,) if stack else STACKS,
            budget,
            checklists=tuple(name for name in CHECKLISTS if asked[name]),
            one_off=one_off,
        )
    give_out(answer, files, as_json=as_json, every=every)
