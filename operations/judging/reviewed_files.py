"""The stacks a command is about, with their settings, and the leave that the checkout's files give."""

from __future__ import annotations

from operations.errors import OperationError
from operations.pulumi_run.stored_state import StoredState
from operations.settings_files import read_settings
from operations.workspace import Workspace
from runbook.readers.live.wanted import Wanted
from runbook.settings import STACKS, Settings, StackName
from runbook.unknown import Known, Unknown
from runbook.waivers import FILE_NAME, Waiver, WaiverError, read


def settings_of_all() -> dict[StackName, Settings]:
    """Raises OperationError with the mistakes of a stack file."""
    workspace = Workspace.here()
    return {stack: read_settings(workspace, stack) for stack in STACKS}


def wanted_by_name() -> list[Wanted]:
    """Every stack, by the names in its settings; rules compare the two."""
    return [Wanted(stack, settings) for stack, settings in settings_of_all().items()]


def wanted_of(stack: StackName, settings: Settings, state: Known[StoredState]) -> Wanted:
    """By the ids of the stored state, where one was read: a rename loses nothing then."""
    if isinstance(state, Unknown):
        return Wanted(stack, settings)
    addons = state.environment.addons
    others = frozenset[str]() if isinstance(addons, Unknown) else frozenset(one.name for one in addons)
    return Wanted(stack, settings, state.app_id, state.addon_ids, others, state.written_at)


def read_waivers() -> tuple[Waiver, ...]:
    """Raises OperationError with the mistakes of waivers.yaml."""
    try:
        return read(Workspace.here().root / FILE_NAME)
    except WaiverError as error:
        raise OperationError(str(error)) from None
