"""The stacks a command is about, with their settings, and the leave that the checkout's files give."""

from __future__ import annotations

from operations.errors import OperationError
from operations.settings_files import read_settings
from operations.workspace import Workspace
from runbook.readers.live.wanted import Wanted
from runbook.settings import STACKS, Settings, StackName
from runbook.waivers import FILE_NAME, Waiver, WaiverError, read


def settings_of_all() -> dict[StackName, Settings]:
    """Raises OperationError with the mistakes of a stack file."""
    workspace = Workspace.here()
    return {stack: read_settings(workspace, stack) for stack in STACKS}


def wanted_by_name() -> list[Wanted]:
    """Every stack, by the names in its settings; rules compare the two."""
    return [Wanted(stack, settings) for stack, settings in settings_of_all().items()]


def read_waivers() -> tuple[Waiver, ...]:
    """Raises OperationError with the mistakes of waivers.yaml."""
    try:
        return read(Workspace.here().root / FILE_NAME)
    except WaiverError as error:
        raise OperationError(str(error)) from None
