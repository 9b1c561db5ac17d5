"""The stacks a command is about, with their settings, and the leave that the checkout's files give."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from operations.accounts.account import Account
from operations.errors import OperationError
from operations.pulumi_run.stored_state import StoredIds, StoredState, stored_ids
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


def wanted_by_id(
    settings: Mapping[StackName, Settings], ids: Mapping[StackName, Known[StoredIds]]
) -> list[Wanted]:
    """Every stack by the ids in its state, as rules compare the two; by the names in its file where there is no state."""
    return [_by_id(stack, found, ids[stack]) for stack, found in settings.items()]


def wanted_by_state(account: Account) -> list[Wanted]:
    return wanted_by_id(settings_of_all(), {stack: stored_ids(account, stack) for stack in STACKS})


def _by_id(stack: StackName, settings: Settings, ids: Known[StoredIds]) -> Wanted:
    if isinstance(ids, Unknown):
        return Wanted(stack, settings)
    return Wanted(stack, settings, ids.app_id, ids.addon_ids, ids.others)


def wanted_of(stack: StackName, settings: Settings, state: Known[StoredState]) -> Wanted:
    """By the ids of the stored state, where one was read: a rename loses nothing then."""
    if isinstance(state, Unknown):
        return Wanted(stack, settings)
    found = _by_id(stack, settings, state.ids)
    return replace(found, released_since=state.written_at)


def read_waivers() -> tuple[Waiver, ...]:
    """Raises OperationError with the mistakes of waivers.yaml."""
    try:
        return read(Workspace.here().root / FILE_NAME)
    except WaiverError as error:
        raise OperationError(str(error)) from None
