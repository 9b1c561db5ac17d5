"""What the stack files show only together is said: one of no stack, and one ciphertext in both."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from operations.judging.change import judge
from operations.judging.stack_files_compared import troubles_of
from operations.pulumi_run.runner import Done
from operations.workspace import Workspace
from runbook.settings import StackName
from tests.unit.operations.judging.streams import basis, declare, preview, steps
from tests.unit.runbook.readers.rendering import Declared


def write(folder: Path, stack: str, *entries: str) -> None:
    lines = [
        "config:",
        "  social-catering:app: {name: any}",
        *(f"  social-catering:{one}" for one in entries),
    ]
    (folder / f"Pulumi.{stack}.yaml").write_text("\n".join(lines), encoding="utf-8")


def said(folder: Path) -> list[str]:
    return [trouble.what for trouble in troubles_of(folder)]


@pytest.mark.parametrize(
    "name", ["Pulumi.prod.yaml", "Pulumi.production.yml", "Pulumi.dev.json", "Pulumi.yml"]
)
def test_a_file_of_no_stack_is_named(tmp_path: Path, name: str) -> None:
    write(tmp_path, "staging")
    (tmp_path / name).write_text("config: {}")
    assert said(tmp_path) == [
        f"{name}: is the file of no stack of this project, so no rule judges it and what it holds; take it out. "
        "The stacks are staging and production"
    ]


def test_the_projects_own_files_are_known(tmp_path: Path) -> None:
    for name in (
        "Pulumi.staging.yaml",
        "Pulumi.production.yaml",
        "Pulumi.md",
        "Pulumi.yaml.orig",
    ):
        (tmp_path / name).write_text("config: {}")
    shutil.copy(Workspace.here().root / "Pulumi.yaml", tmp_path)
    assert said(tmp_path) == []


def test_a_mistake_in_the_projects_file_is_told(tmp_path: Path) -> None:
    write(tmp_path, "staging")
    (tmp_path / "Pulumi.yaml").write_text("name: social-catering\nruntime: yaml\nplugins: {}\n")
    assert [what.partition(";")[0] for what in said(tmp_path)] == [
        "Pulumi.yaml:2: runtime: found another value (not shown)",
        "Pulumi.yaml:3: plugins: found another value (not shown)",
    ]


def test_one_ciphertext_in_both_files_is_one_secret(tmp_path: Path) -> None:
    write(tmp_path, "staging", "A: {secure: v1:one}", "B: {secure: v1:two}", "C: {secure: v1:three}")
    write(tmp_path, "production", "A: {secure: v1:one}", "B: {secure: v1:other}", "D: {secure: v1:three}")
    assert [what.partition(", so")[0] for what in said(tmp_path)] == [
        "secrets-differ: A has the same ciphertext in Pulumi.staging.yaml and in Pulumi.production.yaml",
        "secrets-differ: C has the same ciphertext in Pulumi.staging.yaml and as D in Pulumi.production.yaml",
    ]


def test_the_gate_blocks_on_it(tmp_path: Path) -> None:
    declare(tmp_path, Declared())
    done: dict[StackName, Done] = {
        "production": preview(tmp_path, "production", steps(Declared(), Declared()))
    }
    assert judge(done, basis(tmp_path), {}).exit_code == 0
    (tmp_path / "Pulumi.prod.yaml").write_text("config: {}")
    assert judge(done, basis(tmp_path), {}).exit_code == 3
