"""Backups: schedules by local hour across clock changes, retention by plan, capture, restore, what a database holds."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from local_heroku.store.schedules import next_run

if TYPE_CHECKING:
    from tests.unit.local_heroku.conftest import LocalHeroku

PACIFIC = "America/Los_Angeles"
TRANSFER = 1.5  # seconds a transfer runs
DAY = 86400


def moment(text: str) -> float:
    return datetime.fromisoformat(text).astimezone(UTC).timestamp()


@pytest.fixture
def database(heroku: LocalHeroku) -> tuple[LocalHeroku, str]:
    heroku.app()
    return heroku, f"/client/v11/databases/{heroku.database('sc-mvp-staging')['id']}"


def schedule(heroku: LocalHeroku, path: str, hour: str = "02", zone: str = PACIFIC) -> Any:
    wish = {"hour": hour, "timezone": zone, "schedule_name": "DATABASE_URL"}
    return heroku.post(f"{path}/transfer-schedules", wish)


def transfers(heroku: LocalHeroku) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = heroku.get("/client/v11/apps/sc-mvp-staging/transfers")
    return found


def test_a_schedule_takes_the_hour_as_typed_and_gives_a_number(database: tuple[LocalHeroku, str]) -> None:
    heroku, path = database
    made = schedule(heroku, path, "02")
    assert (made["hour"], made["timezone"], made["name"], made["retain_weeks"]) == (
        2,
        PACIFIC,
        "DATABASE_URL",
        4,
    )
    assert heroku.get(f"{path}/transfer-schedules") == [made]


def test_the_same_name_again_replaces_hour_and_zone_and_keeps_the_uuid(
    database: tuple[LocalHeroku, str],
) -> None:
    heroku, path = database
    first, second = schedule(heroku, path, "02"), schedule(heroku, path, "3", "UTC")
    assert (second["uuid"], second["hour"], second["timezone"]) == (first["uuid"], 3, "UTC")
    assert len(heroku.get(f"{path}/transfer-schedules")) == 1


@pytest.mark.parametrize(
    "wish",
    [
        {"hour": "24"}, {"hour": "-1"}, {"hour": "2:30"}, {"hour": None}, {"hour": True}, {"hour": 2.5},
        {"timezone": "Mars/Base"}, {"timezone": "UTCfoo"}, {"timezone": "+02:00"}, {"timezone": 5},
        {"schedule_name": "DATABASE"}, {"schedule_name": None},
    ],
)  # fmt: skip
def test_a_schedule_that_cannot_be_is_refused(
    database: tuple[LocalHeroku, str], wish: dict[str, Any]
) -> None:
    heroku, path = database
    body = {"hour": "2", "timezone": "UTC", "schedule_name": "DATABASE_URL", **wish}
    assert heroku.refusal("POST", f"{path}/transfer-schedules", body)[:2] == (422, "invalid_params")
    assert heroku.get(f"{path}/transfer-schedules") == []


def test_a_missing_schedule_or_database_is_404_without_a_message(database: tuple[LocalHeroku, str]) -> None:
    heroku, path = database
    for missing in (f"{path}/transfer-schedules/nope", "/client/v11/databases/nope/transfer-schedules/nope"):
        reply = heroku.ask("DELETE", missing)
        assert (reply.status, reply.json) == (404, {"error": "not found"})


def test_backups_run_daily_at_the_local_hour(database: tuple[LocalHeroku, str]) -> None:
    heroku, path = database
    schedule(heroku, path)
    heroku.pass_time(3 * DAY)
    found = transfers(heroku)
    assert [item["created_at"] for item in found] == [
        "2026-01-01 10:00:00 +0000",
        "2026-01-02 10:00:00 +0000",
        "2026-01-03 10:00:00 +0000",
    ]
    assert [(item["num"], item["succeeded"], item["schedule"]["hour"]) for item in found] == [
        (1, True, 2),
        (2, True, 2),
        (3, True, 2),
    ]


@pytest.mark.parametrize(
    ("after", "hour", "expected"),
    [
        ("2026-01-01T00:00:00-08:00", 2, "2026-01-01T02:00:00-08:00"),
        ("2026-01-01T02:00:00-08:00", 2, "2026-01-02T02:00:00-08:00"),
        ("2026-03-07T02:00:00-08:00", 2, "2026-03-08T03:00:00-07:00"),  # 02:00 does not exist on the 8th
        ("2026-03-08T03:00:00-07:00", 2, "2026-03-09T02:00:00-07:00"),
        ("2026-10-31T01:00:00-07:00", 1, "2026-11-01T01:00:00-07:00"),  # 01:00 comes twice: the first time
        ("2026-11-01T01:00:00-07:00", 1, "2026-11-02T01:00:00-08:00"),  # and not again that day
    ],
)
def test_the_next_run_across_clock_changes(after: str, hour: int, expected: str) -> None:
    assert next_run(hour, PACIFIC, moment(after)) == moment(expected)


@given(
    hour=st.integers(0, 23),
    zone=st.sampled_from([PACIFIC, "UTC", "Australia/Lord_Howe", "Pacific/Apia", "Europe/Dublin"]),
    after=st.integers(1_600_000_000, 2_000_000_000),
)
def test_runs_follow_each_other_by_22_to_26_hours_in_every_zone(hour: int, zone: str, after: int) -> None:
    first = next_run(hour, zone, after)
    second = next_run(hour, zone, first)
    assert first > after
    assert first - after <= 26 * 3600
    assert 22 * 3600 <= second - first <= 26 * 3600


def test_a_capture_runs_for_a_while_then_is_done_and_as_large_as_the_database_makes_it(
    database: tuple[LocalHeroku, str],
) -> None:
    heroku, path = database
    made = heroku.post(f"{path}/backups")
    assert (made["num"], made["finished_at"], made["processed_bytes"]) == (1, None, 0)
    heroku.pass_time(TRANSFER)
    done = heroku.get(f"/client/v11/apps/sc-mvp-staging/transfers/{made['uuid']}?verbose=true")
    assert (done["succeeded"], done["source_bytes"], done["processed_bytes"]) == (
        True,
        88_000_000,
        21_120_000,
    )
    assert [line["message"] for line in done["logs"]] == ["Starting backup of DATABASE", "Transfer completed"]


def test_only_a_finished_backup_has_a_public_address(database: tuple[LocalHeroku, str]) -> None:
    heroku, path = database
    made = heroku.post(f"{path}/backups")
    url = f"/client/v11/apps/sc-mvp-staging/transfers/{made['num']}/actions/public-url"
    assert heroku.refusal("POST", url)[0] == 422
    heroku.pass_time(TRANSFER)
    address = heroku.post(url)["url"]
    content = heroku.ask("GET", address.removeprefix("https://127.0.0.1:2"), token=None).content
    assert (content[:5], len(content)) == (b"PGDMP", 21_120_000)
    assert heroku.ask("GET", address.removeprefix("https://127.0.0.1:2")[:-1] + "x", token=None).status == 404


def test_a_restore_overwrites_the_database_and_one_from_elsewhere_fails(
    database: tuple[LocalHeroku, str],
) -> None:
    heroku, path = database
    backup = heroku.post(f"{path}/backups")
    heroku.pass_time(TRANSFER)
    url = heroku.post(f"/client/v11/apps/sc-mvp-staging/transfers/{backup['num']}/actions/public-url")["url"]
    heroku.patch(f"/local/databases/{path.rpartition('/')[2]}", {"bytes": 1})
    heroku.post(f"{path}/restores", {"backup_url": url})
    heroku.post(f"{path}/restores", {"backup_url": "https://elsewhere.example/b001"})
    heroku.pass_time(TRANSFER)
    assert [item["succeeded"] for item in transfers(heroku)] == [True, True, False]
    assert heroku.get(path)["num_bytes"] == 88_000_000


def test_manual_backups_beyond_the_plan_s_number_drop_the_oldest(heroku: LocalHeroku) -> None:
    heroku.app()
    path = f"/client/v11/databases/{heroku.database('sc-mvp-staging', plan='essential-0')['id']}"
    for _ in range(7):
        heroku.post(f"{path}/backups")
        heroku.pass_time(TRANSFER)
    assert [item["num"] for item in transfers(heroku)] == [3, 4, 5, 6, 7]


def test_scheduled_backups_are_kept_7_days_and_then_one_a_week(database: tuple[LocalHeroku, str]) -> None:
    heroku, path = database
    schedule(heroku, path, "0", "UTC")
    heroku.pass_time(60 * DAY)
    days = [item["created_at"][5:10] for item in transfers(heroku)]
    weekly, daily, running = ["02-08", "02-15", "02-22"], [f"02-{day}" for day in range(23, 29)], ["03-02"]
    assert days == [*weekly, *daily, "03-01", *running]


def test_a_database_gone_takes_its_schedule_along(database: tuple[LocalHeroku, str]) -> None:
    heroku, path = database
    schedule(heroku, path)
    heroku.delete("/apps/sc-mvp-staging/addons/sc-db")
    heroku.pass_time(2 * DAY)
    assert transfers(heroku) == []
    assert heroku.ask("GET", f"{path}/transfer-schedules").status == 404


def test_a_database_over_its_plan_says_so(database: tuple[LocalHeroku, str]) -> None:
    heroku, path = database
    lever = f"/local/databases/{path.rpartition('/')[2]}"
    rows = {row["name"]: row["values"] for row in heroku.get(path)["info"]}
    assert (rows["Status"], rows["Data Size"], rows["Connections"]) == (
        ["Available"],
        ["83.9 MB / 64 GB (0.14%)"],
        ["4/120"],
    )
    full = heroku.patch(lever, {"bytes": 65_000_000_000, "connections": 118})
    rows = {row["name"]: row["values"] for row in full["info"]}
    assert (rows["Status"], rows["Connections"]) == (["Over Plan Capacity: Action Required"], ["118/120"])


def test_the_clock_moves_400_days_at_most_and_back(database: tuple[LocalHeroku, str]) -> None:
    heroku, path = database
    schedule(heroku, path)
    assert heroku.refusal("POST", "/local/clock", {"advance": 401 * DAY})[0] == 422
    assert heroku.refusal("POST", "/local/clock", {"to": "tomorrow"})[0] == 422
    heroku.post("/local/clock", {"to": "2026-01-01T10:00:00Z"})
    assert len(transfers(heroku)) == 1
    heroku.post("/local/clock", {"reset": True})
    heroku.pass_time(10 * 3600)
    assert len(transfers(heroku)) == 2
