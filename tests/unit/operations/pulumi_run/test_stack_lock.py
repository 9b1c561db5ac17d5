"""A lock is released only when the process that took it is gone from this machine."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from operations.errors import OperationError
from operations.pulumi_run import stack_lock
from operations.workspace import Workspace


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    (folder := Workspace(tmp_path)).locks("staging").mkdir(parents=True)
    return folder


def lock(workspace: Workspace, pid: int, hostname: str | None = None) -> Path:
    """A lock as Pulumi's file backend writes it."""
    path = workspace.locks("staging") / f"{pid}.json"
    path.write_text(json.dumps({"pid": pid, "username": "ops", "hostname": hostname or socket.gethostname()}))
    return path


def dead_pid() -> int:
    process = subprocess.Popen([sys.executable, "-c", ""])
    process.wait()
    return process.pid


def test_the_lock_of_a_dead_process_is_released(workspace: Workspace) -> None:
    path = lock(workspace, dead_pid())
    assert [found.path for found in stack_lock.release_stale(workspace, "staging")] == [path]
    assert not path.exists()


def test_the_lock_of_a_living_process_stays(workspace: Workspace) -> None:
    path = lock(workspace, os.getpid())
    assert stack_lock.release_stale(workspace, "staging") == []
    assert path.exists()


def test_the_lock_of_another_machine_stays(workspace: Workspace) -> None:
    path = lock(workspace, dead_pid(), hostname="another-machine")
    assert stack_lock.release_stale(workspace, "staging") == []
    assert path.exists()


def test_a_stack_without_locks_has_none(tmp_path: Path) -> None:
    assert stack_lock.locks(Workspace(tmp_path), "staging") == []


@pytest.mark.parametrize("content", ["", "{", "[]", '{"pid": "x", "hostname": "h"}', "{}"])
def test_a_lock_that_cannot_be_read_is_named_with_the_cure(workspace: Workspace, content: str) -> None:
    (workspace.locks("staging") / "odd.json").write_text(content)
    with pytest.raises(OperationError, match=r"odd.json: not a lock file of Pulumi; if no other run"):
        stack_lock.locks(workspace, "staging")
