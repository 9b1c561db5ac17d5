"""STACK on the command line: staging or production, with completion."""

from __future__ import annotations

import click

from runbook.settings import STACKS, StackName
from runbook.settings_reader import SettingsError, stack_name


class StackType(click.ParamType[StackName]):
    name = "stack"

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> StackName:
        try:
            return stack_name(value)
        except SettingsError as error:
            self.fail(str(error), param, ctx)

    def shell_complete(
        self, ctx: click.Context, param: click.Parameter, incomplete: str
    ) -> list[click.shell_completion.CompletionItem]:
        return [
            click.shell_completion.CompletionItem(stack) for stack in STACKS if stack.startswith(incomplete)
        ]
