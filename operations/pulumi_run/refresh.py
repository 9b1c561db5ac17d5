"""The engine's own look at drift: `pulumi refresh --preview-only`, and how it agrees with what was found here."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace

from operations.accounts.account import Account
from operations.errors import OperationError
from operations.pulumi_run.runner import UNJUDGED, read
from runbook.drift.grading import Drift
from runbook.readers import event_stream
from runbook.settings import StackName
from runbook.unknown import Known, Unknown

_UNSEEN = {
    "config vars that nobody declares": ("config var", "undeclared"),
    "maintenance mode": ("maintenance", ""),
    "what is set beside what is declared": ("surrounding", ""),
    "other add-ons": ("add-on", ""),
    "releases": ("release", ""),
}
"""What the engine's plugins never look at."""
_NOTED: Mapping[tuple[str, ...], str] = {
    ("attachmentId",): "it was attached anew, as by a promotion and back",
    ("databaseId",): "an upgrade gave the database another id",
}
"""By all the properties that differ, why that is no drift."""
_LISTED = frozenset({"attachment", "backup schedule", "formation"})
"""Aspects that are read from lists here, and that the engine reads too."""


@dataclass(frozen=True)
class EngineView:
    """Resources, by name, that a refresh would change or delete, with the properties that differ."""

    changes: Mapping[str, tuple[str, tuple[str, ...]]]


def engine_view(account: Account, stack: StackName) -> Known[EngineView]:
    """Changes nothing. Unknown, with pulumi's words, where the refresh fails."""
    try:
        return view_of(read(account, stack, ["refresh", "--preview-only", "--json"], UNJUDGED))
    except OperationError as error:
        return Unknown(str(error))


def view_of(text: str) -> Known[EngineView]:
    """Of the stream of events. One that isn't whole tells nothing."""
    stream = event_stream.read(text)
    if stream.broken:
        return Unknown(f"the refresh's event stream {stream.broken}")
    changes: dict[str, tuple[str, tuple[str, ...]]] = {}
    for event in stream.events:
        metadata = (event.get("resOutputsEvent") or {}).get("metadata") or {}
        if metadata.get("op") in ("update", "delete"):
            changes[metadata["urn"].rpartition("::")[2]] = (
                metadata["op"],
                tuple(metadata.get("diffs") or ()),
            )
    return EngineView(changes)


def without_contradicted(drifts: Iterable[Drift], view: EngineView) -> tuple[Drift, ...]:
    """What a list lacked here and the engine found unchanged in the same run is no loss: which is right is unknown."""
    return tuple(_unknown(one) if _is_contradicted(one, view) else one for one in drifts)


def _is_contradicted(drift: Drift, view: EngineView) -> bool:
    return drift.kind == "deleted" and drift.aspect in _LISTED and drift.resource not in view.changes


def _unknown(drift: Drift) -> Drift:
    why = f"Heroku's list lacked it, and the engine found {drift.resource} unchanged in the same run; run drift again"
    return replace(drift, kind="not read", live=f"{drift.words}?", grade="unknown", why=why, breaches=())


def explanations(
    view: EngineView, drifts: Iterable[Drift], free: Collection[str] = ()
) -> tuple[list[str], list[str]]:
    """What is explained between the two views, in words; and what is not. `free`: formations with a range."""
    ours: dict[str, list[Drift]] = {}
    for drift in drifts:
        if drift.resource and drift.kind != "not read":
            ours.setdefault(drift.resource, []).append(drift)
    gone = {what for what in ("app", "database") for drift in ours.get(what, []) if drift.kind == "deleted"}
    explained, unexplained = [], []
    for name, (operation, properties) in sorted(view.changes.items()):
        told = f"the engine would {operation} {name}{_of(properties)}"
        if name in ours:
            explained.append(f"{told}: found here too")
        elif name in free and set(properties) == {"quantity"}:
            explained.append(f"{told}: its quantity has a range, and Pulumi leaves it alone")
        elif (noted := _NOTED.get(properties)) and "database" not in ours:
            explained.append(f"{told}: {noted}, and `up --refresh` notes its id")
        elif gone:
            explained.append(f"{told}: it went with the {min(gone)}")
        else:
            unexplained.append(f"{told}, and nothing was found here")
    for name in sorted(ours.keys() - view.changes.keys()):
        reason = _unseen_reason(ours[name])
        if reason:
            explained.append(f"{name} is unchanged for the engine: {reason}")
        else:
            unexplained.append(
                f"{name} differs here ({ours[name][0].words}), and is unchanged for the engine"
            )
    unseen = sorted(
        what
        for what, (aspect, kind) in _UNSEEN.items()
        if any(drift.aspect == aspect and kind in ("", drift.kind) for drift in drifts if not drift.resource)
    )
    explained += [f"the engine does not look at {what}" for what in unseen]
    return explained, unexplained


def _unseen_reason(drifts: Iterable[Drift]) -> str:
    """Why the engine may call a resource unchanged although something of it differs."""
    for drift in drifts:
        if drift.grade == "expected":
            return "the state has what the program declares by now"
        if drift.aspect == "database" and "name" in drift.declared:
            return "it does not read the add-on's name"
    return ""


def _of(properties: Iterable[str]) -> str:
    named = ", ".join(sorted(properties))
    return f" ({named})" if named else ""
