"""Reads the other stack from its file, for rules that look at both."""

from __future__ import annotations

from pathlib import Path

from runbook.digest import Digests
from runbook.environment import Environment
from runbook.readers.settings import environment_of_settings
from runbook.settings import STACKS, StackName
from runbook.settings_reader import SettingsError, settings_from_file
from runbook.stack_file import StackFileError, read
from runbook.unknown import Known, Unknown


def other_stack(stack: StackName) -> StackName:
    return next(other for other in STACKS if other != stack)


def other_environment(
    stack: StackName,
    folder: Path,
    digests: Digests,
    file_name: str | None = None,
    *,
    is_local: bool = False,
) -> Known[Environment]:
    """Unknown, with the file's own error, where it can't be read. `is_local` as in settings_from_file."""
    other = other_stack(stack)
    try:
        file = read(folder / (file_name or f"Pulumi.{other}.yaml"))
        return environment_of_settings(other, settings_from_file(file, other, is_local=is_local), digests)
    except (StackFileError, SettingsError) as error:
        return Unknown(str(error).splitlines()[0])
