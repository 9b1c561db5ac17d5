"""`ops demo`: both stacks from nothing to up, on local Heroku."""

from __future__ import annotations

import click


@click.command()
def demo() -> None:
    """Brings staging and production up on a local Heroku, by the real Pulumi engine.

    Needs no Heroku account and changes nothing outside .local/. Run again, it reports no changes.
    """
    from operations.rehearsal import demo as showing  # noqa: PLC0415 - help needs none of it

    showing.demo()
