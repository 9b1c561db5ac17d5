"""What ends a command: one sentence with the next step, and an exit code."""

from __future__ import annotations

import click

from operations.safe_text import plain


class OperationError(click.ClickException):
    """Printed as `Error: …` on stderr, without a traceback. It may quote what a program, an engine or Heroku said."""

    exit_code = 1

    def __init__(self, message: str) -> None:
        super().__init__(plain(message))
