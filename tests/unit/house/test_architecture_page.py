"""docs/architecture.md draws the rooms as they import each other, and names what exists."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator, Mapping
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

from tests.unit.house.documents import missing_names
from tests.unit.house.test_rooms import ROOMS, ROOT

PAGE = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
PARTS = {path.parent.name for path in (ROOT / "operations").glob("*/__init__.py")}
Edge = tuple[str, str]


def drawn() -> list[Edge]:
    (drawing,) = re.findall(r"```mermaid\n(.*?)```", PAGE, re.DOTALL)
    return [(start, end) for start, end in re.findall(r"^ *(\w+) --> (\w+)$", drawing, re.MULTILINE)]


def imported(path: Path) -> Iterator[str]:
    """Full names; of `from a import b` both `a` and `a.b`."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def imports_among(folders: Iterable[str], above: str = "") -> dict[str, set[str]]:
    """Each folder, and those of the others that a file in it imports, late imports included."""
    names = set(folders)
    found: dict[str, set[str]] = {}
    for folder in names:
        files = list((ROOT / above / folder).rglob("*.py"))
        assert files, folder
        prefix = f"{above}." if above else ""
        modules = {
            name.removeprefix(prefix) for path in files for name in imported(path) if name.startswith(prefix)
        }
        found[folder] = ({module.split(".")[0] for module in modules} & names) - {folder}
    return found


def reduced(graph: Mapping[str, set[str]]) -> set[Edge]:
    """The edges that no longer way replaces. Raises graphlib.CycleError where the graph has a circle."""
    reach: dict[str, set[str]] = {}
    for node in TopologicalSorter(graph).static_order():
        reach[node] = {far for near in graph.get(node, ()) for far in (near, *reach[near])}
    return {
        (start, end)
        for start, ends in graph.items()
        for end in ends
        if not any(end in reach[other] for other in ends - {end})
    }


def test_the_drawing_has_the_imports_between_the_rooms_and_between_the_parts_of_operations() -> None:
    expected = reduced(imports_among(ROOMS)) | reduced(imports_among(PARTS, "operations"))
    edges = drawn()
    assert len(edges) == len(set(edges))
    assert set(edges) == expected


def test_every_room_and_every_part_has_its_job_said() -> None:
    for name in {*ROOMS, *PARTS}:
        assert re.search(rf"^\| `(operations/)?{name}/` \| \S", PAGE, re.MULTILINE), name


def test_an_edge_by_way_of_another_is_left_out_and_a_circle_is_refused() -> None:
    assert reduced({"a": {"b", "c"}, "b": {"c"}, "c": set()}) == {("a", "b"), ("b", "c")}
    with pytest.raises(ValueError, match="nodes are in a cycle"):
        reduced({"a": {"b"}, "b": {"a"}})


def test_what_the_page_names_exists() -> None:
    assert missing_names(PAGE) == []
