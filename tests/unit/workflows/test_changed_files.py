"""A pull request that changes stack files alone doesn't wait for the suite; any other has all of it."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from tests.unit.workflows.conftest import WORKFLOWS
from tests.unit.workflows.test_workflows import content

STACK_FILES = ("Pulumi.staging.yaml", "Pulumi.production.yaml", "waivers.yaml", "drift-ignore.yaml")
FAST, WHOLE = "part=--fast\n", ""


def script() -> str:
    steps = content(WORKFLOWS / "pull-request.yml")["jobs"]["test"]["steps"]
    (found,) = [step["run"] for step in steps if step.get("id") == "changed"]
    return str(found)


def git(folder: Path, *arguments: str) -> None:
    who = ["-c", "user.name=ops", "-c", "user.email=ops@example.invalid"]
    subprocess.run(["git", *who, *arguments], cwd=folder, check=True, capture_output=True)


def write(folder: Path, *names: str) -> None:
    for name in names:
        path = folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(f"{path.read_text()}more\n" if path.exists() else "text\n")


def committed(folder: Path) -> None:
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "--message", "One more")


@pytest.fixture
def main(tmp_path: Path) -> Path:
    git(tmp_path, "init", "--quiet")
    write(tmp_path, *STACK_FILES, "Pulumi.yaml", "runbook/cost.py")
    committed(tmp_path)
    return tmp_path


def says(folder: Path) -> str:
    output = folder / ".git" / "output"
    output.touch()
    subprocess.run(
        ["bash", "-eo", "pipefail", "-c", script()],
        cwd=folder,
        env={**os.environ, "GITHUB_OUTPUT": str(output)},
        check=True,
        capture_output=True,
    )
    return output.read_text()


@pytest.mark.parametrize(
    ("changed", "part"),
    [
        (STACK_FILES, FAST),
        (["Pulumi.production.yaml"], FAST),
        (["Pulumi.production.yaml", "runbook/cost.py"], WHOLE),
        (["Pulumi.yaml"], WHOLE),
        (["tests/Pulumi.staging.yaml"], WHOLE),
        (["runbook/new.py"], WHOLE),
    ],
    ids=["all stack files", "one", "one and the code", "the project", "a fixture of that name", "a new file"],
)
def test_stack_files_alone_have_the_fast_part(main: Path, changed: list[str], part: str) -> None:
    write(main, *changed)
    committed(main)
    assert says(main) == part


def test_a_file_that_goes_is_a_change_too(main: Path) -> None:
    (main / "runbook" / "cost.py").unlink()
    committed(main)
    assert says(main) == WHOLE


def test_where_the_change_cannot_be_told_the_whole_suite_runs(main: Path) -> None:
    """As with a checkout that is too shallow."""
    assert says(main) == WHOLE
