"""A state that is damaged or lost stops a rehearsal with the command that restores it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from operations.errors import OperationError
from operations.pulumi_run.state_file import discard_cut_metadata, require_whole
from operations.workspace import Workspace

WHOLE = json.dumps({"version": 3, "checkpoint": {"stack": "staging", "latest": {"resources": []}}})


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    found = Workspace(tmp_path)
    found.state("staging").parent.mkdir(parents=True)
    found.state("staging").write_text(WHOLE)
    return found


def beside(workspace: Workspace) -> Path:
    return workspace.state("staging").with_name("staging.json.bak")


def test_a_whole_state_and_a_stack_that_never_was_are_fine(workspace: Workspace, tmp_path: Path) -> None:
    require_whole(workspace, "staging")
    require_whole(workspace, "production")
    require_whole(Workspace(tmp_path / "new"), "staging")


@pytest.mark.parametrize("content", ["", WHOLE[:20], "<html>", "[]", '{"version": 99, "checkpoint": {}}'])
def test_a_damaged_state_names_the_command_that_puts_a_copy_back(workspace: Workspace, content: str) -> None:
    workspace.state("staging").write_text(content)
    beside(workspace).write_text(WHOLE)
    with pytest.raises(OperationError, match="the state of staging is damaged; nothing was done") as raised:
        require_whole(workspace, "staging")
    assert f"cp '{beside(workspace)}' '{workspace.state('staging')}'" in str(raised.value)
    assert workspace.state("staging").read_text() == content


def test_a_lost_state_with_a_copy_beside_it_is_not_taken_for_a_new_stack(workspace: Workspace) -> None:
    beside(workspace).write_text(WHOLE)
    workspace.state("staging").unlink()
    with pytest.raises(OperationError, match="is gone, and the stack was up before"):
        require_whole(workspace, "staging")


def test_a_copy_that_is_damaged_too_is_not_offered(workspace: Workspace) -> None:
    backups = workspace.backend / ".pulumi" / "backups" / "social-catering" / "staging"
    backups.mkdir(parents=True)
    (backups / "staging.2.json").write_text(WHOLE[:9])
    (backups / "staging.1.json").write_text(WHOLE)
    beside(workspace).write_text("")
    workspace.state("staging").write_text("")
    with pytest.raises(OperationError, match=r"cp '.*staging\.1\.json'"):
        require_whole(workspace, "staging")
    (backups / "staging.1.json").unlink()
    with pytest.raises(OperationError, match=r"so is each of its copies; begin anew"):
        require_whole(workspace, "staging")


@pytest.mark.parametrize(
    ("content", "removed"),
    [("", True), ('{"user.cache', True), ('{"user.cache_control":""}', False), (None, False)],
)
def test_metadata_whose_write_was_cut_off_is_removed_and_the_state_is_not(
    workspace: Workspace, content: str | None, *, removed: bool
) -> None:
    metadata = workspace.state("staging").with_name("staging.json.attrs")
    if content is not None:
        metadata.write_text(content)
    assert discard_cut_metadata(workspace, "staging") is removed
    assert metadata.exists() is (content is not None and not removed)
    assert workspace.state("staging").read_text() == WHOLE
