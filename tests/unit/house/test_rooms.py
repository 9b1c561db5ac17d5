"""The rooms' arrows point one way, and what is pure stays pure."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
ROOMS = {
    "runbook": set[str](),
    "heroku_api": set[str](),
    "toolchain": set[str](),
    "components": {"runbook"},
    "policies": {"runbook"},
    "providers": {"heroku_api"},
    "local_heroku": {"runbook"},
    "operations": {"runbook", "heroku_api", "toolchain", "providers", "local_heroku"},
    "drills": {"operations", "runbook", "heroku_api", "toolchain", "local_heroku"},
}
"""Each room, and the other rooms it may import."""
READERS_MAY = {"heroku_api"}
IMPURE = {"pulumi", "pulumi_policy", "pulumiverse_heroku", "urllib3", "click", "rich", "subprocess", "socket"}
"""What the heart does without: engine, network, printing."""


def imports(path: Path) -> Iterator[str]:
    """Top names of every import, those inside functions too."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name.split(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module.split(".")[0]


@pytest.mark.parametrize("room", ROOMS)
def test_a_room_imports_only_the_rooms_it_may(room: str) -> None:
    files = sorted((ROOT / room).rglob("*.py"))
    assert files
    for path in files:
        allowed = (
            ROOMS[room]
            | {room}
            | (READERS_MAY if path.is_relative_to(ROOT / "runbook" / "readers") else set())
        )
        assert set(imports(path)) & ROOMS.keys() <= allowed, path


def test_the_heart_knows_no_engine_no_network_and_no_printing() -> None:
    for path in sorted((ROOT / "runbook").rglob("*.py")):
        assert not set(imports(path)) & IMPURE, path
        calls = {
            node.func.id
            for node in ast.walk(ast.parse(path.read_text()))
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
        }
        assert "print" not in calls, path


def test_no_module_imports_itself_by_way_of_others_not_even_for_its_types() -> None:
    modules = {
        ".".join(path.relative_to(ROOT).with_suffix("").parts): path
        for room in ROOMS
        for path in sorted((ROOT / room).rglob("*.py"))
    }
    graph = {
        module: {name for name in _modules_imported(path) if name in modules and name != module}
        for module, path in modules.items()
    }
    assert len([*TopologicalSorter(graph).static_order()]) == len(modules) > 300


def _modules_imported(path: Path) -> Iterator[str]:
    """Each may be a module or a name within one; late imports and those for types included."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def test_no_module_is_a_drawer_for_anything() -> None:
    drawers = {"utils", "helpers", "common", "manager", "misc"}
    assert [path for room in ROOMS for path in (ROOT / room).rglob("*.py") if path.stem in drawers] == []
