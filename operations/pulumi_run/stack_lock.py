"""Locks of the file backend: who holds a stack, and whether they still live."""

from __future__ import annotations

import json
import os
import socket
import time
from dataclasses import dataclass
from pathlib import Path

from operations.errors import OperationError
from operations.workspace import Workspace
from runbook.settings import StackName

SETTLED_SECONDS = 2.0


@dataclass(frozen=True)
class Lock:
    path: Path
    pid: int
    hostname: str

    @property
    def is_stale(self) -> bool:
        """Whether its process ran on this machine and is gone. One of another machine counts as living."""
        return self.hostname == socket.gethostname() and not _lives(self.pid)


def locks(workspace: Workspace, stack: StackName) -> list[Lock]:
    """The locks of a stack, as Pulumi's file backend writes them. Raises OperationError for one it can't read."""
    folder = workspace.locks(stack)
    return [_read(path) for path in sorted(folder.glob("*.json"))] if folder.is_dir() else []


def release_stale(workspace: Workspace, stack: StackName) -> list[Lock]:
    """Removes the locks of processes that ended without a word; those of living ones stay."""
    stale = [lock for lock in locks(workspace, stack) if lock.is_stale]
    for lock in stale:
        lock.path.unlink(missing_ok=True)
    return stale


def discard_cut(workspace: Workspace, stack: StackName) -> list[Path]:
    """Removes drafts of locks that a write left unfinished, as on a full disk: the engine takes each for a broken lock.

    A living engine names its draft as the lock within milliseconds, so a fresh one is looked at again first.
    """
    drafts = sorted(workspace.locks(stack).glob("*.tmp"))
    if any(_age_seconds(path) < SETTLED_SECONDS for path in drafts):
        time.sleep(SETTLED_SECONDS)
    left = [path for path in drafts if path.exists()]
    for path in left:
        path.unlink(missing_ok=True)
    return left


def _age_seconds(path: Path) -> float:
    try:
        return time.time() - path.stat().st_mtime
    except FileNotFoundError:
        return SETTLED_SECONDS


def _read(path: Path) -> Lock:
    try:
        content = json.loads(path.read_bytes())
        return Lock(path, int(content["pid"]), str(content["hostname"]))
    except (ValueError, KeyError, TypeError):
        raise OperationError(
            f"{path}: not a lock file of Pulumi; if no other run of this stack is going on, remove it and run again"
        ) from None


def _lives(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
