"""Has the toolchain set up what a command needs."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import click

from operations.console import note
from operations.errors import OperationError
from operations.workspace import Workspace
from toolchain import engine, environment
from toolchain.engine import Engine
from toolchain.errors import SetupError

INTERRUPTED = 130


def ready_engine(workspace: Workspace) -> Engine:
    """The Pulumi engine, built where none is installed. Raises OperationError."""
    with _told():
        return engine.ensure(workspace.root, note)


def ready_checks(workspace: Workspace) -> None:
    """The Python packages that checks of style and types need. Raises OperationError."""
    with _told():
        environment.ensure(workspace.root, "dev", note)


def ready_for_tests(workspace: Workspace) -> Engine:
    """The engine, and the Python packages that tests need."""
    with _told():
        environment.ensure(workspace.root, "dev", note)
        return engine.ensure(workspace.root, note)


@contextmanager
def _told() -> Iterator[None]:
    try:
        yield
    except SetupError as error:
        raise OperationError(str(error)) from None
    except KeyboardInterrupt:
        note("set-up interrupted; the same command goes on with it")
        raise click.exceptions.Exit(INTERRUPTED) from None
