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


@pytest.mark.fault("F47")
def test_the_lock_of_a_dead_process_is_released(workspace: Workspace) -> None:
    path = lock(workspace, dead_pid())
    assert [found.path for found in stack_lock.release_stale(workspace, "staging")] == [path]
    assert not path.exists()


@pytest.mark.fault("F47")
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


@pytest.mark.fault("F48")
@pytest.mark.parametrize("content", ["", "{", "[]", '{"pid": "x", "hostname": "h"}', "{}"])
def test_a_lock_that_cannot_be_read_is_named_with_the_cure(workspace: Workspace, content: str) -> None:
    (workspace.locks("staging") / "odd.json").write_text(content)
    with pytest.raises(OperationError, match=r"odd.json: not a lock file of Pulumi; if no other run"):
        stack_lock.locks(workspace, "staging")


@pytest.mark.fault("F53")
def test_a_draft_that_a_full_disk_left_is_removed(workspace: Workspace) -> None:
    draft = workspace.locks("staging") / "1.json.123.tmp"
    draft.touch()
    os.utime(draft, (0, 0))
    assert stack_lock.discard_cut(workspace, "staging") == [draft]
    assert list(workspace.locks("staging").iterdir()) == []


def test_a_draft_that_a_living_engine_is_writing_becomes_its_lock(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    draft = workspace.locks("staging") / "1.json.123.tmp"
    draft.touch()
    named = draft.with_name("1.json")
    monkeypatch.setattr("operations.pulumi_run.stack_lock.time.sleep", lambda _: draft.rename(named))
    assert stack_lock.discard_cut(workspace, "staging") == []
    assert named.exists()
