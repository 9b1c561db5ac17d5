"""What is packed of a folder: the folder and all in it, under its own name, as the official plugin does."""

from __future__ import annotations

import io
import os
import re
import tarfile
from pathlib import Path

import pytest

from providers.heroku import sources
from providers.resources.calls import StoppedError


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """A folder with a bit of everything."""
    folder = tmp_path / "src"
    (folder / "lib").mkdir(parents=True)
    (folder / "empty").mkdir()
    (folder / "Procfile").write_text("web: puma\n")
    (folder / ".env").write_text("A=1\n")
    (folder / "lib" / "a.rb").write_text("1\n")
    (folder / "start").symlink_to("Procfile")
    (folder / "twin").hardlink_to(folder / "Procfile")
    return folder


def _members(path: Path) -> list[tuple[str, bytes, str, int]]:
    with tarfile.open(fileobj=io.BytesIO(sources.archive(path)), mode="r:gz") as tar:
        return [(member.name, member.type, member.linkname, member.size) for member in tar]


PACKED = [
    ("src", tarfile.DIRTYPE, "", 0),
    ("src/.env", tarfile.REGTYPE, "", 4),
    ("src/Procfile", tarfile.REGTYPE, "", 10),
    ("src/empty", tarfile.DIRTYPE, "", 0),
    ("src/lib", tarfile.DIRTYPE, "", 0),
    ("src/lib/a.rb", tarfile.REGTYPE, "", 2),
    ("src/start", tarfile.SYMTYPE, "Procfile", 0),
    ("src/twin", tarfile.REGTYPE, "", 10),
]


@pytest.mark.parametrize("form", ["src", "src/", "./src", "lib/../src", "src/lib/.."])
def test_a_folder_is_packed_under_its_own_name_however_its_path_is_written(
    source: Path, monkeypatch: pytest.MonkeyPatch, form: str
) -> None:
    (source.parent / "lib").mkdir()
    monkeypatch.chdir(source.parent)
    assert _members(Path(form)) == PACKED


def test_the_working_folder_is_packed_under_its_own_name_too(
    source: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(source)
    assert _members(Path()) == PACKED


def test_the_same_folder_makes_the_same_archive_whenever_it_was_written(source: Path) -> None:
    first = sources.archive(source)
    os.utime(source / "Procfile", (1, 1))
    assert sources.archive(source)[10:] == first[10:]


def test_a_link_to_a_folder_is_refused_with_the_folder_to_name(source: Path) -> None:
    link = source.with_name("to_src")
    link.symlink_to("src")
    with pytest.raises(StoppedError, match=re.escape(f"Set it to the folder: {source}.")):
        sources.checksum(link)
