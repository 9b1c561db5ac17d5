"""A backup schedule's life: made, adopted, refused, read, imported, moved, deleted."""

from __future__ import annotations

from functools import partial

import pytest

from providers.protocol.errors import InitFailedError, ProviderError
from providers.protocol.values import UNKNOWN
from providers.resources.calls import StoppedError
from tests.unit.providers.heroku_postgres.fake_heroku import (
    APP,
    DATABASE,
    OTHER_APP,
    OTHER_DATABASE,
    REDIS,
    SCHEDULE,
    SCHEDULES,
    TWO_AM,
    FakeHeroku,
    Plugin,
    state_of_schedule,
    writes,
)

POST = "/transfer-schedules"


def test_a_new_schedule_is_posted_once_and_seen(heroku: FakeHeroku, plugin: Plugin) -> None:
    created = plugin.create()
    assert heroku.times == [TWO_AM]
    assert created.id == f"{APP}:DATABASE_URL"
    assert created.properties == state_of_schedule(heroku)
    assert writes(plugin) == [f"POST /client/v11{SCHEDULES}"]


def test_a_preview_asks_nothing(plugin: Plugin) -> None:
    created = plugin.create(preview=True, databaseId=UNKNOWN)
    assert created.id == ""
    assert created.properties["scheduleId"] is UNKNOWN
    assert plugin.server.received == []


def test_an_equal_schedule_is_adopted_and_nothing_is_written(heroku: FakeHeroku, plugin: Plugin) -> None:
    heroku.add_schedule(2, "America/Los_Angeles")
    assert plugin.create().properties == state_of_schedule(heroku)
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


def test_a_database_that_stays_unknown_stops_the_run_with_a_question(
    heroku: FakeHeroku, plugin: Plugin
) -> None:
    heroku.addons.clear()
    with pytest.raises(StoppedError) as raised:
        plugin.create()
    assert str(raised.value).endswith(
        f": Heroku does not find the database {DATABASE}. Is it gone, or does HEROKU_API_KEY belong to another "
        "account? Nothing was changed. Check with `heroku auth:whoami`. If it is gone for good, take it out of the "
        "state: pulumi state delete URN."
    )
    assert plugin.time.now == 30
    assert writes(plugin) == []


def test_a_database_with_an_error_is_not_used(heroku: FakeHeroku, plugin: Plugin) -> None:
    heroku.broken = True
    with pytest.raises(
        StoppedError, match=rf"the database {DATABASE} has an error \(canary state\); see heroku pg:info"
    ):
        plugin.create()
    assert writes(plugin) == []


@pytest.mark.fault("F28")
def test_a_database_that_is_deprovisioned_is_not_used(heroku: FakeHeroku, plugin: Plugin) -> None:
    heroku.addons[DATABASE]["state"] = "deprovisioned"
    with pytest.raises(
        StoppedError, match="the database sc-staging-db is deprovisioned; nothing was done with it"
    ):
        plugin.create()


@pytest.mark.fault("B16", "B18")
def test_another_apps_database_is_refused(heroku: FakeHeroku, plugin: Plugin) -> None:
    heroku.add_addon(OTHER_DATABASE, "sc-production-db", app=OTHER_APP)
    with pytest.raises(
        StoppedError, match="is sc-production-db, the database of the app sc-other, not of the app"
    ):
        plugin.create(databaseId=OTHER_DATABASE)
    assert writes(plugin) == []


@pytest.mark.fault("B17")
def test_an_add_on_that_is_no_postgres_is_refused(heroku: FakeHeroku, plugin: Plugin) -> None:
    heroku.add_addon(REDIS, "sc-redis", plan="heroku-redis:mini")
    with pytest.raises(StoppedError, match=r"is sc-redis \(heroku-redis:mini\), no Heroku Postgres database"):
        plugin.create(databaseId=REDIS)
    assert writes(plugin) == []


def test_a_database_attached_under_another_name_is_refused(heroku: FakeHeroku, plugin: Plugin) -> None:
    heroku.add_addon(OTHER_DATABASE, "sc-second-db")
    heroku.attach(OTHER_DATABASE, "HEROKU_POSTGRESQL_RED")
    with pytest.raises(
        StoppedError, match=r"is not attached to the app .* as DATABASE: the name belongs to sc-staging-db"
    ):
        plugin.create(databaseId=OTHER_DATABASE)
    with pytest.raises(
        StoppedError, match=r"the name is not there \(it has DATABASE, HEROKU_POSTGRESQL_RED\)"
    ):
        plugin.create(attachment="NONE")


def test_an_unknown_app_stops_the_run(heroku: FakeHeroku, plugin: Plugin) -> None:
    heroku.apps.pop(APP)
    with pytest.raises(
        StoppedError, match=rf"does not find the app {APP}\. Is it gone, or does HEROKU_API_KEY belong"
    ):
        plugin.create()


@pytest.mark.fault("F25")
def test_two_schedules_are_listed_and_none_is_touched(heroku: FakeHeroku, plugin: Plugin) -> None:
    heroku.add_schedule(2, "America/Los_Angeles")
    heroku.add_schedule(4, "UTC", "HEROKU_POSTGRESQL_RED_URL")
    before = list(heroku.schedules)
    state = state_of_schedule(heroku)
    for step in (plugin.create, partial(plugin.update, state), partial(plugin.read, state)):
        with pytest.raises((StoppedError, InitFailedError)) as raised:
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
        StoppedError, match="has a backup schedule of another name: HEROKU_POSTGRESQL_RED_URL at 04:00 UTC"
    ):
        plugin.create()
    assert writes(plugin) == []


def test_a_schedule_as_declared_is_read_without_a_difference(heroku: FakeHeroku, plugin: Plugin) -> None:
    heroku.add_schedule(2, "America/Los_Angeles")
    found = plugin.read(state_of_schedule(heroku))
    assert (found.id, found.properties, found.inputs) == (
        f"{APP}:DATABASE_URL",
        state_of_schedule(heroku),
        SCHEDULE,
    )
    assert len(plugin.server.received) == 1


def test_a_schedule_changed_by_hand_is_read_as_it_is(heroku: FakeHeroku, plugin: Plugin) -> None:
    heroku.add_schedule(5, "UTC")
    found = plugin.read(state_of_schedule(heroku))
    assert found.inputs == {**SCHEDULE, "hour": 5, "timezone": "UTC"}
    assert found.properties == state_of_schedule(heroku, hour=5, timezone="UTC", at="05:00 UTC")


def test_a_missing_database_stops_a_refresh_with_a_question(heroku: FakeHeroku, plugin: Plugin) -> None:
    heroku.add_schedule(2, "America/Los_Angeles")
    state = state_of_schedule(heroku)
    heroku.addons.clear()
    with pytest.raises(
        StoppedError,
        match=rf"does not find the database {DATABASE}\. Is it gone, or does HEROKU_API_KEY belong to another",
    ):
        plugin.read(state)


def test_a_database_that_an_upgrade_gave_another_uuid_is_followed(heroku: FakeHeroku, plugin: Plugin) -> None:
    heroku.add_schedule(2, "America/Los_Angeles")
    state = state_of_schedule(heroku)
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


@pytest.mark.parametrize("app", ["sc-mvp-staging", APP])
def test_a_schedule_is_imported_by_app_and_config_var(heroku: FakeHeroku, plugin: Plugin, app: str) -> None:
    heroku.add_schedule(2, "America/Los_Angeles")
    found = plugin.imports(f"{app}:DATABASE_URL")
    assert (found.id, found.properties, found.inputs) == (
        f"{APP}:DATABASE_URL",
        state_of_schedule(heroku),
        SCHEDULE,
    )


@pytest.mark.parametrize(
    ("import_id", "message"),
    [
        ("sc-mvp-staging", "import id 'sc-mvp-staging' is of no use here; expected APP:NAME_URL"),
        (":DATABASE_URL", "import id ':DATABASE_URL' is of no use here; expected APP:NAME_URL"),
        (
            "sc-mvp-staging:DATABASE",
            "import id 'sc-mvp-staging:DATABASE' is of no use here; expected APP:NAME_URL",
        ),
        ("sc-nope:DATABASE_URL", r"does not find the app sc-nope\. Is it gone"),
        ("sc-mvp-staging:RED_URL", "the app sc-mvp-staging has no attachment RED; it has DATABASE"),
    ],
)
def test_an_import_id_that_names_nothing_is_refused(plugin: Plugin, import_id: str, message: str) -> None:
    with pytest.raises(StoppedError, match=message):
        plugin.imports(import_id)


def test_importing_where_there_is_no_schedule_finds_nothing(plugin: Plugin) -> None:
    assert plugin.imports("sc-mvp-staging:DATABASE_URL") is None


def test_another_time_is_posted_under_the_same_name(heroku: FakeHeroku, plugin: Plugin) -> None:
    heroku.add_schedule(2, "America/Los_Angeles")
    outputs = plugin.update(state_of_schedule(heroku), hour=4, timezone="UTC")
    assert heroku.times == [("DATABASE_URL", 4, "UTC")]
    assert outputs == state_of_schedule(heroku, hour=4, timezone="UTC", at="04:00 UTC")
    assert plugin.screen.warned == []


def test_should_heroku_add_a_second_one_the_old_one_is_deleted(heroku: FakeHeroku, plugin: Plugin) -> None:
    heroku.duplicates_on_post = True
    heroku.add_schedule(2, "America/Los_Angeles")
    plugin.update(state_of_schedule(heroku), hour=4)
    assert heroku.times == [("DATABASE_URL", 4, "America/Los_Angeles")]


def test_an_update_in_a_preview_asks_nothing(heroku: FakeHeroku, plugin: Plugin) -> None:
    heroku.add_schedule(2, "America/Los_Angeles")
    assert plugin.update(state_of_schedule(heroku), preview=True, hour=4)["at"] == "04:00 America/Los_Angeles"
    assert plugin.server.received == []


def test_an_input_still_unknown_at_up_is_refused(plugin: Plugin) -> None:
    with pytest.raises(ProviderError, match="hour is still unknown"):
        plugin.create(hour=UNKNOWN)
    assert plugin.server.received == []


def test_a_schedule_is_deleted_even_if_its_uuid_has_changed(heroku: FakeHeroku, plugin: Plugin) -> None:
    heroku.add_schedule(2, "America/Los_Angeles")
    plugin.delete(state_of_schedule(heroku, scheduleId=OTHER_DATABASE))
    assert heroku.schedules == []


def test_only_the_schedule_of_this_name_is_deleted(heroku: FakeHeroku, plugin: Plugin) -> None:
    heroku.add_schedule(2, "America/Los_Angeles")
    heroku.add_schedule(2, "UTC", "RED_URL")
    plugin.delete(state_of_schedule(heroku))
    assert heroku.times == [("RED_URL", 2, "UTC")]


def test_a_schedule_that_is_gone_is_deleted_already(heroku: FakeHeroku, plugin: Plugin) -> None:
    heroku.add_schedule(2, "America/Los_Angeles")
    state = state_of_schedule(heroku)
    heroku.schedules.clear()
    plugin.delete(state)
    heroku.addons.clear()
    plugin.delete(state)
    assert plugin.screen.warned == [
        f"the database {DATABASE} is not found, so its backup schedule DATABASE_URL counts as gone"
    ]
