"""The engine that set-up chooses on this machine really runs; where it is built, only from what go.sum pins."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest

from toolchain import build, engine, installed
from toolchain.errors import SetupError

pytestmark = pytest.mark.engine

REPO = Path(__file__).parents[3]


@pytest.fixture(scope="module")
def chosen() -> engine.Engine:
    return engine.ensure(REPO, print)


@pytest.fixture
def environment(chosen: engine.Engine, tmp_path: Path) -> dict[str, str]:
    """Pulumi's, with everything it keeps in a folder of the test."""
    state = tmp_path / "state"
    state.mkdir()
    return {
        "PATH": chosen.path(os.environ),
        "HOME": str(tmp_path),
        "PULUMI_HOME": str(tmp_path / "home"),
        "PULUMI_BACKEND_URL": state.as_uri(),
        "PULUMI_CONFIG_PASSPHRASE": "test",
        "PULUMI_SKIP_UPDATE_CHECK": "true",
        "PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION": "true",
    }


def pulumi(*arguments: str, env: dict[str, str], cwd: Path) -> str:
    done = subprocess.run(
        ["pulumi", *arguments], env=env, cwd=cwd, capture_output=True, text=True, check=False, timeout=120
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_it_is_the_version_it_is_said_to_be(
    chosen: engine.Engine, environment: dict[str, str], tmp_path: Path
) -> None:
    assert pulumi("version", env=environment, cwd=tmp_path).strip().removeprefix("v") == chosen.version
    assert installed._order(chosen.version) >= installed._order(installed.LOWEST)


def test_it_previews_an_empty_python_program(environment: dict[str, str], tmp_path: Path) -> None:
    program = tmp_path / "program"
    program.mkdir()
    (program / "Pulumi.yaml").write_text("name: empty\nruntime: python\n")
    (program / "__main__.py").write_text("import pulumi\npulumi.log.info('the program ran')\n")
    pulumi("stack", "init", "test", "--non-interactive", env=environment, cwd=program)
    preview = json.loads(pulumi("preview", "--json", "--non-interactive", env=environment, cwd=program))
    assert [(step["op"], step["urn"]) for step in preview["steps"]] == [
        ("create", "urn:pulumi:test::empty::pulumi:pulumi:Stack::empty-test")
    ]
    assert [note["message"] for note in preview["diagnostics"]] == ["the program ran\n"]


@pytest.mark.fault("F66")
def test_a_module_unlike_its_sum_stops_the_build(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The real `go`, on modules that are in its cache already: no proxy is asked."""
    go = engine.choose_go(REPO, os.environ)
    if go is None:
        pytest.skip("no fit `go` on PATH")
    monkeypatch.setenv("GOPROXY", "off")
    shutil.copytree(REPO / "toolchain", tmp_path / "toolchain")
    try:
        build._fetch(tmp_path, go, print)
    except SetupError as error:
        pytest.skip(f"the engine's Go modules are not in Go's cache: {error}")

    sums = tmp_path / "toolchain" / "engine" / "go.sum"
    module = f"github.com/pulumi/pulumi/pkg/v3 v{build.VERSION}"
    text = sums.read_text()
    first = text.index(f"{module} h1:") + len(f"{module} h1:")
    sums.write_text(text[:first] + ("A" if text[first] != "A" else "B") + text[first + 1 :])
    with pytest.raises(SetupError) as failed:
        build._fetch(tmp_path, go, print)
    assert str(failed.value).startswith(
        f"{module.replace(' ', '@')} is not what {sums} pins; nothing was built from it."
    )

    sums.write_text(
        "".join(line for line in text.splitlines(keepends=True) if not line.startswith(f"{module} h1:"))
    )
    with pytest.raises(SetupError) as failed:
        build._fetch(tmp_path, go, print)
    assert str(failed.value).startswith(
        f"{build._PACKAGE} is not what {sums} pins; nothing was built from it."
    )
