"""The stored state of a stack on the file backend, looked at before the engine is: damaged or lost, a copy is put back by hand."""

from __future__ import annotations

import json
import re
import shlex
from dataclasses import dataclass
from pathlib import Path

from operations.accounts.state_integrity import damage
from operations.errors import OperationError
from operations.workspace import Workspace
from runbook.settings import PROJECT, StackName

_NANOSECONDS = re.compile(r"[.-](\d{19})\.")
"""In the name of each copy that the engine keeps."""


@dataclass(frozen=True)
class StateFiles:
    """Of one stack in the folder of a file backend. `look`: what shows afterwards that nothing is lost."""

    backend: Path
    stack: StackName
    look: str
    anew: str = ""
    """How to begin with nothing, where that loses nothing."""

    @property
    def state(self) -> Path:
        """As it is, or as it would be: an engine may be told to compress."""
        plain = self.backend / ".pulumi" / "stacks" / PROJECT / f"{self.stack}.json"
        compressed = plain.with_name(f"{plain.name}.gz")
        return compressed if compressed.exists() and not plain.exists() else plain

    @property
    def beside(self) -> Path:
        """The state before the last write."""
        return self.state.with_name(f"{self.state.name}.bak")

    def copies(self) -> list[Path]:
        """The newest first. Each update leaves its end in the history, and each write the state before it in the backups."""
        kept = self.backend / ".pulumi"
        suffix = "".join(self.state.suffixes)
        found = [
            *(kept / "backups" / PROJECT / self.stack).glob(f"{self.stack}.*{suffix}"),
            *(kept / "history" / PROJECT / self.stack).glob(f"{self.stack}-*.checkpoint{suffix}"),
            *([self.beside] if self.beside.exists() else []),
        ]
        return sorted(found, key=_written_at, reverse=True)


def of_rehearsal(workspace: Workspace, stack: StackName) -> StateFiles:
    return StateFiles(
        workspace.backend, stack, f"./ops pulumi {stack} preview --refresh", "./ops local reset"
    )


def require_whole(files: StateFiles) -> None:
    """Raises OperationError, with the command that restores it, for a state that is damaged or was lost."""
    state = files.state
    copies = files.copies()
    if state.exists():
        wrong = _damage_of(state)
        what = f"is damaged: {wrong}"
    else:
        wrong = "it is gone" if copies else None
        what = "is gone, and the stack was up before"
    if wrong is None:
        return
    whole = next((copy for copy in copies if _damage_of(copy) is None), None)
    if whole is None:
        raise OperationError(
            f"the state of {files.stack} {what}, and so is each of its {len(copies)} copies; nothing was done. {_last_resort(files)}"
        )
    raise OperationError(
        f"the state of {files.stack} {what}; nothing was done. Its newest whole copy is named here. Put it back and look before the next up:\n"
        f"  cp {shlex.quote(str(whole))} {shlex.quote(str(state))}\n"
        f"  {files.look}" + (f"\nTo begin anew instead: {files.anew}" if files.anew else "")
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


def _damage_of(path: Path) -> str | None:
    try:
        return damage(path.read_bytes())
    except OSError as error:
        return f"it can't be read: {error.strerror}"


def _written_at(copy: Path) -> int:
    named = _NANOSECONDS.search(copy.name)
    return int(named[1]) if named else copy.stat().st_mtime_ns


def _last_resort(files: StateFiles) -> str:
    if files.anew:
        return f"Begin anew: {files.anew}"
    return "The apps are untouched; a stack that imports them is made by: ./ops adopt (docs/state.md)"
