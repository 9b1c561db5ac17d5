"""The plugin answers as the official one did, call by call, except where a reason is written down."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.unit.providers.heroku import recordings
from tests.unit.providers.heroku.deviations import DEVIATIONS, REASONS
from tests.unit.providers.heroku.replay import Loopback, Plugin, compare, loopback

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.unit.providers.heroku.recordings import Recorded


@pytest.fixture(scope="module")
def server() -> Iterator[tuple[str, Loopback]]:
    with loopback() as running:
        yield running


@pytest.mark.parametrize("type_name", recordings.TYPES)
def test_every_recorded_call_matches_or_stands_in_the_list_of_deviations(
    type_name: str, server: tuple[str, Loopback]
) -> None:
    """Response, error and HTTP requests in their order; nothing that is listed matches by now."""
    api, played = server
    surprises = []
    for steps in recordings.scenarios(type_name, api=api).values():
        plugin = _plugin(api, steps)
        for recorded in steps:
            found = compare(plugin, played, recorded)
            expected = _listed(recorded)
            if set(found) != expected:
                surprises.append(f"{recorded}: differs in {found or 'nothing'}, listed: {sorted(expected)}")
    assert surprises == []


def test_every_deviation_is_of_a_recorded_call_and_has_a_reason() -> None:
    calls = [
        f"{recorded.scenario}#{recorded.step}"
        for name in recordings.TYPES
        for steps in recordings.scenarios(name).values()
        for recorded in steps
    ]
    without_call = [item.calls for item in DEVIATIONS if not any(map(item.covers, calls))]
    assert without_call == []
    assert {item.reason for item in DEVIATIONS} == set(REASONS)


def _plugin(api: str, steps: list[Recorded]) -> Plugin:
    """A fresh plugin, configured unless the scenario does that. Retries only where a 429 is played."""
    plugin = Plugin(api, budget="60" if "429" in steps[0].scenario else "0")
    if not any(recorded.method == "Configure" for recorded in steps):
        plugin.configure()
    return plugin


def _listed(recorded: Recorded) -> set[str]:
    call = f"{recorded.scenario}#{recorded.step}"
    return {aspect for item in DEVIATIONS if item.covers(call) for aspect in item.aspects}
