"""The stack file of a stack whose database was promoted: the database's lines are edited, and no other."""

from __future__ import annotations

import shutil
from difflib import ndiff
from pathlib import Path

import pytest

from operations.adopting.live_app import LiveApp
from operations.adopting.stack_files import Proposed, proposed_database
from operations.settings_files import read_settings
from operations.workspace import Workspace
from runbook.environment import Database
from tests.unit.runbook.adoption.described import live

ROOT = Path(__file__).resolve().parents[4]
FILE = "Pulumi.staging.yaml"
OLD_NAME, OLD_PLAN = "-    name: sc-mvp-staging-db", "-    plan: standard-0"
NEW_NAME = "+    name: second-db"


def proposed(folder: Path, database: Database) -> Proposed:
    shutil.copy2(ROOT / FILE, folder)
    workspace = Workspace(folder)
    today = read_settings(workspace, "staging")
    app = LiveApp("app-id", "sc-mvp-staging", "new-id", database.name, {})
    return proposed_database(workspace, "staging", today, live(today, databases=(database,)), app)


@pytest.mark.parametrize(
    ("plan", "changed"),
    [
        ("standard-0", [OLD_NAME, NEW_NAME]),
        ("standard-2", [OLD_NAME, OLD_PLAN, NEW_NAME, "+    plan: standard-2"]),
    ],
)
def test_name_and_plan_are_those_of_the_promoted_database(
    tmp_path: Path, plan: str, changed: list[str]
) -> None:
    found = proposed(tmp_path, Database(name="second-db", plan=plan))
    assert found.text is not None
    lines = ndiff((ROOT / FILE).read_text(encoding="utf-8").splitlines(), found.text.splitlines())
    edited = [line.replace(" ", "", 1) for line in lines if line.startswith(("-", "+"))]
    assert sorted(edited) == sorted(changed)


def test_a_file_that_names_the_primary_database_stays_as_it_is(tmp_path: Path) -> None:
    assert proposed(tmp_path, Database(name="sc-mvp-staging-db", plan="standard-0")).text is None
