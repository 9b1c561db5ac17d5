"""What a preview's event stream says, beside the Environment: steps, drift, what the policy pack did, and errors.

A stream that is empty, cut, out of order, or doesn't add up is told as such; nothing of it is believed then.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from runbook.readers import event_stream
from runbook.readers.event_stream import Event, EventStream

_UNCOUNTED = frozenset({"refresh"})
_PARTS = frozenset({"create-replacement", "delete-replaced", "discard-replaced"})
"""Of the step `replace`, which alone the engine counts."""
_NO_REASON = frozenset({"preview failed", "update failed", "Resource monitor has terminated, shutting down"})
"""Errors that only say that there were others."""
_WRITTEN = "info#err"
"""Severity of what a process wrote on its standard error."""
_EXITED = "an unhandled error occurred: program exited with"
"""Beginning of an error that is a reason only where there is no other."""


@dataclass(frozen=True)
class Change:
    """One step. `properties` are the names of those that differ; `was_protected` is by the state before the refresh.

    A refresh within the program's run gives running resources the program's options already, in `old` too.
    """

    operation: str
    urn: str
    type: str
    properties: tuple[str, ...]
    old: Mapping[str, Any] | None = field(repr=False)
    new: Mapping[str, Any] | None = field(repr=False)
    was_protected: bool = False
    unset: frozenset[str] = frozenset()
    """Keys of maps that would be there no more, in none of its maps."""
    added: frozenset[str] = frozenset()
    """Keys of maps that were in none of its maps."""

    @property
    def name(self) -> str:
        return self.urn.rpartition("::")[2]

    @property
    def stays_protected(self) -> bool:
        return (self.new or {}).get("protect") is True

    @property
    def is_unprotected(self) -> bool:
        """Whether it stays, and loses its protection."""
        return self.was_protected and self.new is not None and not self.stays_protected

    def values(self, key: str) -> tuple[Any, Any]:
        """Of one property, as it is and as it would be; a refresh tells of what is in the outputs."""
        old, new = self.old or {}, self.new or {}
        standing = {**(old.get("inputs") or {}), **(old.get("outputs") or {})}
        return standing.get(key), (new.get("inputs") or {}).get(key)


@dataclass(frozen=True)
class Drifted:
    """What a refresh found otherwise than the state has it, or `gone`."""

    urn: str
    type: str
    properties: tuple[str, ...]
    gone: bool

    @property
    def name(self) -> str:
        return self.urn.rpartition("::")[2]


@dataclass(frozen=True)
class Violation:
    policy: str
    message: str = field(repr=False)
    level: str


@dataclass(frozen=True)
class PackRun:
    """`policies` are the names that the engine reports; `finished` once the policies of the whole stack were asked."""

    policies: frozenset[str] = frozenset()
    violations: tuple[Violation, ...] = ()
    finished: bool = False
    names: frozenset[str] = frozenset()
    """Of the packs that judged."""


@dataclass(frozen=True)
class Preview:
    """`broken` says why the stream can't be believed; None for a whole one."""

    changes: tuple[Change, ...] = ()
    drift: tuple[Drifted, ...] = ()
    pack: PackRun = PackRun()
    errors: tuple[str, ...] = ()
    broken: str | None = None

    @property
    def proposed(self) -> tuple[Change, ...]:
        """Without what stays as it is, and a replacement once, without its parts."""
        return tuple(change for change in _whole_steps(self.changes) if change.operation != "same")


def read(text: str) -> Preview:
    stream = event_stream.read(text)
    try:
        return _preview(stream)
    except (KeyError, TypeError, AttributeError):
        return Preview(
            errors=_errors(stream.events), broken="has another form than this version of Pulumi gives it"
        )


def _preview(stream: EventStream) -> Preview:
    events = stream.events
    metadata = [
        body["metadata"]
        for event in events
        if (body := event.get("resourcePreEvent") or event.get("resOutputsEvent"))
    ]
    changes = _changes(metadata)
    errors = _errors(events)
    return Preview(
        changes=changes,
        drift=_drift(
            event["resOutputsEvent"]["metadata"]
            for event in events
            if event.get("resOutputsEvent", {}).get("metadata", {}).get("op") == "refresh"
        ),
        pack=_pack(events),
        errors=errors,
        broken=stream.broken or (None if errors else _miscounted(changes, stream.summary)),
    )


def _changes(metadata: Iterable[Mapping[str, Any]]) -> tuple[Change, ...]:
    """One a resource and operation, the last seen, which knows most; in an order that is the same in each run."""
    found: dict[tuple[str, str], Change] = {}
    protected: set[str] = set()
    for step in metadata:
        if (step.get("old") or {}).get("protect") is True:
            protected.add(str(step["urn"]))
        if step["op"] in _UNCOUNTED:
            continue
        found[step["urn"], step["op"]] = Change(
            operation=str(step["op"]),
            urn=str(step["urn"]),
            type=str(step["type"]),
            properties=tuple(sorted({*(step.get("diffs") or ()), *(step.get("detailedDiff") or {})})),
            old=step.get("old"),
            new=step.get("new"),
            was_protected=step["urn"] in protected,
            unset=_only(step, "delete", without="add"),
            added=_only(step, "add", without="delete"),
        )
    return tuple(sorted(found.values(), key=_order))


def _only(step: Mapping[str, Any], kind: str, *, without: str) -> frozenset[str]:
    """Of paths such as `vars.NODE_ENV`, the keys; one that moves to another map is neither unset nor added."""
    differences = step.get("detailedDiff") or {}
    keys = {
        one: {path.partition(".")[2] for path, found in differences.items() if found["diffKind"] == one}
        for one in (kind, without)
    }
    return frozenset(keys[kind] - keys[without] - {""})


def _drift(refreshed: Iterable[Mapping[str, Any]]) -> tuple[Drifted, ...]:
    found = (
        Drifted(
            urn=str(step["urn"]),
            type=str(step["type"]),
            properties=tuple(sorted({*(step.get("diffs") or ()), *(step.get("detailedDiff") or {})})),
            gone=step.get("new") is None,
        )
        for step in refreshed
        if step.get("new") is None or step.get("diffs") or step.get("detailedDiff")
    )
    return tuple(sorted(found, key=lambda drifted: (drifted.name, drifted.type)))


def _whole_steps(changes: Collection[Change]) -> list[Change]:
    """With a replacement as one step."""
    replaced = {change.urn for change in changes if change.operation == "replace"}
    return [change for change in changes if not (change.operation in _PARTS and change.urn in replaced)]


def _order(change: Change) -> tuple[str, str, str]:
    return change.name, change.type, change.operation


def _pack(events: Iterable[Event]) -> PackRun:
    policies: set[str] = set()
    names: set[str] = set()
    violations: list[Violation] = []
    finished = False
    for event in events:
        if found := event.get("policyEvent"):
            violations.append(
                Violation(found["policyName"], str(found["message"]), str(found["enforcementLevel"]))
            )
        for kind in (
            "policyRemediateSummaryEvent",
            "policyAnalyzeSummaryEvent",
            "policyAnalyzeStackSummaryEvent",
        ):
            summary = event.get(kind, {})
            policies |= {*(summary.get("passed") or ()), *(summary.get("failed") or ())}
            if name := summary.get("policyPackName"):
                names.add(str(name))
            finished = finished or (kind in event and "Stack" in kind)
    return PackRun(frozenset(policies), tuple(violations), finished, frozenset(names))


def _errors(events: Iterable[Event]) -> tuple[str, ...]:
    """Errors of engine and plugins, and what a process that didn't start wrote, whose lines come one by one."""
    found: list[str] = []
    last = ""
    for told in (event["diagnosticEvent"] for event in events if "diagnosticEvent" in event):
        severity, message = str(told.get("severity")), str(told["message"]).rstrip()
        if severity == _WRITTEN and last == _WRITTEN:
            found[-1] += f"\n{message}"
        elif severity in ("error", _WRITTEN):
            found.append(message.lstrip())
        last = severity if severity != "debug" else last
    reasons = [message for message in dict.fromkeys(found) if message and message not in _NO_REASON]
    return tuple(message for message in reasons if not message.startswith(_EXITED)) or tuple(reasons)


def errors_of(text: str) -> str:
    """What a stream of events has as errors, "" where it has none; pulumi prints them nowhere else."""
    return "; ".join(_errors(event_stream.read(text).events))


def _miscounted(changes: Collection[Change], summary: Mapping[str, Any]) -> str | None:
    """Where the engine's own count of its steps is another than that of the steps in the stream."""
    counted = {kind: count for kind, count in summary["resourceChanges"].items() if count}
    seen = dict(Counter(change.operation for change in _whole_steps(changes)))
    if counted == seen:
        return None
    return f"has steps {dict(sorted(seen.items()))} and counts {dict(sorted(counted.items()))}"
