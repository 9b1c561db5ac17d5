"""Heroku's CLI: what is named or installed is used; the pinned one is installed from a lock without addresses."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from toolchain import heroku_cli
from toolchain.errors import SetupError


def program(folder: Path) -> Path:
    folder.mkdir(parents=True)
    path = folder / "heroku"
    path.write_text("#!/bin/sh\n")
    path.chmod(0o755)
    return path


def test_a_named_one_comes_first(tmp_path: Path) -> None:
    on_path = program(tmp_path / "bin")
    env = {"HEROKU_CLI": "/opt/heroku", "PATH": str(on_path.parent)}
    assert heroku_cli.find(tmp_path, env) == Path("/opt/heroku")


def test_then_one_on_path_then_the_projects_own(tmp_path: Path) -> None:
    on_path = program(tmp_path / "bin")
    folder = tmp_path / ".local" / "heroku-cli"
    ours = program(folder / "node_modules" / ".bin")
    shutil.copy(heroku_cli.LOCK / "package-lock.json", folder)
    assert heroku_cli.find(tmp_path, {"PATH": str(on_path.parent)}) == on_path
    assert heroku_cli.find(tmp_path, {"PATH": ""}) == ours


def test_without_any_there_is_none(tmp_path: Path) -> None:
    assert heroku_cli.find(tmp_path, {"PATH": ""}) is None


def test_without_npm_it_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("HEROKU_CLI", raising=False)
    monkeypatch.setenv("PATH", "")
    with pytest.raises(
        SetupError, match=r"^Heroku's CLI is an npm package: install Node.js 20 or newer, or name a CLI"
    ):
        heroku_cli.ensure(tmp_path, lambda _: None)


def test_a_failed_install_is_told_and_never_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "bin").mkdir()
    npm = tmp_path / "bin" / "npm"
    npm.write_text("#!/bin/sh\necho 'integrity checksum failed'\nexit 1\n")
    npm.chmod(0o755)
    monkeypatch.delenv("HEROKU_CLI", raising=False)
    monkeypatch.setenv("PATH", str(npm.parent))
    with pytest.raises(SetupError, match=r"(?s)run the same command again.*integrity checksum failed"):
        heroku_cli.ensure(tmp_path, lambda _: None)
    assert heroku_cli.find(tmp_path, {"PATH": ""}) is None


def test_the_lock_has_a_hash_for_each_package_and_no_address() -> None:
    locked = json.loads((heroku_cli.LOCK / "package-lock.json").read_text(encoding="utf-8"))["packages"]
    assert len(locked) > 100
    assert [
        name
        for name, entry in locked.items()
        if name and not entry.get("integrity") and not entry.get("inBundle")
    ] == []
    assert [name for name, entry in locked.items() if "resolved" in entry] == []


def test_one_of_another_lock_is_not_used(tmp_path: Path) -> None:
    folder = tmp_path / ".local" / "heroku-cli"
    program(folder / "node_modules" / ".bin")
    (folder / "package-lock.json").write_text("{}")
    assert heroku_cli.find(tmp_path, {"PATH": ""}) is None
