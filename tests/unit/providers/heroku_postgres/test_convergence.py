"""Whatever breaks on the way, and however often: the next quiet run ends with exactly the declared schedule."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from heroku_api.errors import HerokuError
from providers.protocol.errors import InitFailedError, ProviderError
from tests.unit.heroku_api.scripted_server import HEADERS_ONLY, Cut, Reply, ScriptedServer, Step
from tests.unit.providers.heroku_postgres.fake_heroku import NOT_FOUND, SCHEDULE, FakeHeroku, Plugin

BREAKS: list[Step] = [
    Reply(429, {"id": "rate_limit"}, {"Retry-After": "1"}),
    Reply(500, {"id": "internal", "message": "oops"}),
    Reply(503, content=b"<html>"),
    Reply(401, {"id": "unauthorized", "message": "revoked"}),
    Reply(200, content=b""),
    Reply(200, []),
    Reply(200, {"wrong": "shape"}),
    NOT_FOUND,
    Cut(),
    Cut(HEADERS_ONLY),
]
FAULTS = st.tuples(
    st.sampled_from(["GET", "POST", "DELETE"]),
    st.sampled_from(["/transfer-schedules", "/wait_status$", "/addons/", "/apps/", "."]),
    st.sampled_from(BREAKS),
    st.booleans(),
)
RUNS = st.lists(
    st.tuples(
        st.sampled_from([2, 3]), st.sampled_from(["UTC", "America/Los_Angeles"]), st.lists(FAULTS, max_size=4)
    ),
    max_size=3,
)


@pytest.mark.slow
@settings(max_examples=60, deadline=None)
@given(
    before=st.sampled_from([None, (5, "UTC"), (2, "America/Los_Angeles")]),
    duplicates=st.booleans(),
    runs=RUNS,
)
def test_after_any_broken_runs_a_quiet_one_ends_with_one_schedule(
    before: Any, duplicates: Any, runs: Any
) -> None:
    """No refresh in between: the state alone must know enough."""
    heroku = FakeHeroku()
    if before:
        heroku.add_schedule(*before)
    state = State()
    for hour, timezone, faults in runs:
        for method, path, step, after_doing in faults:
            heroku.breaks(method, path, step, after_doing=after_doing)
        state = up(heroku, state, hour=hour, timezone=timezone)
        assert len(heroku.schedules) <= 1
    heroku.faults.clear()
    heroku.duplicates_on_post = duplicates
    state = up(heroku, state)
    assert heroku.times == [("DATABASE_URL", 2, "America/Los_Angeles")]
    assert state.outputs["scheduleId"] == heroku.schedules[0]["uuid"]


@dataclass(frozen=True)
class State:
    """What the engine has stored of the schedule."""

    outputs: Any = None
    is_unfinished: bool = False


def up(heroku: FakeHeroku, state: State, **changes: Any) -> State:
    """The state after one `up`, as the engine keeps it: a failed step leaves the old one, an unfinished one its own."""
    with ScriptedServer(heroku.answer) as server:
        plugin = Plugin(server, HEROKU_API_TIME_BUDGET="20")
        try:
            if state.outputs is None:
                return State(plugin.create(**changes).properties)
            if state.is_unfinished or plugin.diff(state.outputs, {**SCHEDULE, **changes}).changes:
                return State(plugin.update(state.outputs, **changes))
        except InitFailedError as error:
            return State(error.properties, is_unfinished=True)
        except (HerokuError, ProviderError):
            return state
        return state
