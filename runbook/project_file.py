"""What Pulumi.yaml and PulumiPolicy.yaml may say: a closed list. They name the programs that Pulumi starts and gives the token to."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from runbook.settings import PROJECT
from runbook.stack_file import Document, StackFileError, document, text_of

_RUNTIME = {"name": "python", "options": {"toolchain": "pip", "virtualenv": ".venv"}}
PROJECT_FILE: Mapping[str, Any] = {
    "name": PROJECT,
    "runtime": _RUNTIME,
    "plugins": {"providers": [{"name": "heroku-postgres", "path": "providers/heroku_postgres"}]},
}
POLICY_FILE: Mapping[str, Any] = {
    "runtime": {"name": "python", "options": {"toolchain": "pip", "virtualenv": ".python"}},
}
_FREE: Mapping[str, frozenset[str]] = {
    "Pulumi.yaml": frozenset({"description"}),
    "policies/PulumiPolicy.yaml": frozenset({"description", "version"}),
}
"""Texts that nothing reads."""
_HELD: Mapping[str, Mapping[str, Any]] = {
    "Pulumi.yaml": PROJECT_FILE,
    "policies/PulumiPolicy.yaml": POLICY_FILE,
}


def mistakes(root: Path) -> Iterator[str]:
    """One sentence each. A file that is not there is Pulumi's to refuse."""
    for name, held in _HELD.items():
        try:
            found = document(name, text_of(root / name), "expected the project's keys")
        except FileNotFoundError:
            continue
        except StackFileError as error:
            yield str(error)
            continue
        yield from _differences(name, found, held)


def _differences(name: str, found: Document, held: Mapping[str, Any]) -> Iterator[str]:
    for key, value in found.values.items():
        where = f"{name}:{found.lines[key,]}: {key}"
        if key in held:
            if value != held[key]:
                yield (
                    f"{where}: found another value (not shown); expected {json.dumps(held[key])}. Undo that: what this file says is "
                    "started with Heroku's token"
                )
        elif key not in _FREE[name]:
            yield f"{where}: expected only {', '.join(sorted({*held, *_FREE[name]}))} in this file (value not shown); take it out"
        elif not isinstance(value, str):
            yield f"{where}: expected a text"
    for key in held.keys() - found.values.keys():
        yield f"{name}: {key} is missing; expected {json.dumps(held[key])}"
