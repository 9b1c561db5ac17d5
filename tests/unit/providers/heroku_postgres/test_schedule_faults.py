"""A backup schedule on a Heroku that loses answers, throttles, lags and lies: one schedule, or a clear end."""

from __future__ import annotations

from typing import Any

import pytest

from heroku_api.errors import (
    AnswerLostError,
    ForbiddenError,
    HerokuError,
    OutcomeUnknownError,
    RateLimitedError,
    ServerError,
    UnauthorizedError,
    UnexpectedAnswerError,
    UnreachableError,
)
from providers.protocol.errors import InitFailedError
from tests.unit.heroku_api.scripted_server import HEADERS_ONLY, Cut, Received, Reply, ScriptedServer, Step
from tests.unit.providers.heroku_postgres.fake_heroku import (
    APP,
    DATABASE,
    KEY,
    NOT_FOUND,
    SCHEDULES,
    TWO_AM,
    FakeHeroku,
    Plugin,
    state_of_schedule,
    writes,
)

POST = "/transfer-schedules"


@pytest.mark.fault("F05", "T12")
@pytest.mark.parametrize(
    "lost",
    [Reply(502), Reply(504), Cut(), Cut(HEADERS_ONLY)],
    ids=["502", "504", "reset", "reset after headers"],
)
@pytest.mark.parametrize("done", [True, False])
def test_a_post_whose_answer_was_lost_ends_with_one_schedule(
    heroku: FakeHeroku, plugin: Plugin, lost: Any, done: Any
) -> None:
    heroku.breaks("POST", POST, lost, after_doing=done)
    assert plugin.create().properties == state_of_schedule(heroku)
    assert heroku.times == [TWO_AM]
    assert len(writes(plugin)) == (1 if done else 2)


def test_a_post_whose_answers_are_always_lost_fails_and_says_so(heroku: FakeHeroku, plugin: Plugin) -> None:
    heroku.breaks("POST", POST, Reply(502), times=3)
    with pytest.raises(OutcomeUnknownError, match="Heroku may have done it"):
        plugin.create()
    assert heroku.times == []


def test_a_create_cut_off_at_any_request_converges_on_the_next_run(
    heroku: FakeHeroku, plugin: Plugin
) -> None:
    """A plugin killed after n requests left what it had done; the next run makes it one schedule."""
    plugin.create()
    steps = len(plugin.server.received)
    for cut_after in range(steps):
        heroku.schedules.clear()
        with ScriptedServer(heroku.answer) as server:
            killed = Plugin(server, HEROKU_API_TIME_BUDGET="0")
            answers = iter([True] * cut_after)
            server.script = lambda request, answers=answers: (
                heroku.answer(request) if next(answers, False) else Reply(401, {"message": "killed"})
            )
            with pytest.raises(UnauthorizedError, match="killed"):
                killed.create()
            server.script = heroku.answer
            Plugin(server).create()
        assert heroku.times == [TWO_AM], cut_after


def test_throttling_is_waited_out(heroku: FakeHeroku, plugin: Plugin) -> None:
    heroku.breaks("POST", POST, Reply(429, {"id": "rate_limit"}, {"Retry-After": "7"}), times=2)
    plugin.create()
    assert heroku.times == [TWO_AM]
    assert plugin.time.slept.count(7) == 2
    assert any("trying again in 7.0 s" in text for text in plugin.screen.progressed)


@pytest.mark.fault("F02")
def test_throttling_without_end_stops_at_the_budget(heroku: FakeHeroku) -> None:
    heroku.breaks("POST", POST, Reply(429, {"id": "rate_limit"}), times=1000)
    with ScriptedServer(heroku.answer) as server:
        plugin = Plugin(server, HEROKU_API_TIME_BUDGET="40")
        with pytest.raises(RateLimitedError, match="Rate limited: wait a few minutes"):
            plugin.create()
    assert plugin.time.now < 60
    assert heroku.times == []


@pytest.mark.fault("F19")
@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", f"/apps/{APP}$"),
        ("GET", f"/addons/{DATABASE}$"),
        ("GET", "/wait_status$"),
        ("GET", SCHEDULES),
        ("POST", SCHEDULES),
    ],
)
def test_what_heroku_does_not_know_yet_is_asked_again(
    heroku: FakeHeroku, plugin: Plugin, method: str, path: str
) -> None:
    heroku.breaks(method, path, NOT_FOUND, times=3)
    plugin.create()
    assert heroku.times == [TWO_AM]
    assert 3 < plugin.time.now < 30


@pytest.mark.parametrize("how", ["404", "waiting"])
def test_a_database_that_stays_in_provisioning_is_recorded_as_not_finished(
    heroku: FakeHeroku, plugin: Plugin, how: str
) -> None:
    """The engine stores the id, so the next run goes on with an update."""
    heroku.addons[DATABASE]["state"] = "provisioning" if how == "404" else "provisioned"
    heroku.waiting = how == "waiting"
    with pytest.raises(InitFailedError, match="is still being provisioned after 300 s") as raised:
        plugin.create(timeout=300)
    assert raised.value.id == f"{APP}:DATABASE_URL"
    assert raised.value.properties["scheduleId"] == ""
    assert plugin.time.now == 300
    assert any("to be available, up to" in text for text in plugin.screen.progressed)
    heroku.addons[DATABASE]["state"], heroku.waiting = "provisioned", False
    assert plugin.update(raised.value.properties) == state_of_schedule(heroku)
    assert heroku.times == [TWO_AM]


@pytest.mark.parametrize(
    "strange",
    [Reply(201, content=b""), Reply(200, content=b"<html>"), Reply(201, {"uuid": "x"})],
    ids=["empty", "html", "shape"],
)
def test_a_strange_answer_to_the_post_is_no_success(
    heroku: FakeHeroku, plugin: Plugin, strange: Reply
) -> None:
    heroku.breaks("POST", POST, strange)
    with pytest.raises(UnexpectedAnswerError, match="unexpected answer"):
        plugin.create()


def test_a_post_that_did_nothing_is_not_believed(heroku: FakeHeroku, plugin: Plugin) -> None:
    answer = {"uuid": DATABASE, "name": "DATABASE_URL", "hour": 2, "timezone": "America/Los_Angeles"}
    heroku.breaks("POST", POST, Reply(201, answer))
    with pytest.raises(HerokuError, match="but shows none; run again to set it"):
        plugin.create()


@pytest.mark.parametrize(
    ("status", "error", "next_step"),
    [
        (401, UnauthorizedError, "Set HEROKU_API_KEY to a valid key"),
        (
            403,
            ForbiddenError,
            "The key needs the scope read-protected for reads and write-protected for writes",
        ),
    ],
)
def test_a_refused_key_stops_the_run_and_is_not_shown(
    heroku: FakeHeroku, plugin: Plugin, status: int, error: type[Exception], next_step: str
) -> None:
    heroku.breaks("POST", POST, Reply(status, {"id": "no", "message": f"Invalid {KEY}"}))
    with pytest.raises(error) as raised:
        plugin.create()
    assert KEY not in str(raised.value)
    assert next_step in str(raised.value)


def test_an_endpoint_that_refuses_is_named(heroku: FakeHeroku) -> None:
    with ScriptedServer(heroku.answer, refusing=True) as server:
        plugin = Plugin(server)
        with pytest.raises(UnreachableError, match=f"GET /apps/{APP} at {server.host}: no connection"):
            plugin.create()


@pytest.mark.fault("F22")
def test_an_absence_is_believed_only_at_the_second_look(heroku: FakeHeroku, plugin: Plugin) -> None:
    heroku.add_schedule(2, "America/Los_Angeles")
    heroku.breaks("GET", SCHEDULES, Reply(200, []))
    assert plugin.read(state_of_schedule(heroku)) is not None
    state = state_of_schedule(heroku)
    heroku.schedules.clear()
    assert plugin.read(state) is None


@pytest.mark.parametrize(
    ("fault", "error", "text"),
    [
        (Reply(503), ServerError, "503 Service Unavailable, after 9 tries"),
        (Cut(), AnswerLostError, "the connection broke before the whole answer had come, after 9 tries"),
        (Reply(401, {}), UnauthorizedError, "401 Unauthorized. Set HEROKU_API_KEY to a valid key"),
    ],
    ids=["503", "reset", "401"],
)
def test_a_refresh_that_heroku_does_not_answer_drops_nothing(
    heroku: FakeHeroku, plugin: Plugin, fault: Step, error: type[Exception], text: str
) -> None:
    heroku.add_schedule(2, "America/Los_Angeles")
    state = state_of_schedule(heroku)
    heroku.breaks("GET", SCHEDULES, fault, times=1000)
    with pytest.raises(error, match=text):
        plugin.read(state)


@pytest.mark.fault("F08")
def test_a_refresh_that_reaches_nobody_drops_nothing(heroku: FakeHeroku) -> None:
    heroku.add_schedule(2, "America/Los_Angeles")
    state = state_of_schedule(heroku)
    with ScriptedServer(heroku.answer, refusing=True) as server:
        plugin = Plugin(server)
        with pytest.raises(UnreachableError, match="no connection"):
            plugin.read(state)
        with pytest.raises(UnreachableError, match="no connection"):
            plugin.delete(state)


@pytest.mark.parametrize(
    ("method", "fault"),
    [("POST", Reply(201, content=b"")), ("GET", Reply(503)), ("GET", Reply(401, {"message": "revoked"}))],
    ids=["empty", "outage after the post", "key revoked after the post"],
)
def test_an_update_cut_off_after_its_write_is_recorded_as_unfinished(
    heroku: FakeHeroku, plugin: Plugin, method: str, fault: Reply
) -> None:
    """The engine then updates again on the next run, even if the program has gone back to the old time."""
    heroku.add_schedule(2, "America/Los_Angeles")
    state = state_of_schedule(heroku)
    answer = heroku.answer

    def broken(request: Received) -> Step:
        posted = any(asked.startswith("POST") for asked in plugin.server.asked)
        done = answer(request)
        return fault if posted and request.method == method and POST in request.path else done

    plugin.server.script = broken
    with pytest.raises(InitFailedError) as raised:
        plugin.update(state, hour=4)
    assert (raised.value.id, raised.value.properties) == (f"{APP}:DATABASE_URL", state)
    plugin.server.script = heroku.answer
    plugin.update(state)
    assert heroku.times == [TWO_AM]


def test_an_update_that_heroku_refuses_is_recorded_as_unfinished_with_its_words(
    heroku: FakeHeroku, plugin: Plugin
) -> None:
    heroku.add_schedule(2, "America/Los_Angeles")
    heroku.breaks("POST", POST, Reply(422, {"id": "invalid_params", "message": "no such zone"}))
    with pytest.raises(InitFailedError, match="422 no such zone"):
        plugin.update(state_of_schedule(heroku), timezone="UTC")


@pytest.mark.parametrize("done", [True, False])
def test_a_delete_whose_answer_was_lost_ends_with_none(heroku: FakeHeroku, plugin: Plugin, done: Any) -> None:
    heroku.add_schedule(2, "America/Los_Angeles")
    heroku.breaks("DELETE", POST, Reply(502), after_doing=done)
    plugin.delete(state_of_schedule(heroku))
    assert heroku.schedules == []


def test_an_empty_list_after_a_lost_delete_is_not_believed_at_once(
    heroku: FakeHeroku, plugin: Plugin
) -> None:
    heroku.add_schedule(2, "America/Los_Angeles")
    state = state_of_schedule(heroku)
    plugin.read(state)
    answer = heroku.answer

    def broken(request: Received) -> Step:
        if request.method == "DELETE":
            heroku.breaks("GET", SCHEDULES, Reply(200, []))
        return answer(request)

    heroku.breaks("DELETE", POST, Reply(502))
    plugin.server.script = broken
    plugin.delete(state)
    assert heroku.schedules == []


def test_cancel_ends_the_wait_for_a_database(heroku: FakeHeroku, plugin: Plugin) -> None:
    heroku.waiting = True

    def cancelled_at_the_third_look(request: Received) -> Step:
        if sum("wait_status" in asked for asked in plugin.server.asked) == 3:
            plugin.time.set()
        return heroku.answer(request)

    plugin.server.script = cancelled_at_the_third_look
    with pytest.raises(HerokuError, match="cancelled while waiting for"):
        plugin.create(timeout=600)
    assert writes(plugin) == []
    assert plugin.time.now < 5
