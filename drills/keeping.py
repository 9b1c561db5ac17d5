"""What a drill gives back: the whole local account, the stacks' states, and the stack files, as they were before.

A snapshot, and no `pulumi up`, which gives back only what is declared: see docs/decisions/0007-a-drill-is-ended-by-a-snapshot.md.
"""

from __future__ import annotations

import shutil
from pathlib import Path

from local_heroku import process, snapshot
from operations.errors import OperationError
from operations.pulumi_run import stack_lock
from operations.workspace import Workspace
from runbook.settings import STACKS

ACCOUNT = "heroku.sqlite"
YOURS = "drill-edits"
"""Under `.local/`: stack files as they were edited during a drill."""


def keep(workspace: Workspace, kept: Path) -> None:
    """Copies everything into `kept`, which is made anew."""
    shutil.rmtree(kept, ignore_errors=True)
    kept.mkdir(parents=True, mode=0o700)
    snapshot.keep(workspace.heroku, kept / ACCOUNT)
    for stack in STACKS:
        shutil.copy2(workspace.stack_file(stack), kept / workspace.stack_file(stack).name)
    for folder in _folders(workspace):
        shutil.copytree(folder, kept / folder.name, ignore=shutil.ignore_patterns("locks"))
    shutil.copy2(workspace.passphrase, kept / workspace.passphrase.name)


def put_back(workspace: Workspace, kept: Path, *, port: int | None) -> list[Path]:
    """Gives everything back; cut off, it can be done again. The stack files that had been edited, where they are kept now.

    Raises OperationError while a pulumi runs, or when local Heroku does not start.
    """
    _refuse_while_pulumi_runs(workspace)
    edited = [found for found in (_stack_file_back(workspace, kept, stack) for stack in STACKS) if found]
    for folder in _folders(workspace):
        _folder_back(kept / folder.name, folder)
    shutil.copy2(kept / workspace.passphrase.name, workspace.passphrase)
    try:
        snapshot.put_back(workspace.heroku, kept / ACCOUNT, port=port)
    except process.LocalHerokuError as error:
        raise OperationError(f"{error}; then run `./ops drill --end` again") from None
    return edited


def _folders(workspace: Workspace) -> tuple[Path, Path]:
    """The states with their history, and the stack files that a rehearsal runs with."""
    return workspace.backend, workspace.local / "stacks"


def _folder_back(kept: Path, folder: Path) -> None:
    """Whole before the old one goes."""
    draft = folder.with_name(f"{folder.name}.new")
    shutil.rmtree(draft, ignore_errors=True)
    shutil.copytree(kept, draft)
    shutil.rmtree(folder, ignore_errors=True)
    draft.rename(folder)


def _stack_file_back(workspace: Workspace, kept: Path, stack: str) -> Path | None:
    """Puts one stack file of the checkout back. An edited one is kept: it may be somebody's work."""
    file = workspace.root / f"Pulumi.{stack}.yaml"
    before = (kept / file.name).read_bytes()
    now = file.read_bytes() if file.exists() else None
    if now == before:
        return None
    theirs = None
    if now is not None:
        theirs = workspace.local / YOURS / file.name
        theirs.parent.mkdir(parents=True, exist_ok=True)
        theirs.write_bytes(now)
    shutil.copy2(kept / file.name, file)
    return theirs


def _refuse_while_pulumi_runs(workspace: Workspace) -> None:
    living = [lock for stack in STACKS for lock in stack_lock.locks(workspace, stack) if not lock.is_stale]
    if living:
        raise OperationError(
            f"pulumi runs on a stack (process {living[0].pid}); wait for it or stop it, then `./ops drill --end` again"
        )
