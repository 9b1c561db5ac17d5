"""A backup schedule's life on a Heroku that loses answers, lags and lies."""

from __future__ import annotations

import threading
from functools import partial
from typing import Any

import pytest

from heroku_api.errors import CancelledError as RequestCancelledError
from heroku_api.errors import (
    ForbiddenError,
    OutcomeUnknownError,
    RateLimitedError,
    UnauthorizedError,
    UnexpectedAnswerError,
    UnreachableError,
)
from providers.protocol.errors import CancelledError, InitFailedError, ProviderError
from providers.protocol.values import UNKNOWN
from tests.unit.heroku_api.scripted_server import HEADERS_ONLY, Cut, Received, Reply, ScriptedServer, Step
from tests.unit.providers.heroku_postgres.fake_heroku import (
    APP,
    DATABASE,
    KEY,
    NOT_FOUND,
    OTHER_APP,
    OTHER_DATABASE,
    REDIS,
    SCHEDULE,
    FakeHeroku,
    Plugin,
)

TWO_AM = ("DATABASE_URL", 2, "America/Los_Angeles")
POST = "/transfer-schedules"
SCHEDULES = f"/databases/{DATABASE}/transfer-schedules"


def state_of(heroku: FakeHeroku, **changes: Any) -> dict[str, Any]:
    """The outputs that the Pulumi state holds of the first schedule."""
    [first, *_] = heroku.schedules
    outputs = {
        **SCHEDULE,
        "scheduleId": first["uuid"],
        "name": "DATABASE_URL",
        "at": "02:00 America/Los_Angeles",
    }
    return {**outputs, **changes}


def writes(plugin: Plugin) -> list[str]:
    return [asked for asked in plugin.server.asked if not asked.startswith("GET")]


# Create


def test_a_new_schedule_is_posted_once_and_seen(heroku: FakeHeroku, plugin: Plugin) -> None:
    created = plugin.create()
    assert heroku.times == [TWO_AM]
    assert created.id == f"{APP}:DATABASE_URL"
    assert created.properties == state_of(heroku)
    assert writes(plugin) == [f"POST /client/v11{SCHEDULES}"]


def test_a_preview_asks_nothing(plugin: Plugin) -> None:
    created = plugin.create(preview=True, databaseId=UNKNOWN)
    assert created.id == ""
    assert created.properties["scheduleId"] is UNKNOWN
    assert plugin.server.received == []


def test_an_equal_schedule_is_adopted_and_nothing_is_written(heroku: FakeHeroku, plugin: Plugin) -> None:
    heroku.add_schedule(2, "America/Los_Angeles")
    assert plugin.create().properties == state_of(heroku)
    assert writes(plugin) == []


def test_a_schedule_of_another_time_is_taken_over_and_that_is_said(
    heroku: FakeHeroku, plugin: Plugin
) -> None:
    heroku.add_schedule(5, "UTC")
    plugin.create()
    assert heroku.times == [TWO_AM]
    assert plugin.screen.warned == [
        "the backup schedule DATABASE_URL was at 05:00 UTC; it is set to 02:00 America/Los_Angeles"
    ]


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
    assert plugin.create().properties == state_of(heroku)
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
            with pytest.raises(UnauthorizedError):
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


def test_throttling_without_end_stops_at_the_budget(heroku: FakeHeroku) -> None:
    heroku.breaks("POST", POST, Reply(429, {"id": "rate_limit"}), times=1000)
    with ScriptedServer(heroku.answer) as server:
        plugin = Plugin(server, HEROKU_API_TIME_BUDGET="40")
        with pytest.raises(RateLimitedError, match="Rate limited: wait a few minutes"):
            plugin.create()
    assert plugin.time.now < 60
    assert heroku.times == []


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


def test_a_database_that_stays_unknown_stops_the_run_with_a_question(
    heroku: FakeHeroku, plugin: Plugin
) -> None:
    heroku.addons.clear()
    with pytest.raises(ProviderError) as raised:
        plugin.create()
    assert str(raised.value).startswith(
        f"the database {DATABASE} is not found: is it gone, or does HEROKU_API_KEY belong to another account? "
        "Nothing was changed."
    )
    assert plugin.time.now == 30
    assert writes(plugin) == []


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
    assert plugin.update(raised.value.properties) == state_of(heroku)
    assert heroku.times == [TWO_AM]


def test_a_database_with_an_error_is_not_used(heroku: FakeHeroku, plugin: Plugin) -> None:
    heroku.broken = True
    with pytest.raises(
        ProviderError, match=rf"the database {DATABASE} has an error \(canary state\); see heroku pg:info"
    ):
        plugin.create()
    assert writes(plugin) == []


def test_a_database_that_is_deprovisioned_is_not_used(heroku: FakeHeroku, plugin: Plugin) -> None:
    heroku.addons[DATABASE]["state"] = "deprovisioned"
    with pytest.raises(
        ProviderError, match="the database sc-staging-db is deprovisioned; nothing was done with it"
    ):
        plugin.create()


def test_another_apps_database_is_refused(heroku: FakeHeroku, plugin: Plugin) -> None:
    heroku.add_addon(OTHER_DATABASE, "sc-production-db", app=OTHER_APP)
    with pytest.raises(
        ProviderError, match="is sc-production-db, the database of the app sc-other, not of the app"
    ):
        plugin.create(databaseId=OTHER_DATABASE)
    assert writes(plugin) == []


def test_an_add_on_that_is_no_postgres_is_refused(heroku: FakeHeroku, plugin: Plugin) -> None:
    heroku.add_addon(REDIS, "sc-redis", plan="heroku-redis:mini")
    with pytest.raises(
        ProviderError, match=r"is sc-redis \(heroku-redis:mini\), no Heroku Postgres database"
    ):
        plugin.create(databaseId=REDIS)
    assert writes(plugin) == []


def test_a_database_attached_under_another_name_is_refused(heroku: FakeHeroku, plugin: Plugin) -> None:
    heroku.add_addon(OTHER_DATABASE, "sc-second-db")
    heroku.attach(OTHER_DATABASE, "HEROKU_POSTGRESQL_RED")
    with pytest.raises(
        ProviderError, match=r"is not attached to the app .* as DATABASE: the name belongs to sc-staging-db"
    ):
        plugin.create(databaseId=OTHER_DATABASE)
    with pytest.raises(
        ProviderError, match=r"the name is not there \(it has DATABASE, HEROKU_POSTGRESQL_RED\)"
    ):
        plugin.create(attachment="NONE")


def test_an_unknown_app_stops_the_run(heroku: FakeHeroku, plugin: Plugin) -> None:
    heroku.apps.pop(APP)
    with pytest.raises(
        ProviderError, match=f"the app {APP} is not found: is it gone, or does HEROKU_API_KEY belong"
    ):
        plugin.create()


def test_two_schedules_are_listed_and_none_is_touched(heroku: FakeHeroku, plugin: Plugin) -> None:
    heroku.add_schedule(2, "America/Los_Angeles")
    heroku.add_schedule(4, "UTC", "HEROKU_POSTGRESQL_RED_URL")
    before = list(heroku.schedules)
    state = state_of(heroku)
    for step in (plugin.create, partial(plugin.update, state), partial(plugin.read, state)):
        with pytest.raises(ProviderError) as raised:
            step()
        text = str(raised.value)
        assert "has 2 backup schedules and must have one: DATABASE_URL at 02:00 America/Los_Angeles (" in text
        assert "HEROKU_POSTGRESQL_RED_URL at 04:00 UTC (" in text
        assert "None was changed" in text
    assert heroku.schedules == before
    assert writes(plugin) == []


def test_a_schedule_of_another_name_is_not_joined_by_a_second(heroku: FakeHeroku, plugin: Plugin) -> None:
    heroku.add_schedule(4, "UTC", "HEROKU_POSTGRESQL_RED_URL")
    with pytest.raises(
        ProviderError, match="has a backup schedule of another name: HEROKU_POSTGRESQL_RED_URL at 04:00 UTC"
    ):
        plugin.create()
    assert writes(plugin) == []


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
    with pytest.raises(ProviderError, match="but shows none; run again to set it"):
        plugin.create()


@pytest.mark.parametrize(("status", "error"), [(401, UnauthorizedError), (403, ForbiddenError)])
def test_a_refused_key_stops_the_run_and_is_not_shown(
    heroku: FakeHeroku, plugin: Plugin, status: int, error: type[Exception]
) -> None:
    heroku.breaks("POST", POST, Reply(status, {"id": "no", "message": f"Invalid {KEY}"}))
    with pytest.raises(error) as raised:
        plugin.create()
    assert KEY not in str(raised.value)
    assert "HEROKU_API_KEY" in str(raised.value) or "scope" in str(raised.value)


def test_an_endpoint_that_refuses_is_named(heroku: FakeHeroku) -> None:
    with ScriptedServer(heroku.answer, refusing=True) as server:
        plugin = Plugin(server)
        with pytest.raises(UnreachableError, match=f"GET /apps/{APP} at {server.host}: no connection"):
            plugin.create()


# Read: refresh and import


def test_a_schedule_as_declared_is_read_without_a_difference(heroku: FakeHeroku, plugin: Plugin) -> None:
    heroku.add_schedule(2, "America/Los_Angeles")
    found = plugin.read(state_of(heroku))
    assert (found.id, found.properties, found.inputs) == (f"{APP}:DATABASE_URL", state_of(heroku), SCHEDULE)
    assert len(plugin.server.received) == 1


def test_a_schedule_changed_by_hand_is_read_as_it_is(heroku: FakeHeroku, plugin: Plugin) -> None:
    heroku.add_schedule(5, "UTC")
    found = plugin.read(state_of(heroku))
    assert found.inputs == {**SCHEDULE, "hour": 5, "timezone": "UTC"}
    assert found.properties == state_of(heroku, hour=5, timezone="UTC", at="05:00 UTC")


def test_an_absence_is_believed_only_at_the_second_look(heroku: FakeHeroku, plugin: Plugin) -> None:
    heroku.add_schedule(2, "America/Los_Angeles")
    heroku.breaks("GET", SCHEDULES, Reply(200, []))
    assert plugin.read(state_of(heroku)) is not None
    state = state_of(heroku)
    heroku.schedules.clear()
    assert plugin.read(state) is None


def test_a_missing_database_stops_a_refresh_with_a_question(heroku: FakeHeroku, plugin: Plugin) -> None:
    heroku.add_schedule(2, "America/Los_Angeles")
    state = state_of(heroku)
    heroku.addons.clear()
    with pytest.raises(
        ProviderError, match="is not found: is it gone, or does HEROKU_API_KEY belong to another account"
    ):
        plugin.read(state)


def test_a_database_that_an_upgrade_gave_another_uuid_is_followed(heroku: FakeHeroku, plugin: Plugin) -> None:
    heroku.add_schedule(2, "America/Los_Angeles")
    state = state_of(heroku)
    heroku.attachments.clear()
    heroku.addons.clear()
    heroku.add_addon(OTHER_DATABASE, "sc-upgraded-db")
    heroku.attach(OTHER_DATABASE, "DATABASE")
    found = plugin.read(state)
    assert found.inputs == {**SCHEDULE, "databaseId": OTHER_DATABASE}
    assert found.id == f"{APP}:DATABASE_URL"
    assert plugin.screen.warned == [
        f"the database {DATABASE} is gone, and DATABASE is sc-upgraded-db ({OTHER_DATABASE}) now"
    ]


def test_a_refresh_that_cannot_reach_heroku_drops_nothing(heroku: FakeHeroku, plugin: Plugin) -> None:
    heroku.add_schedule(2, "America/Los_Angeles")
    state = state_of(heroku)
    heroku.breaks("GET", SCHEDULES, Reply(503), times=1000)
    with pytest.raises(Exception, match="503"):
        plugin.read(state)


@pytest.mark.parametrize("app", ["sc-mvp-staging", APP])
def test_a_schedule_is_imported_by_app_and_config_var(heroku: FakeHeroku, plugin: Plugin, app: str) -> None:
    heroku.add_schedule(2, "America/Los_Angeles")
    found = plugin.imports(f"{app}:DATABASE_URL")
    assert (found.id, found.properties, found.inputs) == (f"{APP}:DATABASE_URL", state_of(heroku), SCHEDULE)


@pytest.mark.parametrize(
    ("import_id", "message"),
    [
        ("sc-mvp-staging", 'the import id "sc-mvp-staging" is not APP:NAME_URL'),
        (":DATABASE_URL", 'the import id ":DATABASE_URL" is not APP:NAME_URL'),
        ("sc-mvp-staging:DATABASE", 'the import id "sc-mvp-staging:DATABASE" is not APP:NAME_URL'),
        ("sc-nope:DATABASE_URL", "the app sc-nope is not found: is it gone"),
        ("sc-mvp-staging:RED_URL", "the app sc-mvp-staging has no attachment RED; it has DATABASE"),
    ],
)
def test_an_import_id_that_names_nothing_is_refused(plugin: Plugin, import_id: str, message: str) -> None:
    with pytest.raises(ProviderError, match=message):
        plugin.imports(import_id)


def test_importing_where_there_is_no_schedule_finds_nothing(plugin: Plugin) -> None:
    assert plugin.imports("sc-mvp-staging:DATABASE_URL") is None


# Update


def test_another_time_is_posted_under_the_same_name(heroku: FakeHeroku, plugin: Plugin) -> None:
    heroku.add_schedule(2, "America/Los_Angeles")
    outputs = plugin.update(state_of(heroku), hour=4, timezone="UTC")
    assert heroku.times == [("DATABASE_URL", 4, "UTC")]
    assert outputs == state_of(heroku, hour=4, timezone="UTC", at="04:00 UTC")
    assert plugin.screen.warned == []


def test_should_heroku_add_a_second_one_the_old_one_is_deleted(heroku: FakeHeroku, plugin: Plugin) -> None:
    heroku.duplicates_on_post = True
    heroku.add_schedule(2, "America/Los_Angeles")
    plugin.update(state_of(heroku), hour=4)
    assert heroku.times == [("DATABASE_URL", 4, "America/Los_Angeles")]


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
    state = state_of(heroku)
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
        plugin.update(state_of(heroku), timezone="UTC")


def test_an_update_in_a_preview_asks_nothing(heroku: FakeHeroku, plugin: Plugin) -> None:
    heroku.add_schedule(2, "America/Los_Angeles")
    assert plugin.update(state_of(heroku), preview=True, hour=4)["at"] == "04:00 America/Los_Angeles"
    assert plugin.server.received == []


def test_an_input_still_unknown_at_up_is_refused(plugin: Plugin) -> None:
    with pytest.raises(ProviderError, match="hour is still unknown"):
        plugin.create(hour=UNKNOWN)
    assert plugin.server.received == []


# Delete


def test_a_schedule_is_deleted_even_if_its_uuid_has_changed(heroku: FakeHeroku, plugin: Plugin) -> None:
    heroku.add_schedule(2, "America/Los_Angeles")
    plugin.delete(state_of(heroku, scheduleId=OTHER_DATABASE))
    assert heroku.schedules == []


def test_only_the_schedule_of_this_name_is_deleted(heroku: FakeHeroku, plugin: Plugin) -> None:
    heroku.add_schedule(2, "America/Los_Angeles")
    heroku.add_schedule(2, "UTC", "RED_URL")
    plugin.delete(state_of(heroku))
    assert heroku.times == [("RED_URL", 2, "UTC")]


def test_a_schedule_that_is_gone_is_deleted_already(heroku: FakeHeroku, plugin: Plugin) -> None:
    heroku.add_schedule(2, "America/Los_Angeles")
    state = state_of(heroku)
    heroku.schedules.clear()
    plugin.delete(state)
    heroku.addons.clear()
    plugin.delete(state)
    assert plugin.screen.warned == [
        f"the database {DATABASE} is not found, so its backup schedule DATABASE_URL counts as gone"
    ]


@pytest.mark.parametrize("done", [True, False])
def test_a_delete_whose_answer_was_lost_ends_with_none(heroku: FakeHeroku, plugin: Plugin, done: Any) -> None:
    heroku.add_schedule(2, "America/Los_Angeles")
    heroku.breaks("DELETE", POST, Reply(502), after_doing=done)
    plugin.delete(state_of(heroku))
    assert heroku.schedules == []


def test_an_empty_list_after_a_lost_delete_is_not_believed_at_once(
    heroku: FakeHeroku, plugin: Plugin
) -> None:
    heroku.add_schedule(2, "America/Los_Angeles")
    state = state_of(heroku)
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


# Cancel


def test_cancel_ends_the_wait_for_a_database(heroku: FakeHeroku, plugin: Plugin) -> None:
    heroku.waiting = True
    provider = plugin.provider
    provider._sleep = None
    threading.Timer(0.3, provider.cancelled.set).start()
    with pytest.raises((CancelledError, RequestCancelledError), match=r"the run was (stopped|cancelled)"):
        plugin.create(timeout=600)
    assert writes(plugin) == []
