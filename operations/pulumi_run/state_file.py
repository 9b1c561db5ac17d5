"""The stored state of a rehearsal's stack, looked at before the engine is: damaged or lost, a copy is put back by hand."""

from __future__ import annotations

import json
from pathlib import Path

from operations.errors import OperationError
from operations.workspace import Workspace
from runbook.settings import StackName


def require_whole(workspace: Workspace, stack: StackName) -> None:
    """Raises OperationError, with the command that restores it, for a state that is damaged or was lost."""
    path = workspace.state(stack)
    beside = path.with_name(f"{path.name}.bak")
    if path.exists() and _is_whole(path):
        return
    if not path.exists() and not beside.exists():
        return
    what = "is damaged" if path.exists() else "is gone, and the stack was up before"
    raise OperationError(
        f"the state of {stack} {what}; nothing was done. Put a copy back and look before the next up:\n"
        f"  cp '{_newest_copy(workspace, stack, beside)}' '{path}'\n"
        f"  ./ops pulumi {stack} preview --refresh\n"
        "To begin anew instead: ./ops local reset"
    )


def discard_cut_metadata(workspace: Workspace, stack: StackName) -> bool:
    """Removes a file of metadata that a cut write left empty or half; earlier versions had the engine write them."""
    path = workspace.state(stack)
    metadata = path.with_name(f"{path.name}.attrs")
    try:
        json.loads(metadata.read_bytes())
    except FileNotFoundError:
        return False
    except ValueError:
        metadata.unlink(missing_ok=True)
        return True
    return False


def _newest_copy(workspace: Workspace, stack: StackName, beside: Path) -> Path:
    """The engine's copy beside the state, or the newest of its backups; each is looked at first."""
    backups = sorted((workspace.backend / ".pulumi" / "backups").rglob(f"{stack}.*.json"), reverse=True)
    whole = [path for path in (*backups, beside) if path.exists() and _is_whole(path)]
    if not whole:
        raise OperationError(
            f"the state of {stack} is damaged and so is each of its copies; begin anew: ./ops local reset"
        )
    return whole[0]


def _is_whole(path: Path) -> bool:
    try:
        found = json.loads(path.read_bytes())
        return found["version"] == 3 and isinstance(found["checkpoint"], dict)  # noqa: PLR2004 - the engine's form
    except (ValueError, KeyError, TypeError, OSError):
        return False
