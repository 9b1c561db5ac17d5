"""What people read while a command works. Colour on a terminal, plain text when piped."""

from __future__ import annotations

from contextlib import AbstractContextManager

import click

from toolchain import progress


def heading(text: str) -> None:
    click.secho(f"\n== {text}", bold=True)


def say(text: str) -> None:
    click.echo(text)


def note(text: str) -> None:
    """What happens beside the answer, on stderr, so that an answer that is piped stays clean."""
    progress.clear()
    click.echo(text, err=True)


def working(doing: str) -> AbstractContextManager[None]:
    """A sign of life on stderr while the inside runs."""
    return progress.working(doing, note)


def table(rows: list[tuple[str, str]]) -> None:
    """Two columns, the first as wide as it needs."""
    width = max(len(name) for name, _ in rows)
    for name, value in rows:
        click.echo(f"  {name:<{width}}  {value}")
