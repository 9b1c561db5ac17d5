"""`ops cost`: what the stacks cost a month, what a change would add, and the runbook's own totals."""

from __future__ import annotations

import os
from pathlib import Path

import click

from operations.commands.output import give_out, output_options
from operations.commands.stack_argument import StackType
from operations.settings_files import read_settings
from operations.workspace import Workspace
from runbook.catalogue import catalogue
from runbook.settings import STACKS, StackName


class Scale(click.ParamType[tuple[str, tuple[int, str]]]):
    """`web=2:standard-1x`."""

    name = "scale"

    def convert(
        self, value: str, param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[str, tuple[int, str]]:
        name, _, rest = value.partition("=")
        quantity, _, dyno_type = rest.partition(":")
        if not name or not quantity.isdecimal() or not dyno_type:
            self.fail(f'found "{value}"; expected TYPE=N:DYNO_TYPE, as web=2:standard-1x', param, ctx)
        return name, (int(quantity), dyno_type)


@click.command()
@click.argument("stack", type=StackType(), required=False)
@click.option(
    "--scale",
    type=Scale(),
    multiple=True,
    metavar="TYPE=N:DYNO_TYPE",
    help="As `heroku ps:scale` has it: web=2:standard-1x. More than once for more process types.",
)
@click.option("--plan", metavar="PLAN", help="As `heroku addons:upgrade` has it: standard-2.")
@click.option(
    "--check-prices",
    is_flag=True,
    help="Compare the catalogue with the add-on prices of the Heroku that HEROKU_API_KEY belongs to.",
)
@output_options
def cost(
    stack: StackName | None,
    scale: tuple[tuple[str, tuple[int, str]], ...],
    plan: str | None,
    *,
    check_prices: bool,
    as_json: bool,
    every: bool,
    **files: Path | None,
) -> None:
    """Shows the monthly cost of a stack as its file declares it, in US dollars. Without STACK, of both.

    \b
    ops cost
    ops cost production --scale web=2:standard-1x --plan standard-2

    Prices come from runbook/catalogue.json, which names its sources. Heroku bills by the second, up to these prices. Exits 1 when
    something has no price, or --check-prices finds another one.
    """
    if (scale or plan) and stack is None:
        raise click.UsageError(
            "--scale and --plan are of one stack; name it: ops cost production --plan standard-2"
        )
    from operations.judging.cost import Change, costed, wrong_prices  # noqa: PLC0415 - help needs none of it

    workspace = Workspace.here()
    settings = {name: read_settings(workspace, name) for name in ((stack,) if stack else STACKS)}
    wrong = wrong_prices(os.environ, catalogue()) if check_prices else []
    give_out(costed(settings, Change(dict(scale), plan), wrong), files, as_json=as_json, every=every)
