"""An error may quote what a program, the engine or Heroku said; a terminal and a job's log get letters only."""

from __future__ import annotations

import click
import pytest
from click.testing import CliRunner

from operations.errors import OperationError
from operations.safe_text import plain
from tests.unit.operations.forms.test_foreign_text import ATTACKS


@click.command()
@click.argument("said")
def failing(said: str) -> None:
    raise OperationError(f"pulumi preview failed: {said}")


@pytest.mark.parametrize("said", ATTACKS.values(), ids=ATTACKS)
def test_an_error_that_quotes_foreign_text_is_printed_plain(said: str) -> None:
    shown = CliRunner().invoke(failing, ["--", said]).output
    assert shown == f"Error: {plain(f'pulumi preview failed: {said}')}\n"
    assert not {"\x1b", "\u202e", "\x9b", "\0"} & {*shown}
