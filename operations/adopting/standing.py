"""The stack's own state, before and after: what is in it, whose it is, and the one write that adopts."""

from __future__ import annotations

import json
from typing import Any

from operations.adopting.deployment import State, resources_of
from operations.adopting.live_app import LiveApp
from operations.errors import OperationError
from operations.pulumi_run.runner import output
from operations.pulumi_run.stacks import Stacks
from runbook.readers.declared import ADDON, APP, POSTGRES
from runbook.settings import StackName


def exported(stacks: Stacks, stack: StackName, limit_seconds: float) -> State:
    """With secrets as they are encrypted. Raises OperationError."""
    try:
        found: dict[str, Any] = json.loads(output(stacks, stack, ["stack", "export"], limit_seconds))
        resources_of(found)
    except OperationError as error:
        raise OperationError(
            f"{stack}: the stack's state could not be read: {error}; a stack that isn't there yet is made with "
            f"`pulumi stack init {stack}`"
        ) from None
    except (json.JSONDecodeError, KeyError, TypeError):
        raise OperationError(
            f"{stack}: what pulumi exports is no state; see `pulumi stack export --stack {stack}`"
        ) from None
    return found


def require_own(state: State, stack: StackName, app: LiveApp) -> None:
    """Raises OperationError where the state knows another app or database, or a run was cut off in the middle."""
    for kind, live_id, name in ((APP, app.id, app.name), (ADDON, app.database_id, app.database_name)):
        for entry in resources_of(state):
            if entry["type"] == kind and entry.get("id") != live_id and not _is_other_addon(entry):
                what = "app" if kind == APP else "database"
                promoted = f"if {name} was promoted: ops adopt {stack} --promoted; " if kind == ADDON else ""
                raise OperationError(
                    f"{stack}: the state has the {what} {entry.get('id')}, and the live {what} {name} is {live_id}: another "
                    f"one. Nothing was changed. See `ops drift {stack}`; {promoted}if the old one is gone for good, take it out of the "
                    f"state: pulumi state delete '{entry['urn']}'"
                )
    if state["deployment"].get("pending_operations"):
        raise OperationError(
            f"{stack}: a run of pulumi was cut off here, and the state doesn't tell whether it made {_pending(state)}. "
            f"`pulumi refresh --clear-pending-creates --stack {stack}` forgets the question; then adopt what is there"
        )


def _pending(state: State) -> str:
    operations = state["deployment"]["pending_operations"]
    return ", ".join(str(one["resource"]["urn"]).rpartition("::")[2] for one in operations)


def _is_other_addon(entry: State) -> bool:
    """An add-on that is no database: it is known by its name."""
    plan = str((entry.get("inputs") or {}).get("plan", POSTGRES))
    return entry["type"] == ADDON and not plan.startswith(POSTGRES)


def commit(stacks: Stacks, stack: StackName, before: State, after: State, limit_seconds: float) -> None:
    """Writes the state, whole or not at all. Raises OperationError, and writes nothing, when somebody else has."""
    require_unchanged(stacks, stack, before, limit_seconds)
    _write(stacks, stack, after, limit_seconds)


def require_unchanged(stacks: Stacks, stack: StackName, before: State, limit_seconds: float) -> None:
    """Raises OperationError where the state is not as it was."""
    now = exported(stacks, stack, limit_seconds)
    if resources_of(now) != resources_of(before):
        raise OperationError(
            f"{stack}: the state was changed by another run meanwhile; nothing was written. Run adopt again"
        )


def put_back(stacks: Stacks, stack: StackName, before: State, limit_seconds: float) -> None:
    """Takes an adoption back that this run has just made. Raises OperationError."""
    _write(stacks, stack, before, limit_seconds)


def _write(stacks: Stacks, stack: StackName, state: State, limit_seconds: float) -> None:
    try:
        output(stacks, stack, ["stack", "import"], limit_seconds, given=json.dumps(state))
    except OperationError as error:
        raise OperationError(f"{stack}: the state could not be written: {error}; run adopt again") from None
