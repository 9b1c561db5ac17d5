"""The rooms of operations: no circle among them, imports at the top of a file, and local Heroku only where a rehearsal is asked for."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from graphlib import TopologicalSorter
from importlib import import_module

import pytest

from operations.cli import COMMANDS
from tests.unit.house.test_rooms import ROOT

MODULES = {
    ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"): path
    for path in sorted((ROOT / "operations").rglob("*.py"))
}
REHEARSES = {"demo", "local", "pulumi", "test", "drill"}
"""Commands that have no account to choose."""
ON_LOCAL_HEROKU = ("operations.rehearsal", "operations.commands.local", "operations.commands.demo")
"""Beginnings of modules that may import local Heroku, its plugin or a rehearsal."""
CHOOSES = "operations.commands.account_option"
"""Imports a rehearsal late, once it is asked for."""
LOCAL = ("local_heroku", "providers.heroku", "operations.rehearsal")


@cache
def tree_of(module: str) -> ast.Module:
    return ast.parse(MODULES[module].read_text(encoding="utf-8"))


def imported(tree: ast.AST) -> Iterator[str]:
    """Full names; `from a import b` gives `a.b` where that is a module of operations."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            inside = {f"{node.module}.{alias.name}" for alias in node.names}
            yield from (inside & MODULES.keys()) or {node.module}


def room(module: str) -> str:
    return ".".join(module.split(".")[:2])


def test_no_module_of_operations_imports_itself_by_way_of_others() -> None:
    graph = {module: {*imported(tree_of(module))} & MODULES.keys() - {module} for module in MODULES}
    assert len([*TopologicalSorter(graph).static_order()]) == len(MODULES) > 80


def test_no_room_of_operations_imports_itself_by_way_of_others() -> None:
    graph: dict[str, set[str]] = {}
    for module in MODULES:
        others = {room(other) for other in imported(tree_of(module)) if other in MODULES}
        graph.setdefault(room(module), set()).update(others - {room(module)})
    assert {"operations.judging", "operations.forms"} <= {*TopologicalSorter(graph).static_order()}


def test_the_parts_of_operations_import_few_of_each_other() -> None:
    """There were 174 pairs when operations was one folder of 47 parts."""
    pairs = {
        (room(module), room(other))
        for module in MODULES
        for other in imported(tree_of(module))
        if other in MODULES and room(module) != room(other)
    }
    assert 40 < len(pairs) <= 60, sorted(pairs)


def test_an_import_stands_at_the_top_but_for_a_commands_own() -> None:
    late = [
        f"{module}:{node.lineno}"
        for module in MODULES
        if room(module) != "operations.commands"
        for function in ast.walk(tree_of(module))
        if isinstance(function, ast.FunctionDef)
        for node in ast.walk(function)
        if isinstance(node, ast.Import | ast.ImportFrom)
    ]
    assert late == []


def test_local_heroku_is_imported_where_a_rehearsal_is_asked_for_and_nowhere_else() -> None:
    strays = [
        module
        for module in MODULES
        if not module.startswith(ON_LOCAL_HEROKU) and module not in (CHOOSES, "operations.commands.pulumi")
        if any(name.startswith(LOCAL) for name in imported(tree_of(module)))
    ]
    assert strays == []


@pytest.mark.parametrize("command", sorted(COMMANDS.keys() - REHEARSES))
def test_a_command_on_the_real_account_loads_nothing_of_local_heroku(command: str) -> None:
    """With all that it could import on its way."""
    place = COMMANDS[command][0].partition(":")[0]
    reached, ahead = set[str](), [place]
    while ahead:
        module = ahead.pop()
        reached.add(module)
        found = {*imported(tree_of(module))} & MODULES.keys()
        ahead += sorted({name for name in found if not name.startswith(LOCAL)} - reached)
    program = (
        "import os, sys; from importlib import import_module; os.environ['HEROKU_API_KEY'] = 'canary'\n"
        "os.environ.pop('HEROKU_API_URL', None); os.environ.pop('HEROKU_DATA_URL', None)\n"
        f"[import_module(name) for name in {sorted(reached)!r}]\n"
        f"from {CHOOSES} import account_of; account_of('heroku').client(1)\n"
        f"print([name for name in sys.modules if name.startswith({LOCAL!r})])"
    )
    shown = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert shown.stdout == "[]\n"


def test_every_command_with_an_account_is_among_those_tried() -> None:
    for name, (place, _) in COMMANDS.items():
        module, _, function = place.partition(":")
        parameters = {parameter.name for parameter in getattr(import_module(module), function).params}
        assert not ("account_name" in parameters and name in REHEARSES)
