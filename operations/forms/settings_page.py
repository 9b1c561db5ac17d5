"""The page docs/settings.md: every key of a stack file, made from the models."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from runbook.settings_facts import FACTS
from runbook.settings_schema import Schema, keys_of_file, schema, walk

SCHEMA_FILE = "docs/stack-file.schema.json"
_INTRO = """# The stack file, key by key

Made from the models by `./ops settings --markdown > docs/settings.md`. Each key is under `config:` with `social-catering:` before it, as in
`social-catering:app:`. A mistake is one sentence with file, line, key, what was found and what is expected: `./ops check`.

An editor with YAML support completes and checks a stack file as you type when its first line says

```yaml
# yaml-language-server: $schema=docs/stack-file.schema.json
```

The schema says less than `./ops check`: it knows no rule, and nothing that takes two keys to see.

| key | type | unit | default | example | what it says |
|---|---|---|---|---|---|
"""
_CHANGES = """
## What a change does

To the running app, by [the table that the gate reads](../runbook/effects.json). The gate says it for each step, with the price.

| key | when it is changed |
|---|---|
"""
_LEFT_OUT = """
## What can't be declared

- An app of containers, an app in a Private Space, an app of a team.
- A second database, webhooks, and a third stack beside staging and production.

No command here changes them; [why, where each is met, and how to keep drift quiet about it](growing.md#what-cant-be-declared).
"""


def page() -> str:
    keys = dict(rows())
    described = "".join(_row(path, node) for path, node in keys.items())
    changed = "".join(f"| `{path}` | {_cell(FACTS[path].change)} |\n" for path in keys)
    return f"{_INTRO}{described}{_CHANGES}{changed}{_LEFT_OUT}"


def schema_text() -> str:
    return f"{json.dumps(schema(), indent=2, ensure_ascii=False)}\n"


def rows() -> Iterator[tuple[str, Schema]]:
    """The keys that have a value of their own; a mapping of known keys is told by those."""
    for path, node in walk(keys_of_file()):
        if "properties" not in node:
            yield path, node


def _row(path: str, node: Schema) -> str:
    fact = FACTS[path]
    example = fact.example or next(iter(map(json.dumps, node.get("examples", ()))), "")
    cells = (
        f"`{path}`", _type(node), fact.unit, _default(node), f"`{example}`" if example else "",
        fact.says or str(node.get("description", "")),
    )  # fmt: skip
    return f"| {' | '.join(_cell(cell) for cell in cells)} |\n"


def _type(node: Schema) -> str:
    if "oneOf" in node:
        return " or ".join(_type(one) for one in node["oneOf"])
    if "enum" in node:
        return "name from the catalogue"
    bounds = [f"from {node['minimum']}"] if "minimum" in node else []
    bounds += [f"to {node['maximum']}"] if "maximum" in node else []
    return " ".join([_NAMES.get(str(node.get("type")), "text"), *bounds])


_NAMES = {
    "string": "text",
    "integer": "whole number",
    "boolean": "true or false",
    "array": "list of texts",
    "object": "mapping",
}


def _default(node: Schema) -> str:
    if "default" not in node:
        return "must be set"
    return f"`{_yaml(node['default'])}`"


def _yaml(value: Any) -> str:
    return json.dumps(value) if not isinstance(value, str) else value


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")
