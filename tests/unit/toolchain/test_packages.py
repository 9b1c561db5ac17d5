"""Packages come in by their hash or not at all. The real pip, on wheels in a folder; nothing leaves loopback."""

from __future__ import annotations

import hashlib
import socket
import sys
import zipfile
from pathlib import Path

import pytest

from toolchain import packages
from toolchain.errors import SetupError

CANARY = "canary-4f1b"


@pytest.fixture
def wheels(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with one wheel, tiny 1.0; the only place pip looks."""
    folder = tmp_path / "wheels"
    folder.mkdir()
    with zipfile.ZipFile(folder / "tiny-1.0-py3-none-any.whl", "w") as wheel:
        wheel.writestr("tiny.py", "VALUE = 1\n")
        wheel.writestr("tiny-1.0.dist-info/METADATA", "Metadata-Version: 2.1\nName: tiny\nVersion: 1.0\n")
        wheel.writestr(
            "tiny-1.0.dist-info/WHEEL",
            "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
        )
        wheel.writestr("tiny-1.0.dist-info/RECORD", "")
    only_from(monkeypatch, PIP_NO_INDEX="1", PIP_FIND_LINKS=str(folder))
    return folder / "tiny-1.0-py3-none-any.whl"


def only_from(monkeypatch: pytest.MonkeyPatch, **settings: str) -> None:
    base = {
        "PIP_CONFIG_FILE": "/dev/null",
        "PIP_FIND_LINKS": "",
        "PIP_EXTRA_INDEX_URL": "",
        "PIP_RETRIES": "0",
    }
    for name, value in (base | settings).items():
        monkeypatch.setenv(name, value)


def install(tmp_path: Path, requirement: str, said: list[str]) -> Path:
    lock = tmp_path / "runtime.txt"
    lock.write_text(requirement + "\n")
    target = tmp_path / "installed"
    options = ("--target", target)
    packages.install(
        Path(sys.executable), lock, doing="Installing", say=said.append, needs="1 MB", options=options
    )
    return target


def sha256(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()


@pytest.mark.slow
def test_a_package_with_the_locked_hash_is_installed(tmp_path: Path, wheels: Path, said: list[str]) -> None:
    target = install(tmp_path, f"tiny==1.0 --hash=sha256:{sha256(wheels)}", said)
    assert (target / "tiny.py").read_text() == "VALUE = 1\n"
    assert said[0] == "Installing …"
    assert said[1].startswith("Installing: done in ")


@pytest.mark.fault("F65")
def test_a_package_with_another_hash_is_refused_and_named(
    tmp_path: Path, wheels: Path, said: list[str]
) -> None:
    with pytest.raises(SetupError) as failed:
        install(tmp_path, f"tiny==1.0 --hash=sha256:{'a' * 64}", said)
    assert str(failed.value) == (
        f"tiny==1.0 from {wheels.as_uri()} has SHA-256 {sha256(wheels)}, which runtime.txt does not allow; it was not installed. "
        "A second run fetches it anew; if it stays so, the package index serves another file than was locked: find out why "
        "before trusting it."
    )
    assert not (tmp_path / "installed").exists()


def test_a_lock_without_a_hash_is_refused(tmp_path: Path, wheels: Path, said: list[str]) -> None:
    with pytest.raises(
        SetupError,
        match=r"runtime\.txt lacks a hash or a version; make it anew with toolchain/locks/relock\.",
    ):
        install(tmp_path, "tiny==1.0", said)


def test_a_package_the_index_does_not_offer(tmp_path: Path, wheels: Path, said: list[str]) -> None:
    with pytest.raises(SetupError) as failed:
        install(tmp_path, f"tiny==2.0 --hash=sha256:{'a' * 64}", said)
    assert str(failed.value) == (
        "no package index offers tiny==2.0 for this Python and machine (runtime.txt names it), or it could not be reached. Check the "
        "network and `pip config list`, or take another Python: PYTHON=/path/to/python3 ./ops …"
    )


@pytest.mark.fault("F67")
def test_no_package_index_within_reach_and_its_password_stays_unsaid(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, said: list[str]
) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))  # taken, and not listening: connections are refused
        only_from(
            monkeypatch,
            PIP_RETRIES="1",
            PIP_INDEX_URL=f"http://user:{CANARY}@127.0.0.1:{closed.getsockname()[1]}/simple",
        )
        with pytest.raises(SetupError) as failed:
            install(tmp_path, f"tiny==1.0 --hash=sha256:{'a' * 64}", said)
    assert str(failed.value) == (
        "no package index could be reached (Failed to establish a new connection) for runtime.txt. Check the network, the proxy and "
        "`pip config list`, then run the same command again: it goes on where it stopped."
    )


@pytest.mark.parametrize(
    ("output", "message"),
    [
        (
            "Installing collected packages: grpcio\nERROR: Could not install packages due to an OSError: [Errno 28] No space left on device\n",
            "the disk is full: ",
        ),
        (
            f"WARNING: Retrying after connection broken by 'ReadTimeoutError'\n{'  Collecting x' * 1}\n"
            + "".join(f"  line {number}\n" for number in range(9))
            + "error: subprocess-exited-with-error\n",
            "pip could not install runtime.txt; its last words:\n",
        ),
        (
            f"ERROR: could not build from https://user:{CANARY}@index.invalid/simple\n",
            "pip could not install runtime.txt; its last words:\n    ERROR: could not build from https://…@index.invalid/simple",
        ),
    ],
    ids=["full disk", "a retry that went well is not the cause", "an address without its password"],
)
def test_what_else_pip_may_say(tmp_path: Path, output: str, message: str) -> None:
    said = str(packages.explain(output, lock=tmp_path / "runtime.txt", needs="600 MB"))
    assert said.startswith(message)
    assert CANARY not in said
