"""`--account`: which account a command is about."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any, TypeVar

import click

from operations.accounts.account import Account, AccountName

F = TypeVar("F", bound=Callable[..., Any])


def account_of(name: AccountName) -> Account:
    """Raises OperationError when the account can't be what was asked for."""
    if name == "heroku":
        from operations.accounts.heroku_account import HerokuAccount  # noqa: PLC0415 - only one of the two is needed

        return HerokuAccount(dict(os.environ))
    from operations.rehearsal.rehearsal import Rehearsal  # noqa: PLC0415 - never loaded where the real account is read
    from operations.workspace import Workspace  # noqa: PLC0415

    return Rehearsal(Workspace.here())


def account_option(command: F) -> F:
    return click.option(
        "--account",
        "account_name",
        type=click.Choice(["local", "heroku"]),
        default="local",
        show_default=True,
        help="local: local Heroku, on this machine. heroku: the real account, with HEROKU_API_KEY.",
    )(command)
