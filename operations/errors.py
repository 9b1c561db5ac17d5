"""What ends a command: one sentence with the next step, and an exit code."""

from __future__ import annotations

import click


class OperationError(click.ClickException):
    """Printed as `Error: …` on stderr, without a traceback."""

    exit_code = 1
