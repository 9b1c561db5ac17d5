"""What Pulumi starts the pack with: the project's Python, or one sentence that says how to get it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from providers.language_host.servicer import WITHHELD

ROOT = Path(__file__).parents[3]
STARTER = Path(".python") / "bin" / "python"
START = ("-u", "-m", "pulumi.policy", "127.0.0.1:1", "policies")
"""As the language host of Pulumi 3.274.1 types it."""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project with the pack's starter and no environment, at a place with a space in its name."""
    folder = tmp_path / "a project"
    (folder / "policies" / STARTER.parent).mkdir(parents=True)
    shutil.copy2(ROOT / "policies" / STARTER, folder / "policies" / STARTER)
    return folder


def with_environment(project: Path, *, packages: bool = True) -> None:
    """A Python that repeats what it was started with, as `python -m venv` and pip lay things out."""
    python = project / ".venv" / "bin" / "python"
    python.parent.mkdir(parents=True)
    python.write_text('#!/bin/sh\nprintf "%s\\n" "$@"\n', encoding="ascii")
    python.chmod(0o755)
    site = project / ".venv" / "lib" / "python3.13" / "site-packages"
    site.mkdir(parents=True)
    if packages:
        (site / "pulumi_policy").mkdir()


def start(project: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [project / "policies" / STARTER, *arguments],
        cwd=project / "policies",
        env={"PATH": os.defpath},
        capture_output=True,
        text=True,
        check=False,
        timeout=30,
    )


def test_no_token_of_the_shell_reaches_the_pack(project: Path) -> None:
    with_environment(project)
    python = project / ".venv" / "bin" / "python"
    python.write_text("#!/bin/sh\nenv\n", encoding="ascii")
    shown = subprocess.run(
        [project / "policies" / STARTER, *START],
        env={"PATH": os.defpath, "KEPT": "kept", **dict.fromkeys(WITHHELD, "canary")},
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    assert "kept" in shown
    assert "canary" not in shown


def refusal(project: Path, what: str) -> str:
    return f"The policy pack cannot start: {what}. Type `pulumi install` in {project}, then the same command again.\n"


def test_pulumi_finds_the_starter_as_the_virtual_environments_python() -> None:
    described = yaml.safe_load((ROOT / "policies" / "PulumiPolicy.yaml").read_text(encoding="utf-8"))
    options = described["runtime"]["options"]
    assert options["toolchain"] == "pip"
    python = ROOT / "policies" / options["virtualenv"] / "bin" / "python"
    assert python == ROOT / "policies" / STARTER
    assert os.access(python, os.X_OK)


def test_the_pack_and_the_project_need_the_same_packages() -> None:
    for folder in (ROOT, ROOT / "policies"):
        lines = (folder / "requirements.txt").read_text(encoding="utf-8").splitlines()
        [named] = [line.removeprefix("-r ") for line in lines if not line.startswith("#")]
        assert (folder / named).resolve() == ROOT / "toolchain" / "locks" / "runtime.txt"


def test_the_project_names_the_environment_that_ops_makes() -> None:
    described = yaml.safe_load((ROOT / "Pulumi.yaml").read_text(encoding="utf-8"))
    assert described["runtime"] == {
        "name": "python",
        "options": {"toolchain": "pip", "virtualenv": ".venv"},
    }


def test_the_projects_python_gets_every_argument(project: Path) -> None:
    with_environment(project)
    done = start(project, *START, "two words")
    assert (done.returncode, done.stdout.splitlines()) == (0, [*START, "two words"])


def test_without_an_environment_the_command_to_type_is_said(project: Path) -> None:
    done = start(project, *START)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == refusal(project, f"{project}/.venv/bin/python is missing")


def test_an_environment_whose_python_was_removed_counts_as_missing(project: Path) -> None:
    with_environment(project)
    python = project / ".venv" / "bin" / "python"
    python.unlink()
    python.symlink_to("/nowhere/python3")
    done = start(project, *START)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == refusal(project, f"{project}/.venv/bin/python is missing")


def test_an_empty_environment_is_told_from_one_with_the_packages(project: Path) -> None:
    with_environment(project, packages=False)
    done = start(project, *START)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == refusal(project, f"the packages in {project}/.venv are missing")


def test_an_empty_environment_can_be_filled(project: Path) -> None:
    """`pulumi install` in the pack's folder runs pip by the same starter."""
    with_environment(project, packages=False)
    install = ("-m", "pip", "install", "-r", "requirements.txt")
    done = start(project, *install)
    assert (done.returncode, done.stdout.splitlines()) == (0, list(install))


@pytest.mark.fault("F60")
def test_a_package_that_is_missing_is_named_with_the_command_to_type() -> None:
    """`-S` hides what the virtual environment has installed."""
    done = subprocess.run(
        [sys.executable, "-S", ROOT / "policies"], capture_output=True, text=True, check=False, timeout=30
    )
    assert (done.returncode, done.stdout) == (1, "")
    [line] = done.stderr.splitlines()
    assert line.startswith(f"The policy pack cannot start with {sys.executable} (Python ")
    assert line.endswith(
        f"No module named 'pulumi_policy'. Type `pulumi install` in {ROOT}, then the same command again."
    )
