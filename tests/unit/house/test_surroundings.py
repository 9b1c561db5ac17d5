"""No test depends on which heroku plugin the caller has installed."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from operations.rehearsal.rehearsal import home_of_the_user
from providers.heroku import install
from tests.surroundings import NOTHING_INSTALLED, PLUGIN, without_plugins

ROOT = Path(__file__).parents[3]
PREVIEW = "tests/engine/heroku_plugin/test_lifecycle.py::test_a_preview_asks_heroku_nothing"


def _decoy(path: Path) -> Path:
    """A plugin that only notes that it was started."""
    path.parent.mkdir(parents=True)
    path.write_text(f'#!/bin/sh\ntouch "{path}.started"\nexit 1\n')
    path.chmod(0o755)
    return path


def test_no_plugin_of_the_callers_is_seen_here() -> None:
    assert shutil.which(PLUGIN) is None
    assert install.official([home_of_the_user()], "*") is None


def test_a_folder_on_path_with_the_plugin_keeps_all_else(tmp_path: Path) -> None:
    _decoy(tmp_path / "bin" / PLUGIN)
    _decoy(tmp_path / "other" / "pulumi")
    (tmp_path / "bin" / "pulumi").symlink_to(tmp_path / "other" / "pulumi")
    path = without_plugins(f"{tmp_path / 'bin'}:{tmp_path / 'other'}", str(tmp_path / "kept"))
    assert path == f"{tmp_path / 'kept' / '0'}:{tmp_path / 'other'}"
    assert [item.name for item in (tmp_path / "kept" / "0").iterdir()] == ["pulumi"]
    assert shutil.which("pulumi", path=path) is not None


@pytest.mark.engine
@pytest.mark.parametrize("where", ["on PATH", "in the Pulumi home", "in ~/.pulumi"])
def test_a_test_of_the_drop_in_tests_the_drop_in(tmp_path: Path, where: str) -> None:
    if shutil.which("pulumi") is None:
        pytest.skip("no pulumi on PATH; `./ops test` puts one there")
    version = f"plugins/resource-heroku-v{install.VERSION}"
    env = {key: value for key, value in os.environ.items() if key not in (NOTHING_INSTALLED, "PULUMI_HOME")}
    if where == "on PATH":
        decoy = _decoy(tmp_path / "bin" / PLUGIN)
        env["PATH"] = f"{decoy.parent}:{env['PATH']}"
    elif where == "in the Pulumi home":
        decoy = _decoy(tmp_path / version / PLUGIN)
        env["PULUMI_HOME"] = str(tmp_path)
    else:
        decoy = _decoy(tmp_path / ".pulumi" / version / PLUGIN)
        env["HOME"] = str(tmp_path)
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:xdist", PREVIEW],
        cwd=ROOT,
        env=env,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout
    assert "1 passed" in done.stdout
    assert not decoy.with_name(f"{PLUGIN}.started").exists()
