"""The recordings of the official plugin: one call a line, with the HTTP exchange it made."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any

from tests.evidence.archive import unpacked

ARCHIVE = "official-plugin"
TYPES = (
    "Provider",
    "App",
    "Addon",
    "Attachment",
    "ConfigAssociation",
    "Formation",
    "Build",
    "Pipeline",
    "Coupling",
    "Drain",
    "Domain",
    "Feature",
    "Collaborator",
)
"""The types this project's plugin serves."""


@dataclass(frozen=True)
class Exchange:
    """One HTTP request of the plugin and its answer."""

    method: str
    path: str
    status: int
    response: Any
    query: str = ""
    body: Any = None
    range: Any = None


@dataclass(frozen=True)
class Recorded:
    """One call."""

    scenario: str
    step: int
    method: str
    request: dict[str, Any]
    response: dict[str, Any] | None = None
    error: dict[str, Any] | None = None
    http: tuple[Exchange, ...] = ()
    note: str = field(default="", compare=False)

    def __str__(self) -> str:
        return f"{self.scenario} step {self.step} {self.method}"


def lines(type_name: str) -> list[str]:
    """One call each, as recorded."""
    return (unpacked(ARCHIVE) / f"{type_name}.jsonl").read_text(encoding="utf-8").splitlines()


def scenarios(type_name: str, *, api: str = "{{API}}") -> dict[str, list[Recorded]]:
    """The recorded calls of a type, scenario by scenario, in order, with the API's address put in."""
    calls = [_call(line, api) for line in lines(type_name)]
    return {name: list(steps) for name, steps in groupby(calls, key=lambda call: call.scenario)}


def _call(line: str, api: str) -> Recorded:
    fixtures = str(unpacked(ARCHIVE) / "fixtures")
    fields = json.loads(line.replace("{{API}}", api).replace("{{FIX}}", fixtures))
    exchanges = tuple(
        Exchange(
            method=item["method"],
            path=item["path"],
            status=item["status"],
            response=item["response"],
            query=item.get("query", ""),
            body=item.get("body"),
            range=item.get("range"),
        )
        for item in fields.get("http", [])
    )
    known = ("scenario", "step", "method", "request", "response", "error")
    return Recorded(
        **{name: fields[name] for name in known if name in fields},
        http=exchanges,
        note=fields.get("note", ""),
    )
