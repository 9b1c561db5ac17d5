"""Pulumi.yaml and the pack's own file say what this project says, and nothing else."""

from __future__ import annotations

from pathlib import Path

import pytest

from runbook.project_file import mistakes

ROOT = Path(__file__).resolve().parents[3]
CANARY = "canary-in-the-project-file"
OURS = "  providers:\n    - name: heroku-postgres\n      path: providers/heroku_postgres\n"
PLUGIN = f"    - name: heroku\n      path: {CANARY}\n"
WRONG = {
    "another program for heroku": (OURS, OURS + PLUGIN, "plugins"),
    "another program for heroku-postgres": ("path: providers/heroku_postgres", f"path: {CANARY}", "plugins"),
    "another language host": ("plugins:\n", f"plugins:\n  languages: [{{name: python, path: {CANARY}}}]\n", "plugins"),
    "another analyzer": ("plugins:\n", f"plugins:\n  analyzers: [{{name: policy, path: {CANARY}}}]\n", "plugins"),
    "another virtual environment": ("virtualenv: .venv", f"virtualenv: {CANARY}", "runtime"),
    "another toolchain": ("toolchain: pip", "toolchain: uv", "runtime"),
    "an option of the runtime": ("virtualenv: .venv", f"virtualenv: .venv\n    typechecker: {CANARY}", "runtime"),
    "another runtime": ("name: python", "name: yaml", "runtime"),
    "another name": ("name: social-catering\n", f"name: {CANARY}\n", "name"),
    "packages": ("plugins:\n", f"packages:\n  heroku: {CANARY}\nplugins:\n", "packages"),
    "a folder of the program": ("plugins:\n", f"main: {CANARY}\nplugins:\n", "main"),
    "a backend": ("plugins:\n", f"backend: {{url: 'https://{CANARY}'}}\nplugins:\n", "backend"),
    "a folder of the stack files": ("plugins:\n", f"stackConfigDir: {CANARY}\nplugins:\n", "stackConfigDir"),
    "settings for all stacks": ("plugins:\n", f"config: {{'heroku:url': {CANARY}}}\nplugins:\n", "config"),
    "options of the engine": ("plugins:\n", "options: {refresh: never}\nplugins:\n", "options"),
    "a description that is none": ("description: Social", "description: [Social]\n#", "description"),
}  # fmt: skip


def written(folder: Path, old: str = "", new: str = "") -> Path:
    text = (ROOT / "Pulumi.yaml").read_text(encoding="utf-8")
    assert old in text
    (folder / "Pulumi.yaml").write_text(text.replace(old, new, 1) if old else text, encoding="utf-8")
    return folder


def test_the_projects_own_files_have_no_mistake() -> None:
    assert list(mistakes(ROOT)) == []


def test_a_description_may_be_any_text(tmp_path: Path) -> None:
    assert list(mistakes(written(tmp_path, "Social Catering's two", "Our two"))) == []


@pytest.mark.parametrize("words", WRONG)
def test_anything_else_is_named_and_not_shown(words: str, tmp_path: Path) -> None:
    old, new, key = WRONG[words]
    (told,) = mistakes(written(tmp_path, old, new))
    assert told.startswith("Pulumi.yaml:")
    assert told.split(": ")[1] == key
    assert CANARY not in told


def test_what_is_missing_is_named(tmp_path: Path) -> None:
    assert list(mistakes(written(tmp_path, "plugins:\n" + OURS))) == [
        'Pulumi.yaml: plugins is missing; expected {"providers": [{"name": "heroku-postgres", "path": "providers/heroku_postgres"}]}'
    ]


def test_a_file_that_can_not_be_read_is_told(tmp_path: Path) -> None:
    (tmp_path / "Pulumi.yaml").symlink_to("/dev/zero")
    assert list(mistakes(tmp_path)) == [
        "Pulumi.yaml: is no regular file, nor a link to one; expected a YAML file"
    ]


@pytest.mark.parametrize(
    ("old", "new", "key"),
    [
        ("virtualenv: .python", f"virtualenv: {CANARY}", "runtime"),
        ("version:", "main: other\nversion:", "main"),
    ],
)
def test_the_packs_own_file_is_held_too(tmp_path: Path, old: str, new: str, key: str) -> None:
    text = (ROOT / "policies" / "PulumiPolicy.yaml").read_text(encoding="utf-8")
    assert old in text
    (tmp_path / "policies").mkdir()
    (tmp_path / "policies" / "PulumiPolicy.yaml").write_text(text.replace(old, new), encoding="utf-8")
    (told,) = mistakes(tmp_path)
    assert told.startswith("policies/PulumiPolicy.yaml:")
    assert told.split(": ")[1] == key
    assert CANARY not in told
