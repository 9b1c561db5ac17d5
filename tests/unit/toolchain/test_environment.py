"""`.venv` is made, mended or left alone, and never half done without being seen as such. Python and pip are stand-ins."""

from __future__ import annotations

import fcntl
import os
import shutil
import signal
import subprocess
import sys
import threading
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.waiting import wait_until
from toolchain import environment
from toolchain.errors import SetupError

if TYPE_CHECKING:
    from .conftest import Script

STAND_IN = """
for last; do :; done
case "$*" in
    "-I -m venv "*) echo "venv" >>"$CALLS"; eval "${VENV:-}"; mkdir -p "$last/bin"; cp "$0" "$last/bin/python" ;;
    "-I -m pip "*) echo "pip ${last##*/} user=$PIP_USER target=${PIP_TARGET:-}" >>"$CALLS"; eval "${PIP:-}" ;;
    *version_info*) echo "${VERSION:-cpython 3 11}" ;;
    *"import pip"*) eval "${HAS_PIP:-echo 23.2.1}" ;;
esac
"""


@pytest.fixture
def calls(tmp_path: Path, script: Script, monkeypatch: pytest.MonkeyPatch) -> Path:
    """What the stand-in for Python was asked to do, one line each."""
    file = tmp_path / "calls"
    file.touch()
    monkeypatch.setenv("CALLS", str(file))
    monkeypatch.setattr(sys, "_base_executable", str(script(tmp_path / "base" / "python3", STAND_IN)))
    return file


def made(calls: Path) -> list[str]:
    return [line.split(" user=")[0] for line in calls.read_text().splitlines()]


FROM_NOTHING = ["venv", "pip build.txt", "pip runtime.txt"]


def test_from_nothing_the_environment_is_made_and_what_builds_packages_comes_first(
    checkout: Path, calls: Path, said: list[str]
) -> None:
    environment.ensure(checkout, "runtime", said.append)
    assert made(calls) == FROM_NOTHING
    assert environment.is_complete(checkout, "runtime")
    assert [line.split(":")[0].removesuffix(" …") for line in said[::2]] == [
        f"Making .venv with Python {'.'.join(map(str, sys.version_info[:3]))}",
        "Installing what packages are built with",
        "Installing the Python packages",
    ]


@pytest.mark.fault("F67")
def test_a_second_run_does_nothing_and_says_nothing(checkout: Path, calls: Path, said: list[str]) -> None:
    environment.ensure(checkout, "runtime", said.append)
    calls.write_text("")
    said.clear()
    environment.ensure(checkout, "runtime", said.append)
    assert (made(calls), said) == ([], [])


def test_development_is_added_to_what_is_there(checkout: Path, calls: Path, said: list[str]) -> None:
    environment.ensure(checkout, "runtime", said.append)
    environment.ensure(checkout, "dev", said.append)
    assert made(calls) == [*FROM_NOTHING, "pip build.txt", "pip dev.txt"]
    assert environment.is_complete(checkout, "dev")


def test_a_changed_lock_is_installed_into_the_same_environment(
    checkout: Path, calls: Path, said: list[str]
) -> None:
    environment.ensure(checkout, "runtime", said.append)
    with (checkout / "toolchain" / "locks" / "runtime.txt").open("a") as lock:
        lock.write("# one more\n")
    environment.ensure(checkout, "runtime", said.append)
    assert made(calls) == [*FROM_NOTHING, "pip build.txt", "pip runtime.txt"]


@pytest.mark.fault("F64")
def test_an_environment_whose_set_up_was_cut_short_is_made_anew(
    checkout: Path, calls: Path, said: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    half = checkout / ".venv" / "half-a-package"
    monkeypatch.setenv("PIP", f"touch '{half}'; echo 'ERROR: Operation cancelled by user'; exit 1")
    with pytest.raises(SetupError, match="Operation cancelled by user"):
        environment.ensure(checkout, "runtime", said.append)
    assert half.exists()
    assert not environment.is_complete(checkout, "runtime")

    monkeypatch.delenv("PIP")
    calls.write_text("")
    environment.ensure(checkout, "runtime", said.append)
    assert made(calls) == FROM_NOTHING
    assert environment.is_complete(checkout, "runtime")
    assert not half.exists()


def test_an_environment_whose_python_went_away_is_made_anew(
    checkout: Path, calls: Path, said: list[str]
) -> None:
    environment.ensure(checkout, "runtime", said.append)
    python = environment.python(checkout)
    python.unlink()
    python.symlink_to("/nowhere/python3.11")
    environment.ensure(checkout, "runtime", said.append)
    assert made(calls) == [*FROM_NOTHING, *FROM_NOTHING]


def test_an_environment_whose_python_became_another_version_is_made_anew(
    checkout: Path, calls: Path, said: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    environment.ensure(checkout, "runtime", said.append)
    monkeypatch.setenv("VERSION", "cpython 3 12")
    environment.ensure(checkout, "runtime", said.append)
    assert made(calls) == [*FROM_NOTHING, *FROM_NOTHING]


def test_a_fit_environment_someone_else_made_is_taken_over(
    checkout: Path, calls: Path, said: list[str], script: Script
) -> None:
    script(environment.python(checkout), STAND_IN)
    environment.ensure(checkout, "runtime", said.append)
    assert made(calls) == ["pip build.txt", "pip runtime.txt"]


@pytest.mark.parametrize(
    ("setting", "lacks"),
    [
        (("HAS_PIP", "exit 1"), "has no pip"),
        (("VERSION", "cpython 3 9"), "has no Python 3.11 or newer that runs"),
    ],
    ids=["no pip", "old Python"],
)
def test_an_unfit_environment_someone_else_made_is_theirs_to_remove(
    checkout: Path, calls: Path, monkeypatch: pytest.MonkeyPatch, setting: tuple[str, str], lacks: str
) -> None:
    shutil.copytree(Path(sys._base_executable).parent, checkout / ".venv" / "bin")  # type: ignore[attr-defined]
    (checkout / ".venv" / "bin" / "python3").rename(environment.python(checkout))
    monkeypatch.setenv(*setting)
    with pytest.raises(SetupError) as failed:
        environment.ensure(checkout, "runtime", print)
    assert str(failed.value) == (
        f"{checkout / '.venv'} was not made by ./ops and {lacks}. Move it away or delete it, then run the same command again."
    )
    assert made(calls) == []
    assert environment.python(checkout).exists()


def test_a_python_without_its_venv_module(
    checkout: Path, calls: Path, said: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VENV", "echo 'because ensurepip is not available.'; exit 1")
    with pytest.raises(SetupError) as failed:
        environment.ensure(checkout, "runtime", said.append)
    major, minor, patch = sys.version_info[:3]
    assert str(failed.value) == (
        f"Python {major}.{minor}.{patch} ({sys._base_executable}) cannot make virtual environments: its venv module is not "  # type: ignore[attr-defined]
        f"installed. On Debian and Ubuntu: apt install python{major}.{minor}-venv. "
        "Or name another Python: PYTHON=/path/to/python3 ./ops …"
    )


def test_a_disk_that_is_full_while_the_environment_is_made(
    checkout: Path, calls: Path, said: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VENV", "echo 'OSError: [Errno 28] No space left on device'; exit 1")
    with pytest.raises(
        SetupError,
        match=r"^the disk is full: .* GB free at .*; this step needs about 600 MB\. Free some, then",
    ):
        environment.ensure(checkout, "runtime", said.append)


def test_a_checkout_that_cannot_be_written(checkout: Path, calls: Path, said: list[str]) -> None:
    (checkout / ".local").write_text("a file where the folder belongs")
    with pytest.raises(SetupError) as failed:
        environment.ensure(checkout, "runtime", said.append)
    assert str(failed.value) == (
        f"{checkout / '.local'}: File exists. Set-up writes to .venv and .local in {checkout}: make both writable, then run again."
    )


def test_settings_that_would_send_packages_elsewhere_are_not_followed(
    checkout: Path, calls: Path, said: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PIP_USER", "1")
    monkeypatch.setenv("PIP_TARGET", "/elsewhere")
    environment.ensure(checkout, "runtime", said.append)
    assert calls.read_text().splitlines()[1:] == [
        "pip build.txt user=0 target=",
        "pip runtime.txt user=0 target=",
    ]


def test_two_runs_at_once_set_up_once(
    checkout: Path, calls: Path, said: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PIP", "sleep 0.3")
    runs = [
        threading.Thread(target=environment.ensure, args=(checkout, "runtime", said.append)) for _ in range(3)
    ]
    for run in runs:
        run.start()
    for run in runs:
        run.join()
    assert made(calls) == FROM_NOTHING
    assert said.count("Another set-up of this project is running; waiting for it to end …") == 2


def test_a_run_that_is_killed_leaves_the_lock_to_its_pip(
    checkout: Path, calls: Path, said: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else a second run would change `.venv` under the first one's pip."""
    monkeypatch.setenv("PIP", "sleep 1.5")
    code = (
        "import sys; from pathlib import Path; from toolchain import environment\n"
        f"sys._base_executable = {sys._base_executable!r}\n"  # type: ignore[attr-defined]
        f"environment.ensure(Path({str(checkout)!r}), 'runtime', print)"
    )
    run = subprocess.Popen([sys.executable, "-c", code], cwd=checkout, stdout=subprocess.DEVNULL)
    wait_until(lambda: "pip build.txt" in calls.read_text(), why="pip was called")
    run.send_signal(signal.SIGKILL)
    run.wait()

    with (checkout / ".local" / "set-up.lock").open("w") as lock, pytest.raises(BlockingIOError):
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    monkeypatch.delenv("PIP")
    calls.write_text("")
    environment.ensure(checkout, "runtime", said.append)
    assert made(calls) == FROM_NOTHING


@pytest.mark.parametrize(
    ("sign", "status", "word"),
    [(signal.SIGINT, 130, "interrupted"), (signal.SIGTERM, 143, "stopped")],
    ids=["^C", "TERM"],
)
def test_an_interrupted_run_says_that_it_can_go_on(
    checkout: Path, sign: signal.Signals, status: int, word: str
) -> None:
    """Here with the real Python and no package index: it is stopped while it makes `.venv`."""
    run = subprocess.Popen(
        [sys.executable, checkout / "toolchain" / "start.py", "demo"],
        env=dict(os.environ) | {"PIP_NO_INDEX": "1", "PIP_FIND_LINKS": ""},
        stderr=subprocess.PIPE,
        text=True,
    )
    assert run.stderr is not None
    with run.stderr as stream:
        assert stream.readline().startswith("Making .venv")
        run.send_signal(sign)
        rest = stream.read()
    assert (rest, run.wait()) == (f"ops: set-up {word}; the same command goes on with it\n", status)
    assert not environment.is_complete(checkout, "runtime")
