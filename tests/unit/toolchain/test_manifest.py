"""A built folder is used only as it was built."""

from __future__ import annotations

import os
import shutil
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from toolchain import manifest

if TYPE_CHECKING:
    from pathlib import Path

RECIPE = "go.mod and go.sum"


@pytest.fixture
def built(tmp_path: Path) -> Path:
    folder = tmp_path / "3.220.0"
    folder.mkdir()
    (folder / "pulumi").write_bytes(b"engine")
    (folder / "pulumi-language-python").write_bytes(b"host")
    manifest.write(folder, RECIPE)
    return folder


def test_as_built_it_is_intact(built: Path) -> None:
    assert manifest.is_intact(built, RECIPE)


def test_made_from_something_else_it_is_not(built: Path) -> None:
    assert not manifest.is_intact(built, "another go.sum")


def test_nothing_there_is_not_intact(tmp_path: Path) -> None:
    assert not manifest.is_intact(tmp_path / "3.220.0", RECIPE)


@pytest.mark.parametrize(
    "text", ["", "{", "[]", '{"recipe": "go.mod and go.sum"}', '{"recipe": "go.mod and go.sum", "files": 3}']
)
def test_a_damaged_manifest_is_no_manifest(built: Path, text: str) -> None:
    (built / "manifest.json").write_text(text)
    assert not manifest.is_intact(built, RECIPE)


def test_a_build_that_never_got_its_manifest_is_not_intact(built: Path) -> None:
    (built / "manifest.json").rename(built / "manifest.json.new")
    assert not manifest.is_intact(built, RECIPE)


def test_a_file_that_is_gone(built: Path) -> None:
    (built / "pulumi-language-python").unlink()
    assert not manifest.is_intact(built, RECIPE)


def test_a_file_that_is_not_ours(built: Path) -> None:
    (built / "pulumi-resource-stranger").touch()
    assert not manifest.is_intact(built, RECIPE)


@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(content=st.binary(max_size=12).filter(lambda content: content != b"engine"))
def test_any_other_content_is_seen_even_with_the_old_date(built: Path, content: bytes) -> None:
    engine = built / "pulumi"
    engine.write_bytes(b"engine")
    manifest.write(built, RECIPE)
    before = engine.stat()
    engine.write_bytes(content)
    os.utime(engine, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert not manifest.is_intact(built, RECIPE)


def test_a_copied_folder_is_checked_by_content_once(
    built: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    copy = tmp_path / "a copied checkout"
    shutil.copytree(built, copy, copy_function=shutil.copyfile)
    assert manifest.is_intact(copy, RECIPE)

    def never(path: Path) -> str:
        raise AssertionError(path)

    monkeypatch.setattr(manifest, "_sha256", never)
    assert manifest.is_intact(copy, RECIPE)
