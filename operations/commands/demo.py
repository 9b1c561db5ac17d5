"""`ops demo`: both stacks from nothing to up, on local Heroku."""

from __future__ import annotations

import click


@click.command()
def demo() -> None:
    """Creates staging and production on local Heroku, with the real Pulumi engine.

    You need no Heroku account. Nothing outside .local/ changes. A second run reports no changes.
    """
    from operations.rehearsal import demo as showing  # noqa: PLC0415 - help needs none of it

    showing.demo()
