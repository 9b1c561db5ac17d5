"""The stack files of the checkout, read and checked before anything is started."""

from __future__ import annotations

from operations.errors import OperationError
from operations.workspace import Workspace
from runbook import project_file, stack_file
from runbook.settings import Settings, StackName
from runbook.settings_reader import SettingsError, settings_from_file


def read_settings(workspace: Workspace, stack: StackName) -> Settings:
    """The checkout's settings of this stack; raises OperationError with the mistakes in its file or the project's."""
    if wrong := list(project_file.mistakes(workspace.root)):
        raise OperationError("\n".join(wrong))
    try:
        return settings_from_file(stack_file.read(workspace.stack_file(stack)), stack)
    except (stack_file.StackFileError, SettingsError) as error:
        raise OperationError(str(error)) from None
