"""The copy a rehearsal runs with: the checkout's settings, local secrets, nothing written back."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import yaml

from operations.errors import OperationError
from operations.rehearsal import local_stack_file
from operations.settings_files import read_settings
from operations.workspace import Workspace

ROOT = Path(__file__).resolve().parents[4]
SECURE = {"secure": "v1:local:cipher"}


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    """A checkout with production's settings only."""
    settings = (ROOT / "Pulumi.production.yaml").read_text(encoding="utf-8")
    (tmp_path / "Pulumi.production.yaml").write_text(
        settings.replace("SECRET_KEY_BASE: external", "SECRET_KEY_BASE: managed")
    )
    return Workspace(tmp_path)


def copy_of(workspace: Workspace) -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load(
        workspace.local_stack_file("production").read_text(encoding="utf-8")
    )
    return loaded


def test_the_copy_differs_only_in_what_a_rehearsal_needs(workspace: Workspace) -> None:
    local_stack_file.write(workspace, "production")
    ours = yaml.safe_load(workspace.stack_file("production").read_text(encoding="utf-8"))
    own = {"placeholder_release": True, "create_delay_seconds": 0}
    ours["config"]["social-catering:rehearsal"] = own
    assert copy_of(workspace) == ours


def test_the_checkouts_file_is_never_written(workspace: Workspace) -> None:
    before = workspace.stack_file("production").read_bytes()
    local_stack_file.write(workspace, "production")
    assert workspace.stack_file("production").read_bytes() == before


def test_an_edit_of_the_settings_reaches_the_copy_and_local_secrets_stay(workspace: Workspace) -> None:
    local_stack_file.write(workspace, "production")
    copy = copy_of(workspace)
    copy["encryptionsalt"] = "v1:salt"
    copy["config"]["social-catering:SECRET_KEY_BASE"] = SECURE
    workspace.local_stack_file("production").write_text(yaml.safe_dump(copy))
    ours = workspace.stack_file("production")
    ours.write_text(
        ours.read_text(encoding="utf-8").replace(
            "quantity: 1, dyno_type: basic", "quantity: 2, dyno_type: standard-1x"
        )
    )
    local_stack_file.write(workspace, "production")
    assert copy_of(workspace)["encryptionsalt"] == "v1:salt"
    assert copy_of(workspace)["config"]["social-catering:SECRET_KEY_BASE"] == SECURE
    assert copy_of(workspace)["config"]["social-catering:formation"] == {
        "web": {"quantity": 2, "dyno_type": "standard-1x"}
    }


def test_a_real_ciphertext_is_not_taken_along(workspace: Workspace) -> None:
    """It was encrypted for the real backend; no local passphrase opens it."""
    ours = workspace.stack_file("production")
    ours.write_text(
        ours.read_text(encoding="utf-8") + "  social-catering:SECRET_KEY_BASE: {secure: v1:real}\n"
    )
    local_stack_file.write(workspace, "production")
    assert "social-catering:SECRET_KEY_BASE" not in copy_of(workspace)["config"]
    settings = read_settings(workspace, "production")
    assert local_stack_file.missing_secrets(workspace, "production", settings) == ["SECRET_KEY_BASE"]


def test_a_lost_copy_takes_its_salt_from_the_state(workspace: Workspace) -> None:
    state = workspace.state("production")
    state.parent.mkdir(parents=True)
    state.write_text(
        json.dumps({"checkpoint": {"latest": {"secrets_providers": {"state": {"salt": "v1:kept"}}}}})
    )
    local_stack_file.write(workspace, "production")
    assert copy_of(workspace)["encryptionsalt"] == "v1:kept"


def test_the_copy_is_for_its_owner_only(workspace: Workspace) -> None:
    local_stack_file.write(workspace, "production")
    assert workspace.local_stack_file("production").stat().st_mode & 0o777 == 0o600


def test_a_broken_copy_is_named_with_the_cure(workspace: Workspace) -> None:
    copy = workspace.local_stack_file("production")
    copy.parent.mkdir(parents=True)
    copy.write_text("config: {")
    with pytest.raises(OperationError, match=r"not YAML; remove it, the next run writes it anew$"):
        local_stack_file.write(workspace, "production")


def test_settings_that_are_wrong_end_the_command_in_one_sentence(workspace: Workspace) -> None:
    ours = workspace.stack_file("production")
    ours.write_text(ours.read_text(encoding="utf-8").replace("quantity: 1", "quantity: many"))
    with pytest.raises(
        OperationError, match=r'^Pulumi.production.yaml:9: formation.web.quantity: found "many"; expected'
    ):
        read_settings(workspace, "production")
