"""`./ops` finds a Python that runs and is new enough, and says what is wrong when there is none."""

from __future__ import annotations

import os
import subprocess
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

    from .conftest import Script

NEXT_STEP = "Install one, or name it: PYTHON=/path/to/python3 ./ops …"
SHIM_WITHOUT_VERSION = 'echo "pyenv: command not found" >&2; exit 127'


def python_that_is(answer: str) -> str:
    """A Python that gives `answer` when probed, and tells how it was started otherwise."""
    return f'if [ "$1" = -c ]; then echo "{answer}"; exit; fi\necho "${{0##*/}}"; shift; for word; do echo "[$word]"; done'


def ops(
    checkout: Path, *arguments: str, path: Path, cwd: Path | None = None, **env: str
) -> tuple[int, str, str]:
    done = subprocess.run(
        [checkout / "ops", *arguments],
        env={"PATH": str(path), **env},
        cwd=cwd,
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout, done.stderr


@pytest.fixture
def path(tmp_path: Path) -> Path:
    folder = tmp_path / "bin"
    folder.mkdir()
    return folder


def test_a_shim_that_is_there_but_does_not_run_is_passed_over(
    checkout: Path, path: Path, script: Script
) -> None:
    script(path / "python3.13", SHIM_WITHOUT_VERSION)
    script(path / "python3.12", python_that_is("whole 3.12.1"))
    script(path / "python3", python_that_is("whole 3.11.7"))
    assert ops(checkout, path=path) == (0, "python3.12\n", "")


def test_arguments_arrive_as_they_were_typed(checkout: Path, path: Path, script: Script) -> None:
    script(path / "python3", python_that_is("whole 3.11.7"))
    status, out, _ = ops(checkout, "pulumi", "a b", "", "*", path=path)
    assert (status, out) == (0, "python3\n[pulumi]\n[a b]\n[]\n[*]\n")


def test_it_can_be_called_from_any_folder(checkout: Path, path: Path, script: Script, tmp_path: Path) -> None:
    script(path / "python3", 'if [ "$1" = -c ]; then echo "whole 3.11.7"; else echo "$1 in $(pwd)"; fi')
    here = tmp_path / "elsewhere"
    here.mkdir()
    assert ops(checkout, path=path, cwd=here) == (0, f"{checkout}/toolchain/start.py in {here}\n", "")


def test_pythons_that_are_too_old_are_named_with_their_versions(
    checkout: Path, path: Path, script: Script
) -> None:
    script(path / "python3", python_that_is("old 3.9.18"))
    script(path / "python", python_that_is("old 2.7.18"))
    message = (
        f"ops: Python 3.11 or newer is needed; found: python3 is 3.9.18, python is 2.7.18. {NEXT_STEP}\n"
    )
    assert ops(checkout, path=path) == (1, "", message)


def test_no_python_at_all(checkout: Path, path: Path) -> None:
    assert ops(checkout, path=path) == (
        1,
        "",
        f"ops: Python 3.11 or newer is needed; found: none on PATH. {NEXT_STEP}\n",
    )


def test_the_variable_python_goes_before_path(
    checkout: Path, path: Path, script: Script, tmp_path: Path
) -> None:
    script(path / "python3", python_that_is("whole 3.13.0"))
    mine = script(tmp_path / "my pythons" / "mine", python_that_is("whole 3.11.0"))
    assert ops(checkout, path=path, PYTHON=str(mine)) == (0, "mine\n", "")


@pytest.mark.parametrize(
    ("body", "found"),
    [
        (python_that_is("old 3.10.13"), "{name} is 3.10.13"),
        (SHIM_WITHOUT_VERSION, "PYTHON={name} does not run"),
    ],
    ids=["too old", "does not run"],
)
def test_an_unfit_python_that_was_asked_for_is_not_replaced_silently(
    checkout: Path, path: Path, script: Script, body: str, found: str
) -> None:
    script(path / "python3", python_that_is("whole 3.13.0"))
    name = str(script(path / "chosen", body))
    message = f"ops: Python 3.11 or newer is needed; found: {found.format(name=name)}. {NEXT_STEP}\n"
    assert ops(checkout, path=path, PYTHON=name) == (1, "", message)


def test_one_without_the_venv_module_is_the_last_choice(checkout: Path, path: Path, script: Script) -> None:
    script(path / "python3.13", python_that_is("bare 3.13.0"))
    assert ops(checkout, path=path) == (0, "python3.13\n", "")
    script(path / "python3", python_that_is("whole 3.11.7"))
    assert ops(checkout, path=path) == (0, "python3\n", "")


def test_a_finished_environment_is_entered_at_once(checkout: Path, path: Path, script: Script) -> None:
    script(checkout / ".venv" / "bin" / "python", python_that_is("never asked"))
    (checkout / ".venv" / "set-up-complete").touch()
    assert ops(checkout, "demo", path=path) == (0, "python\n[demo]\n", "")


def test_an_unfinished_environment_is_not_entered(checkout: Path, path: Path, script: Script) -> None:
    script(checkout / ".venv" / "bin" / "python", python_that_is("never asked"))
    script(path / "python3", python_that_is("whole 3.11.7"))
    assert ops(checkout, "demo", path=path) == (0, "python3\n[demo]\n", "")


def test_the_probe_tells_a_real_python_apart(checkout: Path, path: Path) -> None:
    """The question `ops` asks is answered by the Python that runs this test."""
    import sys  # noqa: PLC0415 - only here

    (path / "python3").symlink_to(sys.executable)
    probe = (checkout / "ops").read_text().split("probe='")[1].split("'")[0]
    answer = subprocess.run(
        [path / "python3", "-c", probe], env=dict(os.environ), capture_output=True, text=True, check=True
    )
    version = ".".join(str(part) for part in sys.version_info[:3])
    assert answer.stdout == f"whole {version}\n"
