"""The project's virtual environment, `.venv`: made when missing, repaired when incomplete, left alone when right.

Standard library only: it runs before any package is there.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import platform
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from toolchain import errors, marker, packages, progress
from toolchain.errors import SetupError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolchain.marker import Kind
    from toolchain.progress import Say

_TITLES: dict[Kind, str] = {
    "runtime": "Installing the Python packages",
    "dev": "Installing the Python packages for development",
}
_NEEDS = "600 MB"  # .venv with the dev packages and what pip unpacks meanwhile; measured on Linux


def ensure(root: Path, kind: Kind, say: Say) -> None:
    """Afterwards `root/.venv` holds what the lock of `kind` names; raises SetupError when that cannot be.

    Costs a few milliseconds when all is in place. One set-up runs at a time; another one waits for it.
    """
    if is_complete(root, kind):
        return
    try:
        with _alone(root, say) as lock:
            if not is_complete(root, kind):
                _set_up(root, kind, say, lock)
    except OSError as error:
        raise errors.from_os(error, root, needs=_NEEDS) from error


def is_complete(root: Path, kind: Kind) -> bool:
    return marker.is_complete(root, kind, _python_version(root))


def is_running_in(root: Path) -> bool:
    """Whether this very process is run by the Python of `root/.venv`."""
    folder = root / ".venv"
    return folder.exists() and Path(sys.prefix).samefile(folder)


def python(root: Path) -> Path:
    return root / ".venv" / "bin" / "python"


def _set_up(root: Path, kind: Kind, say: Say, lock: int) -> None:
    if not _can_be_kept(root):
        _make(root, say)
    marker.begin(root)

    def install(name: str, doing: str, *options: str) -> None:
        file = root / "toolchain" / "locks" / name
        packages.install(
            python(root), file, doing=doing, say=say, needs=_NEEDS, options=options, keep_open=(lock,)
        )

    install("build.txt", "Installing what packages are built with")
    # pulumiverse-heroku comes as source: built with what was just installed, not with the newest of the day.
    install(f"{kind}.txt", _TITLES[kind], "--no-build-isolation")
    marker.finish(root, kind, _python_version(root))


def _can_be_kept(root: Path) -> bool:
    """Whether packages may be added to the `.venv` that is there.

    One whose set-up was cut short may hold half a package, one whose Python went away holds none: made anew.
    One that ./ops did not make is taken over when it is fit; else a person decides.
    """
    folder = root / ".venv"
    if marker.was_begun(root) or not os.path.lexists(folder):
        return False
    version = _python_version(root)
    if done := marker.finished(root):
        return version in done
    if version and _ask(root, "import pip; print(pip.__version__)"):
        return True
    lacks = "has no pip" if version else "has no Python 3.11 or newer that runs"
    raise SetupError(
        f"{folder} was not made by ./ops and {lacks}. Move it away or delete it, then run the same command again."
    )


def _make(root: Path, say: Say) -> None:
    folder = root / ".venv"
    _discard(folder, root / ".local" / "discarded")
    folder.mkdir()
    marker.begin(root)
    version = platform.python_version()
    base = Path(getattr(sys, "_base_executable", None) or sys.executable)
    finished = progress.run(
        [base, "-I", "-m", "venv", folder], doing=f"Making .venv with Python {version}", say=say
    )
    if finished.status == 0:
        return
    if errors.NO_ROOM_TEXT.search(finished.output):
        raise errors.no_room(root, needs=_NEEDS)
    if "ensurepip is not available" in finished.output or "No module named" in finished.output:
        minor = version.rpartition(".")[0]
        raise SetupError(
            f"Python {version} ({base}) cannot make virtual environments: its venv module is not installed. On Debian and Ubuntu: "
            f"apt install python{minor}-venv. Or name another Python: PYTHON=/path/to/python3 ./ops …"
        )
    raise SetupError(f"{base} could not make {folder}; its last words:\n{errors.tail(finished.output)}")


def _discard(folder: Path, away: Path) -> None:
    """Renamed first: a removal that is cut short leaves no half `.venv`."""
    shutil.rmtree(away, ignore_errors=True)
    if folder.is_symlink():
        folder.unlink()
    elif folder.exists():
        folder.rename(away)
        shutil.rmtree(away, ignore_errors=True)


def _python_version(root: Path) -> str:
    """Like "cpython-3.11", of `.venv`'s Python; empty when it does not run or is too old."""
    if is_running_in(root):
        return marker.own_version()
    match _ask(root, "import sys; print(sys.implementation.name, *sys.version_info[:2])").split():
        case [name, major, minor] if (int(major), int(minor)) >= (3, 11):
            return f"{name}-{major}.{minor}"
        case _:
            return ""


def _ask(root: Path, code: str) -> str:
    """What `.venv`'s Python prints for `code`; empty when it fails or is not there."""
    try:
        done = subprocess.run(
            [python(root), "-I", "-c", code], capture_output=True, text=True, check=True, timeout=60
        )
    except (OSError, subprocess.SubprocessError):
        return ""
    return done.stdout.strip()


@contextlib.contextmanager
def _alone(root: Path, say: Say) -> Iterator[int]:
    """The lock's file descriptor. pip inherits it, so the lock holds until pip has ended too, however we end."""
    folder = root / ".local"
    folder.mkdir(exist_ok=True)
    with (folder / "set-up.lock").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say("Another set-up of this project is running; waiting for it to end …")
            fcntl.flock(file, fcntl.LOCK_EX)
        yield file.fileno()
