"""The plugin answers as the official one did, call by call, except where a reason is written down."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.unit.providers.heroku import recordings
from tests.unit.providers.heroku.deviations import KINDS
from tests.unit.providers.heroku.replay import Loopback, Plugin, compare, loopback

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.unit.providers.heroku.deviations import Found
    from tests.unit.providers.heroku.recordings import Recorded


@pytest.fixture(scope="module")
def server() -> Iterator[tuple[str, Loopback]]:
    with loopback() as running:
        yield running


@pytest.fixture(scope="module")
def differing(server: tuple[str, Loopback]) -> list[tuple[Recorded, Found]]:
    """Every recorded call that this plugin answers otherwise, with what differs."""
    api, played = server
    found = []
    for type_name in recordings.TYPES:
        for steps in recordings.scenarios(type_name, api=api).values():
            plugin = _plugin(api, steps)
            found += [(recorded, compare(plugin, played, recorded)) for recorded in steps]
    return [(recorded, lines) for recorded, lines in found if lines]


@pytest.mark.slow
def test_every_recorded_call_matches_or_is_of_one_kind_of_deviation(
    differing: list[tuple[Recorded, Found]],
) -> None:
    """Response, error, HTTP requests in their order, and names in an uploaded archive."""
    surprises = []
    for recorded, lines in differing:
        kinds = [kind.name for kind in KINDS if kind.covers(recorded, lines)]
        if len(kinds) != 1:
            surprises.append(f"{recorded}: is of {kinds or 'no kind'}, differs in {lines}")
    assert surprises == []


@pytest.mark.slow
def test_each_kind_covers_as_many_recorded_calls_as_it_says(
    differing: list[tuple[Recorded, Found]],
) -> None:
    covered = {kind.name: sum(kind.covers(*one) for one in differing) for kind in KINDS}
    assert covered == {kind.name: kind.calls for kind in KINDS}
    assert 0 not in covered.values()


def _plugin(api: str, steps: list[Recorded]) -> Plugin:
    """A fresh plugin, configured unless the scenario does that. Retries only where a 429 is played."""
    plugin = Plugin(api, budget="60" if "429" in steps[0].scenario else "0")
    if not any(recorded.method == "Configure" for recorded in steps):
        plugin.configure()
    return plugin
