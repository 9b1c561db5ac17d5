"""`ops cost`: what the stacks cost a month, what a change would add, and the runbook's own totals."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from typing import Any

import click

from operations.commands.stack_argument import StackType
from operations.errors import OperationError
from operations.forms.words import line_words, signed
from operations.settings_files import read_settings
from operations.workspace import Workspace
from runbook.catalogue import catalogue
from runbook.cost import Cost, cost_of
from runbook.runbook_costs import ESTIMATES, Estimate, cost_today, differences, other_prices
from runbook.settings import STACKS, Settings, StackName
from runbook.stack_cost import Delta


@click.command()
@click.argument("stack", type=StackType(), required=False)
@click.option(
    "--scale",
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
@click.option("--json", "as_json", is_flag=True, help="For programs.")
def cost(
    stack: StackName | None, scale: tuple[str, ...], plan: str | None, *, check_prices: bool, as_json: bool
) -> None:
    """Monthly cost of a stack as its file declares it, in US dollars. Without STACK, of both.

    \b
    ops cost
    ops cost production --scale web=2:standard-1x --plan standard-2

    Prices are the catalogue's, which says where they are from. Heroku bills by the second, up to these. Exits 1 when
    something has no price, or --check-prices finds another one.
    """
    if (scale or plan) and stack is None:
        raise click.UsageError(
            "--scale and --plan are of one stack; name it: ops cost production --plan standard-2"
        )
    workspace = Workspace.here()
    settings = {name: read_settings(workspace, name) for name in ((stack,) if stack else STACKS)}
    deltas = {name: Delta(_cost(found), _cost(found, scale, plan)) for name, found in settings.items()}
    wrong = _other_prices_live() if check_prices else []
    if as_json:
        click.echo(json.dumps(_as_json(deltas, wrong), indent=2))
    else:
        _print(deltas, wrong, changes=bool(scale or plan))
    unpriced = any(delta.now.unpriced or delta.after.unpriced for delta in deltas.values())
    if unpriced or wrong:
        raise click.exceptions.Exit(1)


def _cost(settings: Settings, scale: tuple[str, ...] = (), plan: str | None = None) -> Cost:
    formation = {name: (process.quantity, process.dyno_type) for name, process in settings.formation.items()}
    bare = plan.removeprefix("heroku-postgresql:") if plan else settings.database.plan
    return cost_of({**formation, **dict(map(_scaled, scale))}, [bare])


def _scaled(words: str) -> tuple[str, tuple[int, str]]:
    name, _, rest = words.partition("=")
    quantity, _, dyno_type = rest.partition(":")
    if not name or not quantity.isdecimal() or not dyno_type:
        raise click.BadParameter(
            f'found "{words}"; expected TYPE=N:DYNO_TYPE, as web=2:standard-1x', param_hint="--scale"
        )
    return name, (int(quantity), dyno_type)


def _print(deltas: Mapping[StackName, Delta], wrong: list[str], *, changes: bool) -> None:
    for stack, delta in deltas.items():
        click.secho(f"{stack}: ${delta.now.monthly_usd} a month", bold=True)
        for line in delta.now.lines:
            click.echo(f"  {line.what}: {'no price' if line.monthly_usd is None else f'${line.monthly_usd}'}")
        if changes:
            click.secho(
                f"with the change: ${delta.after.monthly_usd} a month, {signed(delta.monthly_usd)}", bold=True
            )
            for line in delta.lines:
                click.echo(f"  {line_words(line)}")
        for what in dict.fromkeys((*delta.now.unpriced, *delta.after.unpriced)):
            click.secho(f"  the catalogue has no price for {what}: it is not in these sums", fg="red")
    if len(deltas) > 1:
        click.secho(f"both: ${sum(delta.now.monthly_usd for delta in deltas.values())} a month", bold=True)
    _print_runbook()
    for what in wrong:
        click.secho(f"  {what}", fg="red")


def _print_runbook() -> None:
    click.echo("\nThe runbook's own totals (Cost Estimation), which leave staging out")
    for estimate in ESTIMATES:
        click.echo(
            f"  {estimate.title}: about ${estimate.total_usd}; today ${cost_today(estimate).monthly_usd}"
        )
        for why in differences(estimate) or ["the same, line by line"]:
            click.echo(f"    {why}")
    for other in other_prices():
        click.echo(f"  Plans Available: {other}")
    prices = catalogue()
    click.echo(
        f"\nPrices: dynos, {prices.dyno_types.source} ({prices.dyno_types.date}); databases, {prices.postgres_plans.source} ({prices.postgres_plans.date})"
    )


def _as_json(deltas: Mapping[StackName, Delta], wrong: list[str]) -> dict[str, Any]:
    return {
        "stacks": {
            stack: {
                "now": _cost_json(delta.now),
                "after": _cost_json(delta.after),
                "delta_monthly_usd": delta.monthly_usd,
            }
            for stack, delta in deltas.items()
        },
        "runbook": [_estimate_json(estimate) for estimate in ESTIMATES],
        "other_prices": wrong,
    }


def _estimate_json(estimate: Estimate) -> dict[str, Any]:
    return {
        "title": estimate.title,
        "monthly_usd": estimate.total_usd,
        "today_monthly_usd": cost_today(estimate).monthly_usd,
        "differences": differences(estimate),
    }


def _cost_json(found: Cost) -> dict[str, Any]:
    return {
        "monthly_usd": found.monthly_usd,
        "lines": [{"what": line.what, "monthly_usd": line.monthly_usd} for line in found.lines],
        "without_price": list(found.unpriced),
    }


def _other_prices_live() -> list[str]:
    """Sold plans whose price on Heroku is another than the catalogue's. Raises OperationError where Heroku can't be asked."""
    from heroku_api.client import Client  # noqa: PLC0415 - only this option speaks HTTP
    from heroku_api.errors import HerokuError  # noqa: PLC0415

    try:
        with Client.from_environment(os.environ) as client:
            answered = client.request("GET", "/addon-services/heroku-postgresql/plans")
    except HerokuError as error:
        raise OperationError(f"--check-prices: {error}") from None
    live = {
        plan["name"].removeprefix("heroku-postgresql:"): plan["price"]["cents"] / 100
        for plan in answered
        if plan["price"]["unit"] == "month"
    }
    return [
        f"{entry.name} is ${live[entry.name]:g} a month on Heroku; the catalogue says ${entry.monthly_usd}"
        if entry.name in live
        else f"{entry.name} is not sold on Heroku; the catalogue says it is"
        for entry in catalogue().postgres_plans.entries
        if entry.sold and live.get(entry.name) != entry.monthly_usd
    ]
