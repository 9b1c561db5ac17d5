"""The `ops` command line. Each command is imported only when it is called."""

from __future__ import annotations

import os
import re
import sys
from importlib import import_module
from pathlib import Path
from typing import cast

import click

click.UsageError.exit_code = os.EX_USAGE  # click's own 2 means drift here: docs/exit-codes.md
PYPROJECT = Path(__file__).resolve().parents[1] / "pyproject.toml"
COMMANDS = {
    "demo": ("operations.commands.demo:demo", "Create both stacks on local Heroku, a Heroku emulator."),
    "test": ("operations.commands.test:test", "Run style checks, type checks and the test suite."),
    "bench": ("operations.commands.bench:bench", "Measure how long the commands take, and what got slower."),
    "pulumi": ("operations.commands.pulumi:pulumi", "Run real Pulumi on a stack, against local Heroku."),
    "rules": ("operations.commands.rules:rules", "List the runbook's rules, or explain one of them."),
    "check": ("operations.commands.check:check", "Check the rules on stack files, a plan or the state."),
    "gate": (
        "operations.commands.gate:gate",
        "Approve or block a proposed change: preview, rules, steps, cost.",
    ),
    "apply": ("operations.commands.apply:apply", "Bring a stack to the reviewed commit: gate, up, verify."),
    "drift": ("operations.commands.drift:drift", "Compare the live account with what is declared."),
    "verify": (
        "operations.commands.verify:verify",
        "Go through the runbook's checklists on the live account.",
    ),
    "adopt": ("operations.commands.adopt:adopt", "Import a live app into Pulumi without changing it."),
    "drill": ("drills.command:drill", "Practice an incident on local Heroku: diagnose it and fix it."),
    "cost": ("operations.commands.cost:cost", "Show the monthly cost of the stacks, and of a change."),
    "catalogue": (
        "operations.commands.catalogue:catalogue",
        "Show what Heroku has and what it costs, or check that.",
    ),
    "settings": (
        "operations.commands.settings:settings",
        "List the keys of a stack file, for people and editors.",
    ),
    "local": (
        "operations.commands.local:local",
        "Control local Heroku: start, stop, status, reset, seed and more.",
    ),
}
"""Each command's place and what the list of commands says of it."""


class Lazy(click.Group):
    """Commands by name, in the order of COMMANDS; the list of them imports none."""

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args[0] not in COMMANDS and not args[0].startswith("-"):
            raise click.exceptions.NoSuchCommand(args[0], possibilities=COMMANDS, ctx=ctx)
        return super().resolve_command(ctx, args)

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


def _print_version(context: click.Context, _: click.Parameter, wanted: bool) -> None:  # noqa: FBT001 - click's callback
    if wanted:
        found = re.search(r'^version = "(.+)"$', PYPROJECT.read_text(encoding="utf-8"), re.MULTILINE)
        python = ".".join(map(str, sys.version_info[:3]))
        click.echo(f"ops {found[1] if found else 'unknown'} (Python {python})")
        context.exit()


@click.command(cls=Lazy, context_settings={"help_option_names": ["-h", "--help"]})
@click.option(
    "--version",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=_print_version,
    help="Print the version and exit.",
)
def ops() -> None:
    """Manages Social Catering's Heroku apps with Pulumi, as the operations runbook requires.

    Start with `ops demo`: it creates both stacks on local Heroku, an emulator on this machine. You need no account.

    Exit codes: 0 done or approved, 1 failed or inconclusive, 2 differs (drift, adopt), 3 blocked or breaks the
    runbook, 64 the command line is wrong.
    """
