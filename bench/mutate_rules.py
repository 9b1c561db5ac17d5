"""Changes the rules one token at a time and runs their tests: each change that no test sees is printed.

    .venv/bin/python bench/mutate_rules.py [--workers 2] [--only secrets.py] [--sample 0]

At least 90 % must be seen (exit 0), else exit 1. What a rule says of itself (title, why, remedy and so on) is text and
not changed. A mutant that hangs or can't be imported counts as seen.
"""

from __future__ import annotations

import argparse
import ast
import copy
import os
import random
import signal
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from pathlib import Path
from types import ModuleType

ROOT = Path(__file__).resolve().parent.parent
RULES = ROOT / "runbook" / "rules"
TESTS = [
    ROOT / "tests" / "unit" / "runbook" / "rules",
    ROOT / "tests" / "unit" / "runbook" / "test_waivers.py",
]
GOAL = 0.9
LIMIT_SECONDS = 60
EVERY = 50
"""Changes between two lines of progress."""
SHOWN = 70
"""Characters of a change that are shown."""
TEXT_OF = {"Rule", "TypeVar"}
"""Calls whose arguments are text for people or for the type checker."""

COMPARISONS: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
}


@dataclass(frozen=True)
class Mutant:
    path: Path
    line: int
    what: str
    source: str


class Points(ast.NodeVisitor):
    """Every node of a module that is changed, outside annotations, docstrings and what a rule says of itself."""

    def __init__(self) -> None:
        self.found: list[ast.AST] = []

    def visit_Call(self, node: ast.Call) -> None:
        if isinstance(node.func, ast.Name) and node.func.id in TEXT_OF:
            return
        self.generic_visit(node)

    def visit_Subscript(self, node: ast.Subscript) -> None:
        if not (isinstance(node.value, ast.Name) and node.value.id == "Literal"):
            self.generic_visit(node)

    def visit_FunctionDef(self, node: ast.FunctionDef) -> None:
        self._body(node.body)

    def visit_ClassDef(self, node: ast.ClassDef) -> None:
        self._body(node.body)

    def visit_Module(self, node: ast.Module) -> None:
        self._body(node.body)

    def visit_AnnAssign(self, node: ast.AnnAssign) -> None:
        if node.value is not None and not ast.unparse(node.annotation).endswith("TypeAlias"):
            self.visit(node.value)

    def _body(self, body: list[ast.stmt]) -> None:
        for statement in body:
            if not (isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)):
                self.visit(statement)

    def generic_visit(self, node: ast.AST) -> None:
        kinds = (
            ast.Compare,
            ast.BoolOp,
            ast.UnaryOp,
            ast.Constant,
            ast.If,
            ast.IfExp,
            ast.Yield,
            ast.YieldFrom,
            ast.Return,
        )
        if isinstance(node, kinds):
            self.found.append(node)
        super().generic_visit(node)


def mutants(path: Path) -> Iterator[Mutant]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    count = len(points(tree))
    for number in range(count):
        for variant in range(2):
            changed = copy.deepcopy(tree)
            node = points(changed)[number]
            before = ast.unparse(node)
            after = change(node, variant)
            if after is None:
                break
            replaced = _Replace(node, after).visit(changed)
            ast.fix_missing_locations(replaced)
            what = f"{_short(before)}  ->  {_short(ast.unparse(after))}"
            yield Mutant(path, getattr(node, "lineno", 0), what, ast.unparse(replaced))


def points(tree: ast.Module) -> list[ast.AST]:
    visitor = Points()
    visitor.visit(tree)
    return visitor.found


def change(node: ast.AST, variant: int) -> ast.AST | None:
    """The changed node; None where this one has no such variant."""
    changed: ast.AST | None = None
    match node:
        case ast.If() | ast.IfExp():
            return _with_test(node, truth=variant == 0)
        case ast.Compare(left, [first, *others], comparators) if type(first) in COMPARISONS:
            changed = ast.Compare(left, [COMPARISONS[type(first)](), *others], comparators)
        case ast.BoolOp(operator, values):
            changed = ast.BoolOp(ast.Or() if isinstance(operator, ast.And) else ast.And(), values)
        case ast.UnaryOp(ast.Not(), operand):
            changed = operand
        case ast.Yield() | ast.YieldFrom():
            changed = ast.YieldFrom(ast.Tuple([], ast.Load()))
        case ast.Return(value) if value is not None:
            changed = ast.Return(ast.Constant(None))
        case ast.Constant():
            changed = _constant(node)
    return None if variant else changed


def _with_test(node: ast.If | ast.IfExp, *, truth: bool) -> ast.AST:
    changed = copy.copy(node)
    changed.test = ast.Constant(truth)
    return changed


def _constant(node: ast.Constant) -> ast.Constant | None:
    if isinstance(node.value, bool):
        return ast.Constant(not node.value)
    if isinstance(node.value, int):
        return ast.Constant(node.value + 1)
    if isinstance(node.value, str):
        return ast.Constant(node.value + "~")
    return None


class _Replace(ast.NodeTransformer):
    def __init__(self, old: ast.AST, new: ast.AST) -> None:
        self.old, self.new = old, new

    def visit(self, node: ast.AST) -> ast.AST:
        return self.new if node is self.old else self.generic_visit(node)


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= SHOWN else f"{line[: SHOWN - 3]}..."


def survives(mutant: Mutant | None) -> bool:
    """Whether the tests pass in a fork that has the mutant in the place of its module."""
    child = os.fork()
    if child == 0:
        _run(mutant)
    _, status = os.waitpid(child, 0)
    return os.waitstatus_to_exitcode(status) == 0


def _run(mutant: Mutant | None) -> None:
    signal.alarm(LIMIT_SECONDS)
    os.setpgid(0, 0)
    quiet = os.open(os.devnull, os.O_WRONLY)
    os.dup2(quiet, 1)
    os.dup2(quiet, 2)
    code = 1
    try:
        if mutant is not None:
            sys.meta_path.insert(0, _Finder(mutant))
        import pytest  # noqa: PLC0415 - loaded before, by the parent

        options = ["-x", "-q", "-p", "no:cacheprovider", "-p", "no:hypothesispytest", "--no-header"]
        # The module's own cases see most changes; all tests are asked only when they don't.
        own = (
            [path for path in (TESTS[0] / f"test_{mutant.path.stem}.py",) if path.exists()] if mutant else []
        )
        code = int(pytest.main([*options, *map(str, own)])) if own else 0
        code = code or int(pytest.main([*options, *map(str, TESTS)]))
    finally:
        os._exit(code)


class _Finder(MetaPathFinder, Loader):
    """Imports the mutant's source where its module is asked for."""

    def __init__(self, mutant: Mutant) -> None:
        self.mutant = mutant
        self.name = ".".join(mutant.path.relative_to(ROOT).with_suffix("").parts)

    def find_spec(self, fullname: str, _path: object, _target: object = None, /) -> ModuleSpec | None:
        return ModuleSpec(fullname, self, origin=str(self.mutant.path)) if fullname == self.name else None

    def exec_module(self, module: ModuleType) -> None:
        code = compile(self.mutant.source, str(self.mutant.path), "exec")
        exec(code, vars(module))  # noqa: S102 - the project's own source, changed by one token


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--only", help="one module of runbook/rules, such as secrets.py")
    parser.add_argument("--sample", type=int, default=0, help="this many, chosen at random; 0: all")
    arguments = parser.parse_args()
    os.chdir(ROOT)
    sys.path.insert(0, str(ROOT))
    # What every fork needs, loaded once; never the rules themselves.
    import pydantic  # noqa: PLC0415, F401
    import pytest  # noqa: PLC0415, F401
    import yaml  # noqa: PLC0415, F401

    paths = sorted(RULES.glob("*.py")) if arguments.only is None else [RULES / arguments.only]
    found = [mutant for path in paths for mutant in mutants(path)]
    if arguments.sample:
        found = random.Random(1).sample(found, min(arguments.sample, len(found)))  # noqa: S311 - a sample, no secret
    if not survives(None):
        print("the tests fail without any change: nothing was tested")
        return 1
    if not found:
        print("no mutants: nothing was tested")
        return 1
    killed = 0
    with ThreadPoolExecutor(arguments.workers) as pool:
        for number, (mutant, survived) in enumerate(
            zip(found, pool.map(survives, found), strict=True), start=1
        ):
            killed += not survived
            if survived:
                print(f"survived  {mutant.path.relative_to(ROOT)}:{mutant.line}  {mutant.what}", flush=True)
            if number % EVERY == 0:
                print(f"{number} of {len(found)}", file=sys.stderr, flush=True)
    share = killed / len(found)
    print(f"{killed} of {len(found)} mutants seen: {share:.1%} (goal {GOAL:.0%})")
    return 0 if share >= GOAL else 1


if __name__ == "__main__":
    sys.exit(main())
