"""The typed calls: what they send, what they read, and what they refuse to read."""

from __future__ import annotations

import subprocess
import sys
from typing import Any
from uuid import uuid4

import pytest

from heroku_api import data, platform
from heroku_api.client import Client
from heroku_api.endpoints import Endpoints
from heroku_api.errors import UnexpectedAnswerError
from heroku_api.models import Transfer, TransferSchedule
from tests.unit.heroku_api.scripted_server import Reply, ScriptedServer

APP = {
    "id": "6f1c1d0e-5b0a-4f0e-9d55-0a0f3a1c2b3d",
    "name": "sc-mvp-staging",
    "region": {"id": "6f1c1d0e-5b0a-4f0e-9d55-0a0f3a1c2b3e", "name": "us"},
    "stack": {"id": "6f1c1d0e-5b0a-4f0e-9d55-0a0f3a1c2b3f", "name": "heroku-24"},
    "web_url": "https://sc-mvp-staging-0a1b2c3d4e5f.herokuapp.com/",
    "maintenance": False,
    "owner": {"email": "ops@example.com"},
}
SCHEDULE = {
    "uuid": "0b3f9f3c-6b1d-4f57-8a52-5f4f5a2a9c11",
    "name": "DATABASE_URL",
    "hour": 2,
    "timezone": "America/Los_Angeles",
}
ADDON_ID = "11111111-2222-4333-8444-555555555555"


def client_of(server: ScriptedServer) -> Client:
    return Client(Endpoints(server.url, server.url), "key")


def test_an_app_is_read_by_name() -> None:
    with ScriptedServer([Reply(200, APP)]) as server:
        app = platform.app(client_of(server), "sc-mvp-staging")
    assert (app.name, app.stack.name, app.region.name) == ("sc-mvp-staging", "heroku-24", "us")
    assert server.asked == ["GET /apps/sc-mvp-staging"]


def test_a_name_cannot_leave_its_segment_of_the_path() -> None:
    with ScriptedServer([Reply(200, APP)]) as server:
        platform.app(client_of(server), "../account?x=1#y")
    assert server.asked == ["GET /apps/..%2Faccount%3Fx%3D1%23y"]


def test_a_schedule_is_sent_as_herokus_cli_does() -> None:
    with ScriptedServer([Reply(201, SCHEDULE)]) as server:
        made = data.schedule(
            client_of(server), ADDON_ID, name="DATABASE_URL", hour=2, timezone="America/Los_Angeles"
        )
    assert server.asked == [f"POST /client/v11/databases/{ADDON_ID}/transfer-schedules"]
    assert server.received[0].json == {
        "hour": "02",
        "timezone": "America/Los_Angeles",
        "schedule_name": "DATABASE_URL",
    }
    assert made == TransferSchedule.model_validate(SCHEDULE)


def test_deleted_schedules_are_left_out() -> None:
    deleted = {**SCHEDULE, "uuid": str(uuid4()), "deleted_at": "2026-08-04 02:00:05 +0000"}
    with ScriptedServer([Reply(200, [deleted, {**SCHEDULE, "hour": "02"}])]) as server:
        found = data.schedules(client_of(server), ADDON_ID)
    assert [schedule.hour for schedule in found] == [2]


@pytest.mark.parametrize("hour", [True, 2.0, "2:00", "", -1, 24, None])
def test_a_schedule_with_a_strange_hour_is_unexpected(hour: object) -> None:
    with (
        ScriptedServer([Reply(200, [{**SCHEDULE, "hour": hour}])]) as server,
        pytest.raises(UnexpectedAnswerError, match=r"no TransferSchedule \(0\.hour"),
    ):
        data.schedules(client_of(server), ADDON_ID)


@pytest.mark.fault("F15")
def test_an_answer_of_the_wrong_shape_names_fields_and_no_values() -> None:
    with (
        ScriptedServer([Reply(200, {"id": "canary-id", "name": 5, "stack": []})]) as server,
        pytest.raises(UnexpectedAnswerError) as raised,
    ):
        platform.app(client_of(server), "x")
    assert "no App (id: uuid parsing, name: string type, region: missing)" in str(raised.value)
    assert "canary" not in str(raised.value)


@pytest.mark.parametrize("body", [[], None, {"A": 1}, {"A": None}, "text"])
def test_config_vars_that_are_no_map_of_texts_are_unexpected(body: object) -> None:
    with (
        ScriptedServer([Reply(200, body)]) as server,
        pytest.raises(UnexpectedAnswerError, match="no map of config vars"),
    ):
        platform.config_vars(client_of(server), "x")


def test_config_vars_are_set_and_removed_in_one_patch() -> None:
    with ScriptedServer([Reply(200, {"A": "1"})]) as server:
        assert platform.set_config_vars(client_of(server), "x", {"A": "1", "B": None}) == {"A": "1"}
    assert server.received[0].json == {"A": "1", "B": None}


@pytest.mark.parametrize(
    ("fields", "name"),
    [
        ({"from_type": "pg_dump", "to_type": "gof3r", "schedule": {"uuid": "x"}}, "a007"),
        ({"from_type": "pg_dump", "to_type": "gof3r"}, "b007"),
        ({"from_type": "gof3r", "to_type": "pg_restore"}, "r007"),
        ({"from_type": "pg_dump", "to_type": "pg_restore"}, "c007"),
    ],
)
def test_a_transfer_is_named_as_herokus_cli_does(fields: dict[str, Any], name: str) -> None:
    transfer = {"uuid": ADDON_ID, "num": 7, "created_at": "2026-08-04 02:00:05 +0000", **fields}
    assert Transfer.model_validate(transfer).name == name


def test_the_client_is_imported_without_pydantic_urllib3_and_tenacity() -> None:
    code = (
        "import sys, heroku_api.client;"
        "print([m for m in ('pydantic', 'urllib3', 'tenacity', 'asyncio') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
