"""`ops apply`: brings a stack to the commit that was reviewed, and nothing else."""

from __future__ import annotations

import click

from operations.accounts.account import AccountName
from operations.commands.account_option import account_of, account_option
from operations.commands.stack_argument import StackType
from runbook.settings import StackName


@click.command()
@click.argument("stack", type=StackType())
@click.option("--yes", is_flag=True, help="Don't ask before the change is made.")
@account_option
def apply(stack: StackName, account_name: AccountName, *, yes: bool) -> None:
    """Brings STACK to this checkout's commit: gate, saved plan, up by that plan, verify.

    \b
    ops apply staging
    ops apply production

    Production requires that staging is up at the same commit, healthy and without drift. The up follows the plan that
    the gate approved, and stops if anything has changed since. .local/apply/ keeps a record. If an apply is
    interrupted, run the same command again.

    Exits 0 when the stack is as declared, 1 when something failed or is inconclusive, 3 when it is blocked.
    """
    from operations.applying import apply as applying  # noqa: PLC0415 - help needs none of it

    applying.apply(stack, account_of(account_name), yes=yes)
