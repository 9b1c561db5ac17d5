"""A list that people review, under one key of a file of its own: waivers.yaml, drift-ignore.yaml."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from runbook.stack_file import StackFileError, document, text_of


@dataclass(frozen=True, slots=True)
class Listed:
    """One entry as the file has it; `where` is its file and line."""

    where: str
    value: object


def read(path: Path, key: str) -> tuple[Listed, ...]:
    """No file, no entries. Raises StackFileError."""
    try:
        text = text_of(path)
    except FileNotFoundError:
        return ()
    return parse(text, path.name, key)


def parse(text: str, name: str, key: str) -> tuple[Listed, ...]:
    """Raises StackFileError; no key may stand twice, so no list hides another."""
    expected = f'expected a list under "{key}" and nothing else'
    found = document(name, text, expected)
    entries = found.values.get(key)
    if not isinstance(entries, list) or found.values.keys() != {key}:
        raise StackFileError(f"{name}: {expected}")
    return tuple(
        Listed(f"{name}:{found.lines[key, str(index)]}", entry) for index, entry in enumerate(entries)
    )
