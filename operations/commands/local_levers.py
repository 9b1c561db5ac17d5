"""`ops local clock` and `ops local fault`."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import click

from local_heroku.faults import KINDS, METHODS
from operations.console import say
from operations.rehearsal import levers

_UNITS = {"d": "days", "h": "hours", "m": "minutes", "s": "seconds"}


class Span(click.ParamType[timedelta]):
    """`1d2h30m`."""

    name = "span"

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> timedelta:
        parts = re.findall(r"(\d+)([dhms])", value)
        if not parts or "".join(number + unit for number, unit in parts) != value:
            self.fail(f'found "{value}"; expected days, hours, minutes, seconds, such as 1d2h30m', param, ctx)
        return timedelta(**{_UNITS[unit]: int(number) for number, unit in parts})


@click.command()
@click.option("--advance", type=Span(), help="Move it forward, by 26h for example.")
@click.option("--to", "moment", metavar="TIME", help="Move it to this time, such as 2026-03-08T09:59:00Z.")
@click.option("--reset", is_flag=True, help="Set it back to the real time.")
def clock(advance: timedelta | None, moment: str | None, *, reset: bool) -> None:
    """Shows local Heroku's clock, or moves it. Backups that are due in between run, each at its time."""
    wishes: list[dict[str, Any]] = []
    if advance is not None:
        wishes.append({"advance": advance.total_seconds()})
    if moment is not None:
        wishes.append({"to": moment})
    if reset:
        wishes.append({"reset": True})
    if len(wishes) > 1:
        raise click.UsageError("give one of --advance, --to and --reset")
    say(f"Local Heroku's time is {levers.move_clock(wishes[0] if wishes else None)}.")


@click.command()
@click.argument("kind", type=click.Choice(list(KINDS)), required=False)
@click.option("--method", type=click.Choice(METHODS), default="*", show_default=True)
@click.option(
    "--path",
    default="*",
    show_default=True,
    help="Which requests; * matches anything, as in /apps/*/config-vars.",
)
@click.option(
    "--count", type=click.IntRange(0), default=1, show_default=True, help="How many times; 0 means always."
)
@click.option(
    "--skip",
    type=click.IntRange(0),
    default=0,
    show_default=True,
    help="How many matching requests to let pass first.",
)
@click.option("--probability", type=click.FloatRange(0, 1), default=1.0, show_default=True)
@click.option("--seed", type=int, default=0, show_default=True, help="Makes --probability repeatable.")
@click.option("--status", type=click.IntRange(400, 599), help="HTTP status, for kinds that have one.")
@click.option("--retry-after", type=click.IntRange(1), help="Seconds, for rate-limit.")
@click.option("--seconds", type=click.FloatRange(0), help="For stall.")
@click.option(
    "--lasts", type=click.FloatRange(0), help="Seconds by local Heroku's clock until it ends; 0 means never."
)
@click.option("--clear", is_flag=True, help="End all faults.")
def fault(kind: str | None, *, clear: bool, **wish: object) -> None:
    """Makes local Heroku fail. Without KIND, lists the faults in force and all kinds."""
    if clear:
        levers.clear_faults()
        say("No faults in force.")
    elif kind:
        say(levers.order_fault(kind, wish))
    else:
        for found in levers.faults():
            say(found)
        say("Kinds:")
        for name, (_, what) in KINDS.items():
            say(f"  {name:<20} {what}")
