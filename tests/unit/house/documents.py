"""What a page says in backticks: files, and symbols in them as `path/to/file.py::name`."""

from __future__ import annotations

import ast
import re
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
NAMED = re.compile(r"`([\w.-]+(?:/[\w.*-]*)*/?)(?:::(\w+))?`")
AT_THE_TOP = {path.name for path in ROOT.iterdir()}
MADE_LATER = (".local/", ".venv/")
"""Not in a fresh clone."""


@cache
def symbols(path: Path) -> frozenset[str]:
    """Functions, classes and variables of a module, and what its classes have."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            found.add(node.name)
        elif isinstance(node, ast.AnnAssign | ast.Assign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            found |= {target.id for target in targets if isinstance(target, ast.Name)}
    return frozenset(found)


def names(page: str) -> list[tuple[str, str]]:
    """Path and symbol of what looks like a file or a folder of this project."""
    found = NAMED.findall(page)
    return [
        (path, symbol)
        for path, symbol in found
        if (symbol or "/" in path or path in AT_THE_TOP) and not path.startswith(MADE_LATER)
    ]


def missing_names(page: str) -> list[str]:
    """What the page names and is not there, with the page's own word for it."""
    return [
        f"{path}::{symbol}" if symbol else path for path, symbol in names(page) if not _exists(path, symbol)
    ]


def _exists(path: str, symbol: str) -> bool:
    found = ROOT / path
    return found.exists() and (not symbol or symbol in symbols(found))
