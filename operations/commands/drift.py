"""`ops drift`: what is live against what is declared, changed, deleted or undeclared, each with what it means."""

from __future__ import annotations

from pathlib import Path

import click

from operations.accounts.account import AccountName
from operations.commands.account_option import account_of, account_option
from operations.commands.output import budget_option, give_out, output_options
from operations.commands.stack_argument import StackType
from operations.console import working
from runbook.readers.live.app import Reach
from runbook.settings import STACKS, StackName


@click.command()
@click.argument("stack", type=StackType(), required=False)
@click.option(
    "--engine/--no-engine",
    default=True,
    show_default=True,
    help="Compare with `pulumi refresh --preview-only`.",
)
@click.option(
    "--surroundings/--no-surroundings",
    default=True,
    show_default=True,
    help="Also read domains, log drains, features, collaborators, webhooks, the pipeline: six more requests per app.",
)
@account_option
@budget_option
@output_options
def drift(
    stack: StackName | None,
    account_name: AccountName,
    budget: float,
    *,
    engine: bool,
    surroundings: bool,
    as_json: bool,
    every: bool,
    **files: Path | None,
) -> None:
    """Compares the live account with the stored state and the program. Without STACK, both stacks.

    \b
    expected            no drift: a deploy, an add-on that rotated its URL
    harmless            differs, but no rule fails because of it
    breaks the runbook  a rule that passes as declared fails on the live account
    unknown             could not be read

    It only reads; the state doesn't change. Exits 0 for no drift, 1 when something is inconclusive, 2 for drift, 3 when
    it breaks the runbook.
    """
    from operations.judging.drift import drifted  # noqa: PLC0415 - help needs none of it

    # The page shows the account at a glance, so more of it is read.
    reach = Reach(surroundings=surroundings, releases=True, running=bool(files.get("html")))
    with working("Reading the live account"):
        answer = drifted(
            account_of(account_name), (stack,) if stack else STACKS, budget, engine=engine, reach=reach
        )
    give_out(answer, files, as_json=as_json, every=every)
