"""The `ops` command line. Each command is imported only when it is called."""

from __future__ import annotations

from importlib import import_module
from typing import cast

import click

COMMANDS = {
    "demo": "operations.demo:demo",
    "test": "operations.suite:test",
    "pulumi": "operations.pulumi:pulumi",
    "rules": "operations.rules:rules",
    "check": "operations.check:check",
    "local": "operations.local:local",
}


class Lazy(click.Group):
    """Commands by name, in the order of COMMANDS."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        target = COMMANDS.get(cmd_name)
        if target is None:
            return None
        module, name = target.split(":")
        return cast("click.Command", getattr(import_module(module), name))


@click.command(cls=Lazy, context_settings={"help_option_names": ["-h", "--help"]})
def ops() -> None:
    """Runs Social Catering's Heroku stacks by the runbook.

    Start with `ops demo`: both stacks on a local Heroku, with no account.
    """
