"""Reads an Environment from the engine's own account of a preview: its event stream, or `preview --json --show-sames`.

Streamed with PULUMI_ENABLE_STREAMING_JSON_PREVIEW=true, `pulumi preview --json` prints one event a line. The policy
pack reads what it is handed instead (policies/resources.py) and shares the rest.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from runbook.digest import Digests
from runbook.environment import Environment, Step
from runbook.readers import event_stream
from runbook.readers.declared import environment_of_resources, stack_of
from runbook.readers.engine_values import COMPUTED, decode
from runbook.readers.registered import Registered

_PLANNED = frozenset(
    {
        "same",
        "create",
        "update",
        "replace",
        "create-replacement",
        "read",
        "read-replacement",
        "import",
        "import-replacement",
    }
)
"""Operations whose resource the program registers. The others delete, or refresh what may be deleted next."""


class PlanError(ValueError):
    """The text is no preview, or not a whole one; the message says what is missing and how to get it."""


def environment_of_plan(text: str, digests: Digests) -> Environment:
    """Raises PlanError for a preview that is empty, cut, failed or of an unknown form; SettingsError for its stack."""
    steps = _steps(text)
    planned = {step["urn"]: _registered(step) for step in steps if step["op"] in _PLANNED and step["new"]}
    if not planned:
        raise PlanError("the preview registers no resource; expected a stack of this project")
    resources = list(planned.values())
    taken = tuple(_step(step) for step in steps if step["op"] != "refresh")
    return environment_of_resources(stack_of(resources[0].urn), resources, digests, steps=taken)


def _steps(text: str) -> Sequence[Mapping[str, Any]]:
    if not text.strip():
        raise PlanError("the preview is empty; did `pulumi preview` fail? Run it alone and read its error")
    try:
        whole = json.loads(text)
    except (ValueError, RecursionError):
        whole = None
    if isinstance(whole, dict) and "steps" in whole:
        return _steps_of_summary(whole)
    return _steps_of_events(text)


def _steps_of_events(text: str) -> list[Mapping[str, Any]]:
    """One step a resource and operation; outputs replace inputs' first sight of it, as they know more."""
    stream = event_stream.read(text)
    if stream.broken:
        raise PlanError(
            f"the event stream {stream.broken}. Run `pulumi preview --json` again, alone, and read its error"
        )
    found: dict[tuple[str, str], Mapping[str, Any]] = {}
    for event in stream.events:
        body = event.get("resourcePreEvent") or event.get("resOutputsEvent")
        if body:
            metadata = body["metadata"]
            found[metadata["urn"], metadata["op"]] = {
                "op": metadata["op"],
                "urn": metadata["urn"],
                "type": metadata["type"],
                "old": metadata.get("old"),
                "new": metadata.get("new"),
            }
    return list(found.values())


def _steps_of_summary(whole: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    steps = whole["steps"]
    counted = sum((whole.get("changeSummary") or {}).values())
    if counted != len(steps):
        raise PlanError(
            f"the preview counts {counted} resources and has {len(steps)} steps; "
            "run `pulumi preview --json --show-sames`, or stream its events"
        )
    return [
        {
            "op": step["op"],
            "urn": step["urn"],
            "type": step["urn"].split("::")[2].rpartition("$")[2],
            "old": step.get("oldState"),
            "new": step.get("newState"),
        }
        for step in steps
    ]


def _registered(step: Mapping[str, Any]) -> Registered:
    new = step["new"]
    inputs, outputs = new.get("inputs") or {}, new.get("outputs") or {}
    return Registered(
        type=str(step["type"]),
        urn=str(step["urn"]),
        # What the program registers counts; what the provider adds to it is the rest.
        properties={**_decoded(outputs), **_decoded(inputs)},
        computed=frozenset(outputs.keys() - inputs.keys()),
        protect=new.get("protect") is True,
        parent=new.get("parent") or None,
        id=new.get("id") or COMPUTED,
        depends={key: tuple(urns) for key, urns in (new.get("propertyDependencies") or {}).items()},
    )


def _decoded(properties: Mapping[str, object]) -> dict[str, object]:
    return {key: decode(value) for key, value in properties.items()}


def _step(step: Mapping[str, Any]) -> Step:
    old, new = step["old"] or {}, step["new"] or {}
    return Step(
        operation=str(step["op"]),
        name=str(step["urn"]).rpartition("::")[2],
        type=str(step["type"]),
        was_protected=old.get("protect") is True,
        stays_protected=new.get("protect") is True,
    )
