"""An event stream is whole by its order and its end, whatever version of Pulumi numbered it."""

from __future__ import annotations

import json
from typing import Any

import pytest

from runbook.readers import event_stream

STEP = {"resourcePreEvent": {"metadata": {"op": "same"}}}
TOLD = {"diagnosticEvent": {"message": "run_pulumi_func completed", "severity": "debug"}}
SUMMARY = {"summaryEvent": {"resourceChanges": {"same": 1}}}
END: dict[str, Any] = {"cancelEvent": {}}
START: dict[str, Any] = {"policyLoadEvent": {}}


def lines(*events: dict[str, Any], numbers: list[int] | None = None) -> list[str]:
    return [
        json.dumps({"sequence": number, **event})
        for number, event in zip(numbers or range(len(events)), events, strict=True)
    ]


WHOLE = lines(START, STEP, SUMMARY, END)


@pytest.mark.parametrize(
    "stream",
    [
        WHOLE,
        lines(START, STEP, SUMMARY, END, numbers=[0, 7, 9, 30]),
        lines(START, STEP, SUMMARY, TOLD, END),
        [*WHOLE, ""],
    ],
    ids=["without a gap", "with gaps", "with what a plugin said last", "with an empty last line"],
)
def test_rising_numbers_up_to_a_summary_and_a_cancel_event_are_whole(stream: list[str]) -> None:
    found = event_stream.read("\n".join(stream))
    assert found.broken is None
    assert found.summary == SUMMARY["summaryEvent"]


def test_a_message_with_a_line_end_of_pythons_alone_is_one_line() -> None:
    told = {"diagnosticEvent": {"message": "one\x85two", "severity": "info"}}
    text = "\n".join(
        json.dumps(event, ensure_ascii=False) for event in map(json.loads, lines(START, told, SUMMARY, END))
    )
    assert event_stream.read(text).broken is None


@pytest.mark.parametrize(
    ("stream", "broken"),
    [
        ([], "is empty"),
        (["", " "], "is empty"),
        (WHOLE[1:], "is cut: it begins with event 1, not with event 0"),
        (WHOLE[:-1], "is cut: it has no cancelEvent"),
        (WHOLE[:-2], "is cut: it has no summaryEvent"),
        (lines(START, END), "is cut: it has no summaryEvent"),
        (lines(START, SUMMARY, TOLD), "is cut: it has no cancelEvent"),
        ([*WHOLE[:-1], WHOLE[-1][:-3]], "is cut: line 4 is no JSON"),
        (["Previewing update (production)"], "is cut: line 1 is no JSON"),
        ([WHOLE[0], WHOLE[1], WHOLE[1], *WHOLE[2:]], "is out of order: event 1 in line 3 comes after event 1"),
        ([WHOLE[0], WHOLE[2], WHOLE[1], WHOLE[3]], "is out of order: event 1 in line 3 comes after event 2"),
        ([*WHOLE, *WHOLE], "goes on in line 5, after its cancelEvent"),
        (lines(START, STEP, SUMMARY, END, TOLD), "goes on in line 5, after its cancelEvent"),
        (lines(START, SUMMARY, STEP, END), "goes on after its summaryEvent with a resourcePreEvent"),
        (lines(START, SUMMARY, SUMMARY, END), "goes on after its summaryEvent with a summaryEvent"),
        (lines(START, START, numbers=[0, -1]), "is out of order: event -1 in line 2 comes after event 0"),
        (["3"], "has no event in line 1: expected a JSON object with a `sequence` number"),
        (['{"sequence": true}'], "has no event in line 1: expected a JSON object with a `sequence` number"),
        ([json.dumps(START)], "has no event in line 1: expected a JSON object with a `sequence` number"),
    ],
)  # fmt: skip
def test_what_is_not_whole_says_where(stream: list[str], broken: str) -> None:
    assert event_stream.read("\n".join(stream)).broken == broken


def test_every_line_less_at_the_end_every_exchange_and_every_repetition_is_broken() -> None:
    stream = lines(START, STEP, STEP, STEP, SUMMARY, TOLD, END, numbers=[0, 1, 4, 5, 9, 10, 12])
    assert event_stream.read("\n".join(stream)).broken is None
    for number in range(len(stream)):
        assert event_stream.read("\n".join(stream[:number])).broken
        assert event_stream.read("\n".join([*stream[:number], *stream[number:][:1], *stream[number:]])).broken
    for number in range(1, len(stream)):
        swapped = [*stream[: number - 1], stream[number], stream[number - 1], *stream[number + 1 :]]
        assert event_stream.read("\n".join(swapped)).broken
