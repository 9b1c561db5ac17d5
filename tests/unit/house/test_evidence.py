"""What tests compare with stands in this repository: a lone clone checks as much as any other."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.evidence.archive import HERE, unpacked
from tests.unit.house.test_rooms import ROOT

TESTS = sorted((ROOT / "tests").rglob("*.py"))
SKIPS = {"skip", "skipif", "importorskip", "xfail"}
NOT_INSTALLED = (
    "pulumi",
    "the engine that this project builds",
    "Node.js",
    "Go",
    "`go`",
    "chromium",
    "openssl",
    "curl",
    "PostgreSQL",
    "file system",
    "user namespace",
    "package index",
    "part of this file",
)
"""What a test may be skipped for: a program that this machine lacks or can't get, an engine that can't do it, a mount, or a choice of tests."""


def reaches_out(source: str, depth: int) -> Iterator[str]:
    """Paths from a test file, `depth` folders below the repository's root, that end outside of it."""
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.Subscript(value=ast.Attribute(attr="parents"), slice=ast.Constant(value=int(at))):
                if at > depth:
                    yield ast.unparse(node)
            case ast.Attribute(value=ast.Name(id="ROOT" | "REPO"), attr="parent" | "parents"):
                yield ast.unparse(node)
            case ast.BinOp(op=ast.Div(), right=ast.Constant(value=".." | "shared")):
                yield ast.unparse(node)


def skips(source: str) -> Iterator[str]:
    """What each call that skips a test says."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in SKIPS:
            yield "".join(_texts(node))


def _texts(node: ast.AST) -> Iterator[str]:
    for part in ast.walk(node):
        if isinstance(part, ast.Constant) and isinstance(part.value, str):
            yield part.value


def is_for_a_program(reason: str) -> bool:
    return any(name.lower() in reason.lower() for name in NOT_INSTALLED)


@pytest.mark.parametrize("path", TESTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_test_reads_outside_of_the_repository_or_skips_what_it_could_check(path: Path) -> None:
    source = path.read_text(encoding="utf-8")
    depth = len(path.relative_to(ROOT).parts) - 1
    assert list(reaches_out(source, depth)) == []
    assert [reason for reason in skips(source) if not is_for_a_program(reason)] == []


@pytest.mark.parametrize(
    "source",
    [
        'F = Path(__file__).parents[3] / "data"',
        'F = Path(__file__).resolve().parents[5] / "runbook.md"',
        'F = ROOT.parent / "runbook.md"',
        'F = here / "shared" / "runbook.md"',
        'F = here / ".." / "runbook.md"',
    ],
)
def test_a_path_out_of_the_repository_is_seen(source: str) -> None:
    assert len(list(reaches_out(source, 2))) == 1
    assert list(reaches_out("F = Path(__file__).parents[2] / 'data'", 2)) == []


@pytest.mark.parametrize(
    ("source", "is_fine"),
    [
        ('pytest.skip("no pulumi on PATH")', True),
        ('pytest.skip(f"no recordings in {FOLDER}")', False),
        ('@pytest.mark.skipif(not FILE.exists(), reason="no runbook")\ndef test(): ...', False),
        ("pytest.skip()", False),
    ],
)
def test_a_skip_for_missing_evidence_is_seen(source: str, *, is_fine: bool) -> None:
    assert [is_for_a_program(reason) for reason in skips(source)] == [is_fine]


def test_an_archive_that_is_missing_is_an_error() -> None:
    with pytest.raises(FileNotFoundError, match=r"no-such-recordings\.tar\.xz"):
        unpacked("no-such-recordings")


@pytest.mark.parametrize("archive", sorted(HERE.glob("*.tar.xz")), ids=lambda path: path.name)
def test_each_archive_holds_files_and_is_explained(archive: Path) -> None:
    name = archive.name.removesuffix(".tar.xz")
    files = [path for path in unpacked(name).rglob("*") if path.is_file()]
    assert len(files) > 20
    assert f"`{archive.name}`" in (HERE / "README.md").read_text(encoding="utf-8")
