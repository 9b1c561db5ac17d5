"""The `ops` command line. Each command is imported only when it is called."""

from __future__ import annotations

from importlib import import_module
from typing import cast

import click

COMMANDS = {
    "demo": ("operations.commands.demo:demo", "Both stacks up on a local Heroku, from nothing."),
    "test": ("operations.commands.test:test", "Style, types and the whole test suite."),
    "pulumi": ("operations.commands.pulumi:pulumi", "The real pulumi on a stack, against local Heroku."),
    "rules": ("operations.commands.rules:rules", "The runbook's rules and where each comes from."),
    "check": ("operations.commands.check:check", "The rules' verdicts on settings, plan or state."),
    "gate": (
        "operations.commands.gate:gate",
        "Whether a proposed change may go on: preview, rules, steps, cost.",
    ),
    "apply": ("operations.commands.apply:apply", "A stack to the reviewed commit: gate, plan, up, verify."),
    "drift": ("operations.commands.drift:drift", "The live account against what is declared."),
    "verify": ("operations.commands.verify:verify", "The runbook's checklists on the live account."),
    "adopt": ("operations.commands.adopt:adopt", "A live app under Pulumi, without a write to Heroku."),
    "drill": ("drills.command:drill", "An incident on local Heroku, to be mended by the runbook."),
    "cost": ("operations.commands.cost:cost", "Monthly cost of the stacks, and of a change."),
    "local": (
        "operations.commands.local:local",
        "Local Heroku: start, stop, status, reset, seed, clock, fault, shell, env.",
    ),
}
"""Each command's place and what the list of commands says of it."""


class Lazy(click.Group):
    """Commands by name, in the order of COMMANDS; the list of them imports none."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        module, name = COMMANDS[cmd_name][0].split(":")
        return cast("click.Command", getattr(import_module(module), name))

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, said) for name, (_, said) in COMMANDS.items()])


@click.command(cls=Lazy, context_settings={"help_option_names": ["-h", "--help"]})
def ops() -> None:
    """Runs Social Catering's Heroku stacks by the runbook.

    Start with `ops demo`: both stacks on a local Heroku, with no account.
    """
