"""`pulumi install`: the virtual environment that a project names, with the packages of its requirements.txt."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from pulumi.runtime.proto import language_pb2 as language


class Step(NamedTuple):
    doing: str
    command: list[str]


class NotInstallableError(Exception):
    """What the project lacks for it; the message says what to add."""


def steps(info: language.ProgramInfo) -> Iterator[Step]:
    """Each to be run to its end before the next is asked for. Raises NotInstallableError.

    Unlike Pulumi's own host it leaves pip as it is, and never installs outside of a virtual environment.
    """
    named = dict(info.options).get("virtualenv")
    if not named:
        raise NotInstallableError(
            f"{info.root_directory}: its project file names no virtual environment; add `virtualenv: .venv` to its runtime's options"
        )
    requirements = Path(info.program_directory) / "requirements.txt"
    if not requirements.exists():
        raise NotInstallableError(f"{requirements} is not there, so there is nothing to install")
    folder = Path(info.root_directory) / str(named)
    python = folder / "bin" / "python"
    if not python.exists():
        yield Step("Creating virtual environment", [sys.executable, "-I", "-m", "venv", str(folder)])
    install = ["-m", "pip", "install", "--no-input", "--disable-pip-version-check", "-r", str(requirements)]
    yield Step("Installing dependencies in virtual environment", [str(python), *install])
