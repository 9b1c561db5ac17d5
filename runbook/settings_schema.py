"""The JSON schema of a stack file, for editors: the models' own, with what their validators add where JSON schema can say it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from runbook.access import ROLE
from runbook.catalogue import Entry, catalogue
from runbook.reviewed_stack_file import TOP_LEVEL
from runbook.settings import PATTERNS, PROJECT, Settings
from runbook.settings_facts import FACTS, LEFT_OUT

Schema = dict[str, Any]
_AT = r"^\s*([01]?[0-9]|2[0-3]):00 +[A-Za-z]\S*\s*$"
_OTHER_PLACEHOLDER = r"\$\{(?!app\.url\})"
"""The models refuse any but APP_URL."""


def schema() -> Schema:
    """Of a whole `Pulumi.<stack>.yaml`. Each managed secret's ciphertext has a key of its own."""
    parts = keys_of_file()
    known = "|".join(parts)
    return {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": "A stack file of this project",
        "type": "object",
        "required": ["config"],
        "additionalProperties": False,
        "properties": {
            **{key: {"type": "string"} for key in TOP_LEVEL if key != "config"},
            "config": {
                "type": "object",
                "required": [f"{PROJECT}:{name}" for name in Settings.model_json_schema()["required"]],
                "additionalProperties": False,
                "properties": {f"{PROJECT}:{name}": part for name, part in parts.items()},
                "patternProperties": {f"^{PROJECT}:(?!({known})$){_bare('config_var')}$": _CIPHERTEXT},
            },
        },
    }


_CIPHERTEXT: Schema = {
    "description": "A managed secret: `pulumi config set --secret NAME --stack STACK`",
    "type": "object",
    "required": ["secure"],
    "additionalProperties": False,
    "properties": {"secure": {"type": "string"}},
}


def keys_of_file() -> dict[str, Schema]:
    """The schema of each key of the project, whole in itself."""
    whole = Settings.model_json_schema()
    parts = {
        name: _given(_resolved(part, whole["$defs"]))
        for name, part in whole["properties"].items()
        if name not in LEFT_OUT
    }
    added = _added()
    for path, node in walk(parts):
        node.pop("title", None)
        if path in _REPLACED:
            node.clear()
        node.update(added.get(path, {}))
        if path in FACTS and FACTS[path].says:
            node["description"] = FACTS[path].says
    return parts


def _given(part: Schema) -> Schema:
    """Without the null of a key that may be left out: where it is given, it says something."""
    if "anyOf" not in part:
        return part
    (own,) = (one for one in part["anyOf"] if one != {"type": "null"})
    return {**own, **{key: value for key, value in part.items() if key not in ("anyOf", "default")}}


def walk(parts: Mapping[str, Schema], above: str = "") -> Iterator[tuple[str, Schema]]:
    """Every key with its path; `*` where the name is free."""
    for name, node in parts.items():
        path = f"{above}{name}"
        yield path, node
        for one in (node, *node.get("oneOf", ())):
            yield from walk(one.get("properties", {}), f"{path}.")
            below = one.get("additionalProperties")
            if isinstance(below, dict) and "properties" in below:
                yield from walk(below["properties"], f"{path}.*.")


_REPLACED = {"backups.at"}
"""Written otherwise than the model holds it."""


def _added() -> dict[str, Schema]:
    found = catalogue()
    plans = _names(found.postgres_plans.entries)
    return {
        "app.name": {"pattern": f"^{_bare('app')}$"},
        "app.region": {"enum": [entry.name for entry in found.regions.entries if entry.is_offered]},
        "app.heroku_stack": {"enum": _names(found.heroku_stacks.entries)},
        "formation": {"propertyNames": {"pattern": f"^{_bare('process_type')}$"}},
        "formation.*.dyno_type": {"enum": _in_both_cases(_names(found.dyno_types.entries))},
        "database.name": {"pattern": f"^{_bare('addon')}$"},
        "database.plan": {"enum": [*plans, *(f"heroku-postgresql:{plan}" for plan in plans)]},
        "addons": {"propertyNames": {"pattern": f"^(?!DATABASE$){_bare('attachment')}$"}},
        "addons.*.name": {"pattern": f"^{_bare('addon')}$"},
        "addons.*.plan": {"pattern": f"^(?!heroku-postgresql:){_bare('addon_plan')}$"},
        "features": {"items": {"type": "string", "pattern": f"^{_bare('feature')}$"}},
        "domains": {
            "items": {"type": "string", "pattern": f"^(?!.*\\.herokuapp\\.com$){_bare('hostname')}$"}
        },
        "log_drains": {
            "propertyNames": {"pattern": f"^{_bare('drain')}$"},
            "additionalProperties": {"type": "string", "pattern": f"^{_bare('drain_host')}$"},
        },
        "access": {
            "propertyNames": {"pattern": f"^{_bare('email')}$"},
            "additionalProperties": {"type": "string", "enum": [ROLE]},
        },
        "pipeline.name": {"pattern": f"^{_bare('pipeline')}$"},
        "backups.at": {"type": "string", "pattern": _AT},
        "config_vars": {
            "propertyNames": {"pattern": f"^{_bare('config_var')}$"},
            "additionalProperties": {"type": "string", "not": {"pattern": _OTHER_PLACEHOLDER}},
        },
        "secrets": {"propertyNames": {"pattern": f"^{_bare('config_var')}$"}},
    }


def _bare(name: str) -> str:
    return PATTERNS[name].pattern


def _names(entries: Sequence[Entry]) -> list[str]:
    return [entry.name for entry in entries]


def _in_both_cases(names: Sequence[str]) -> list[str]:
    """As people write it, and as the API does; the models take any case."""
    return list(dict.fromkeys([*(name.lower() for name in names), *names]))


def _resolved(node: Any, definitions: Mapping[str, Any]) -> Any:
    """Without references. A model's own description is for who reads the code."""
    if isinstance(node, list):
        return [_resolved(one, definitions) for one in node]
    if not isinstance(node, dict):
        return node
    if "$ref" in node:
        target = definitions[node["$ref"].rpartition("/")[2]]
        return _resolved(
            {key: value for key, value in target.items() if key != "description"}, definitions
        ) | {key: value for key, value in node.items() if key != "$ref"}
    return {
        key: _resolved(value, definitions)
        for key, value in node.items()
        if key != "title" or isinstance(value, dict)
    }
