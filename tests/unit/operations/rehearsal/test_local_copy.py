"""A rehearsal deploys its placeholder over no app that was live before it."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from operations.rehearsal import local_stack_file
from operations.workspace import Workspace

ROOT = Path(__file__).resolve().parents[4]
FORMATION = '{"type": "heroku:formation/formation:Formation"}'
BUILD = '{"type": "heroku:build/build:Build"}'
APP = '{"type": "heroku:app/app:App"}'


@pytest.mark.parametrize(
    ("state", "adopting", "placeholder"),
    [
        (None, False, True),
        (None, True, False),
        (APP, False, True),  # a first up, cut off before its build
        (APP, True, False),
        (APP + FORMATION, False, False),  # adopted
        (APP + BUILD + FORMATION, False, True),  # put up here
        (APP + BUILD + FORMATION, True, True),
        (APP + BUILD, True, True),
    ],
)
def test_the_placeholder_is_for_apps_that_up_made(
    tmp_path: Path, state: str | None, *, adopting: bool, placeholder: bool
) -> None:
    workspace = Workspace(tmp_path)
    workspace.stack_file("staging").write_text((ROOT / "Pulumi.staging.yaml").read_text(encoding="utf-8"))
    if state is not None:
        workspace.state("staging").parent.mkdir(parents=True)
        workspace.state("staging").write_text(state)
        workspace.local_stack_file("staging").parent.mkdir(parents=True)
        workspace.local_stack_file("staging").write_text("encryptionsalt: v1:salt\n")
    local_stack_file.write(workspace, "staging", adopting=adopting)
    copy = yaml.safe_load(workspace.local_stack_file("staging").read_text(encoding="utf-8"))
    assert copy["config"]["social-catering:rehearsal"]["placeholder_release"] is placeholder
