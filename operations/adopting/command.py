"""What `ops adopt` does, from the stack file to the exit code."""

from __future__ import annotations

from dataclasses import dataclass

import click

from operations.accounts.account import Account
from operations.adopting import stack_files
from operations.adopting.adoption import DIFFERS, Adoption, Found
from operations.adopting.time_budget import TimeBudget
from operations.console import heading, say
from operations.errors import OperationError
from operations.workspace import Workspace
from runbook.settings import Settings, StackName


@dataclass(frozen=True, kw_only=True)
class Asked:
    """The command line."""

    stack: StackName
    app_name: str | None = None
    write: bool = False
    dry_run: bool = False
    keep_differences: bool = False
    promoted: bool = False
    budget: float = 300.0


def adopt(account: Account, asked: Asked) -> int:
    """The exit code. Raises OperationError where the stack could not be adopted or proved."""
    workspace, stack = Workspace.here(), asked.stack
    settings = _settings(workspace, asked)
    wanted = settings or stack_files.guessed(stack, asked.app_name or f"sc-mvp-{stack}")
    adoption = Adoption(stack, account, TimeBudget(asked.budget), promoted=asked.promoted)
    say(f"{stack}: {wanted.app.name} on {account.words}; Heroku is only read")
    found = adoption.look(wanted)
    if settings is None or asked.write or asked.promoted:
        only_database = asked.promoted and not asked.write
        propose = stack_files.proposed_database if only_database else stack_files.proposed
        described = propose(workspace, stack, settings, found.environment, found.app)
        if asked.dry_run and described.text is not None:
            return _would_write(described)
        settings = stack_files.write(workspace, stack, described)
        found = adoption.look(settings)
        adoption.encrypt_urls(settings, found)
    return _run(adoption, settings, found, asked)


def _settings(workspace: Workspace, asked: Asked) -> Settings | None:
    settings = stack_files.settings_in_file(workspace, asked.stack)
    if settings is None and not asked.write:
        raise OperationError(
            f"Pulumi.{asked.stack}.yaml: no such file; `ops adopt {asked.stack} --write --app NAME` writes it from the live app"
        )
    if settings is not None and asked.app_name not in (None, settings.app.name):
        raise OperationError(
            f"Pulumi.{asked.stack}.yaml: app.name is {settings.app.name}, and --app is {asked.app_name}; edit the file, or leave "
            "out --app"
        )
    return settings


def _run(adoption: Adoption, settings: Settings, found: Found, asked: Asked) -> int:
    act = adoption.try_out if asked.dry_run else adoption.run
    return act(settings, found, keep_differences=asked.keep_differences)


def _would_write(described: stack_files.Proposed) -> int:
    """What is imported is unknown before that: the program reads the file."""
    heading(f"{described.path.name} would be written")
    for line in described.lines():
        click.echo(f"  {line}")
    stack_files.say_what_to_decide(described)
    say("\nDry run: nothing was written. With that file in place, --dry-run says what would be adopted.")
    return DIFFERS
