"""Where PostgreSQL is looked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from local_heroku.postgres import programs

if TYPE_CHECKING:
    from pathlib import Path


def installed(folder: Path, *without: str) -> Path:
    folder.mkdir(parents=True)
    for name in programs.NEEDED:
        if name not in without:
            (folder / name).touch(mode=0o644)
    return folder


def test_the_folder_that_is_named_counts_before_path(tmp_path: Path) -> None:
    named, other = installed(tmp_path / "named"), installed(tmp_path / "other")
    (other / "initdb").chmod(0o755)
    env = {programs.NAMED: str(named), "PATH": str(other)}
    assert programs.found(env) == named
    assert programs.found({"PATH": str(other)}) == other


def test_a_wheels_programs_are_made_fit_to_run(tmp_path: Path) -> None:
    named = installed(tmp_path / "bin")
    programs.found({programs.NAMED: str(named)})
    assert {path.stat().st_mode & 0o777 for path in named.iterdir()} == {0o755}


def test_a_named_folder_that_lacks_a_program_is_none_and_nothing_else_is_taken(tmp_path: Path) -> None:
    named, other = installed(tmp_path / "bin", "pg_restore"), installed(tmp_path / "other")
    assert programs.found({programs.NAMED: str(named), "PATH": str(other)}) is None
