"""The engine's event stream: one JSON object a line, as `pulumi preview --json` prints it when it streams.

Judged by its order and its end, which every version of Pulumi keeps. Since 3.231 the engine numbers events that it
does not print (refreshes of components and providers), so the numbers rise with gaps.
Source: pkg/backend/display/display.go, `stampEvents`, and recordings of 3.220.0 and 3.274.1.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import takewhile
from typing import Any

Event = Mapping[str, Any]

_BEFORE_THE_SUMMARY = ("res", "policy", "prelude", "summary")
"""Beginnings of the kinds of events that come before a whole preview's summary; what engine and plugins print may follow."""


@dataclass(frozen=True)
class EventStream:
    """`broken` says why it can't be believed, as the end of a sentence on it; None for a whole one."""

    events: tuple[Event, ...] = field(repr=False)
    broken: str | None

    @property
    def summary(self) -> Mapping[str, Any]:
        return next((event["summaryEvent"] for event in self.events if "summaryEvent" in event), {})


class _BrokenError(ValueError):
    pass


def read(text: str) -> EventStream:
    """The events up to where the stream breaks."""
    events: list[Event] = []
    try:
        _take_in_order(text, events)
        _require_end(events)
    except _BrokenError as broken:
        return EventStream(tuple(events), str(broken))
    return EventStream(tuple(events), None)


def _take_in_order(text: str, events: list[Event]) -> None:
    last = -1
    ended = False
    # Not splitlines: a message may hold a character that Python ends a line at and the engine doesn't.
    for number, line in enumerate(text.split("\n"), start=1):
        if not line.strip():
            continue
        event = _parsed(line, number)
        sequence = event["sequence"]
        if ended:
            raise _BrokenError(f"goes on in line {number}, after its cancelEvent")
        if last < 0 and sequence != 0:
            raise _BrokenError(f"is cut: it begins with event {sequence}, not with event 0")
        if sequence <= last:
            raise _BrokenError(f"is out of order: event {sequence} in line {number} comes after event {last}")
        last, ended = sequence, "cancelEvent" in event
        events.append(event)


def _parsed(line: str, number: int) -> Event:
    try:
        event = json.loads(line)
    except (ValueError, RecursionError):
        raise _BrokenError(f"is cut: line {number} is no JSON") from None
    if not isinstance(event, dict) or type(event.get("sequence")) is not int:
        raise _BrokenError(f"has no event in line {number}: expected a JSON object with a `sequence` number")
    return event


def _require_end(events: list[Event]) -> None:
    """A summary, then a cancelEvent, and nothing between them that the summary would have counted."""
    if not events:
        raise _BrokenError("is empty")
    backwards = reversed(events)
    trailing = list(takewhile(lambda event: "summaryEvent" not in event, backwards))
    if len(trailing) == len(events):
        raise _BrokenError("is cut: it has no summaryEvent")
    if not trailing or "cancelEvent" not in trailing[0]:
        raise _BrokenError("is cut: it has no cancelEvent")
    late = [kind for event in trailing for kind in event if kind.startswith(_BEFORE_THE_SUMMARY)]
    if late or sum("summaryEvent" in event for event in events) > 1:
        raise _BrokenError(f"goes on after its summaryEvent with a {(late or ['summaryEvent'])[0]}")
