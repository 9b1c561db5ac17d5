"""What may be declared, and which change does what. No server is asked."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from providers.heroku_postgres.provider import HerokuPostgres
from providers.heroku_postgres.zones import ALIASES, AMBIGUOUS, places
from providers.protocol.lifecycle import (
    Checked,
    CheckRequest,
    CreateRequest,
    Difference,
    DiffRequest,
    Kind,
    UpdateRequest,
)
from providers.protocol.values import UNKNOWN, Secret
from tests.unit.providers.heroku_postgres.fake_heroku import (
    APP,
    ATTACHMENT,
    ATTACHMENT_URN,
    DATABASE,
    OTHER_DATABASE,
    SCHEDULE,
    SCHEDULE_URN,
)

STATE = {**SCHEDULE, "scheduleId": "x", "name": "DATABASE_URL", "at": "02:00 America/Los_Angeles"}


PROVIDER = HerokuPostgres({})


def check(**changes: Any) -> Checked:
    return PROVIDER.check(CheckRequest(SCHEDULE_URN, {**SCHEDULE, **changes}))


def diff(urn: str, olds: dict[str, Any], news: dict[str, Any]) -> Difference:
    return PROVIDER.diff(DiffRequest(urn, "id", olds, news))


def reasons(**changes: Any) -> list[tuple[str, str]]:
    return [(failure.property, failure.reason) for failure in check(**changes).failures]


def test_the_declared_schedule_passes_as_it_is() -> None:
    assert check() == Checked(SCHEDULE)


@pytest.mark.fault("B01", "B02", "B03", "B04", "B05", "B06")
@pytest.mark.parametrize(
    ("hour", "found"),
    [
        (-1, "-1"),
        (24, "24"),
        ("03:30", "'03:30'"),
        ("2", "'2'"),
        (3.5, "3.5"),
        (True, "True"),
        (None, "nothing"),
        ([2], "a list"),
    ],
)
def test_an_hour_that_is_none_gets_one_clear_error(hour: object, found: str) -> None:
    assert reasons(hour=hour) == [("hour", f"must be an integer 0-23, found {found}.")]


@pytest.mark.fault("B07")
def test_an_hour_not_known_yet_is_left_for_up() -> None:
    unknown = {"hour": UNKNOWN, "timezone": UNKNOWN, "databaseId": UNKNOWN}
    assert check(**unknown) == Checked({**SCHEDULE, **unknown})


@pytest.mark.fault("B08", "B09", "B10", "B12", "B13", "T12")
@pytest.mark.parametrize(
    ("zone", "expected"),
    [
        ("EST", 'a place of the tz database; EST means America/New_York to Heroku\'s CLI and a fixed offset elsewhere: write "America/New_York", found \'EST\'.'),
        ("UTCfoo", 'a zone of the tz database; did you mean "UTC"?, found \'UTCfoo\'.'),
        ("America/Los Angeles", 'a zone of the tz database; did you mean "America/Los_Angeles"?, found \'America/Los Angeles\'.'),
        ("america/los_angeles", 'a zone of the tz database; did you mean "America/Los_Angeles"?, found \'america/los_angeles\'.'),
        ("Los Angeles", 'a zone of the tz database; did you mean "America/Los_Angeles"?, found \'Los Angeles\'.'),
        ("+02:00", 'a zone of the tz database, such as "America/Los_Angeles", found \'+02:00\'.'),
        ("", 'a zone of the tz database, such as "America/Los_Angeles", found \'\'.'),
        (7, 'a zone of the tz database, such as "America/Los_Angeles", found 7.'),
        ("Etc/GMT+8", None),
        ("Mars/Base", None),
    ],
)  # fmt: skip
def test_a_zone_that_is_none_is_refused_with_the_nearest_name(zone: object, expected: str | None) -> None:
    [(name, reason)] = reasons(timezone=zone)
    assert name == "timezone"
    assert reason.startswith("must be a ")
    assert expected is None or reason == f"must be {expected}"


@pytest.mark.parametrize(("alias", "zone"), [*ALIASES.items(), ("pst", "America/Los_Angeles")])
def test_an_abbreviation_of_herokus_cli_becomes_its_zone(alias: str, zone: str) -> None:
    assert check(timezone=alias) == Checked({**SCHEDULE, "timezone": zone})


def test_every_zone_offered_is_one_that_passes() -> None:
    assert {*ALIASES.values(), *AMBIGUOUS.values()} <= places()


@pytest.mark.fault("B15")
@pytest.mark.parametrize("name", ["appId", "databaseId"])
@pytest.mark.parametrize("value", ["sc-mvp-staging", "", 5, None, f"{{{APP}}}", APP.replace("-", "")])
def test_an_id_that_is_no_uuid_is_refused(name: str, value: object) -> None:
    [(found, reason)] = reasons(**{name: value})
    assert found == name
    assert reason.startswith("must be a UUID, as `heroku apps:info --json` and")


def test_a_uuid_is_kept_in_lower_case_so_that_case_is_no_difference() -> None:
    assert check(appId=APP.upper()) == Checked(SCHEDULE)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("DATABASE_URL", 'the attachment\'s name without _URL, so "DATABASE"'),
        ("database", 'capital letters, digits and underscores, such as "DATABASE"'),
        ("1DB", 'capital letters, digits and underscores, such as "DATABASE"'),
        (3, 'capital letters, digits and underscores, such as "DATABASE"'),
    ],
)
def test_a_name_that_is_no_attachments_is_refused(value: object, expected: str) -> None:
    [(_, reason)] = reasons(attachment=value)
    assert reason.startswith(f"must be {expected}, found ")


def test_the_attachment_is_database_when_nothing_is_said() -> None:
    assert check(attachment=None) == Checked(SCHEDULE)
    attachment = CheckRequest(ATTACHMENT_URN, {"appId": APP, "databaseId": DATABASE})
    assert PROVIDER.check(attachment) == Checked(ATTACHMENT)


def test_an_input_that_does_not_exist_is_refused() -> None:
    assert reasons(time="02:00") == [
        (
            "time",
            "is no input of this type; it has appId, attachment, databaseId, hour, timezone. Did you mean timezone?",
        )
    ]


def test_every_wrong_input_is_reported_once() -> None:
    wrong = {"appId": "y", "hour": 99, "timezone": "X", "extra": 1}
    assert [name for name, _ in reasons(**wrong)] == list(wrong)


def test_a_secret_input_is_read_as_its_value() -> None:
    assert check(hour=Secret(2)) == Checked(SCHEDULE)


@given(
    hour=st.one_of(st.integers(), st.floats(), st.text(), st.booleans(), st.none(), st.lists(st.integers()))
)
def test_exactly_the_whole_numbers_from_0_to_23_are_hours(hour: Any) -> None:
    is_hour = isinstance(hour, int) and not isinstance(hour, bool) and 0 <= hour <= 23
    assert (reasons(hour=hour) == []) is is_hour


@given(zone=st.one_of(st.text(), st.sampled_from(sorted(places()))))
def test_a_zone_passes_only_if_the_tz_database_or_the_cli_has_it(zone: str) -> None:
    assert (reasons(timezone=zone) == []) is (zone in places() or zone.upper() in ALIASES)


def schedule_diff(**changes: Any) -> Difference:
    return diff(SCHEDULE_URN, STATE, {**SCHEDULE, **changes})


def test_the_same_declaration_is_no_change() -> None:
    assert schedule_diff().changes is False
    assert schedule_diff().detailed == {}


@pytest.mark.fault("F68")
def test_a_state_of_another_version_with_more_or_fewer_outputs_is_no_change() -> None:
    schedules: list[dict[str, Any]] = [{**STATE, "retention": 7}, SCHEDULE]
    for state in schedules:
        assert diff(SCHEDULE_URN, state, SCHEDULE).changes is False
    attachments: list[dict[str, Any]] = [{**ATTACHMENT, "namespace": "x"}, ATTACHMENT]
    for state in attachments:
        assert diff(ATTACHMENT_URN, state, ATTACHMENT).changes is False


@pytest.mark.parametrize(("name", "value"), [("hour", 3), ("timezone", "UTC"), ("hour", UNKNOWN)])
def test_another_time_is_changed_in_place(name: str, value: object) -> None:
    found = schedule_diff(**{name: value})
    assert {path: change.kind for path, change in found.detailed.items()} == {name: Kind.UPDATE}


@pytest.mark.parametrize(
    ("name", "value", "old_goes_first"),
    [
        ("appId", OTHER_DATABASE, True),
        ("attachment", "OTHER", True),
        ("databaseId", OTHER_DATABASE, False),
        ("databaseId", UNKNOWN, False),
    ],
)
def test_another_place_is_another_schedule(name: str, value: object, old_goes_first: object) -> None:
    """On the same database the new schedule would be the second one, or the very one that is deleted next."""
    found = schedule_diff(**{name: value})
    assert {path: change.kind for path, change in found.detailed.items()} == {name: Kind.UPDATE_REPLACE}
    assert found.delete_before_replace is old_goes_first


VALUES = st.fixed_dictionaries(
    {
        "appId": st.sampled_from([APP, OTHER_DATABASE, UNKNOWN]),
        "databaseId": st.sampled_from([DATABASE, OTHER_DATABASE, UNKNOWN]),
        "attachment": st.sampled_from(["DATABASE", "OTHER"]),
        "hour": st.sampled_from([2, 3, UNKNOWN]),
        "timezone": st.sampled_from(["UTC", "America/Los_Angeles"]),
    }
)


@given(news=VALUES)
def test_a_difference_names_exactly_what_differs_and_replaces_only_for_another_place(
    news: dict[str, Any],
) -> None:
    found = diff(SCHEDULE_URN, STATE, news)
    assert set(found.detailed) == {name for name in SCHEDULE if news[name] != STATE[name]}
    assert {name for name, change in found.detailed.items() if change.kind.replaces} <= {
        "appId",
        "databaseId",
        "attachment",
    }
    assert found.changes is bool(found.detailed)


@pytest.mark.parametrize(
    ("name", "value", "old_goes_first"),
    [("databaseId", OTHER_DATABASE, True), ("name", "OTHER", False), ("appId", OTHER_DATABASE, False)],
)
def test_every_change_of_an_attachment_is_another_one(name: str, value: str, old_goes_first: object) -> None:
    """Heroku refuses the same name twice, so the old one goes first when the name stays."""
    olds = {**ATTACHMENT, "attachmentId": "x", "configVar": "DATABASE_URL"}
    found = diff(ATTACHMENT_URN, olds, {**ATTACHMENT, name: value})
    assert {path: change.kind for path, change in found.detailed.items()} == {name: Kind.UPDATE_REPLACE}
    assert found.delete_before_replace is old_goes_first


def foreseen(urn: str, inputs: dict[str, Any]) -> dict[str, Any]:
    return PROVIDER.create(CreateRequest(urn, inputs, preview=True)).properties


def test_a_preview_foresees_what_it_can() -> None:
    assert foreseen(SCHEDULE_URN, SCHEDULE) == {**STATE, "scheduleId": UNKNOWN}
    unknown = {**SCHEDULE, "hour": UNKNOWN, "attachment": UNKNOWN}
    assert foreseen(SCHEDULE_URN, unknown) == {
        **unknown,
        "scheduleId": UNKNOWN,
        "name": UNKNOWN,
        "at": UNKNOWN,
    }
    attachment = {"attachmentId": UNKNOWN, "configVar": "DATABASE_URL"}
    assert foreseen(ATTACHMENT_URN, ATTACHMENT) == {**ATTACHMENT, **attachment}


def test_a_preview_of_another_time_foresees_all_but_the_schedules_uuid() -> None:
    request = UpdateRequest(SCHEDULE_URN, "id", STATE, {**SCHEDULE, "hour": 4}, preview=True)
    later = {"hour": 4, "at": "04:00 America/Los_Angeles", "scheduleId": UNKNOWN}
    assert PROVIDER.update(request) == {**STATE, **later}
