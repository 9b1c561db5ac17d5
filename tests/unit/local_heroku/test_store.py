"""State: survives a restart whole; a failed change leaves nothing behind; the file is private."""

from __future__ import annotations

import sqlite3
import stat
from contextlib import closing
from typing import TYPE_CHECKING, Any

import pytest

from local_heroku.store import releases
from local_heroku.store.journal import Journal, WrongVersionError

if TYPE_CHECKING:
    from pathlib import Path

    from tests.unit.local_heroku.conftest import LocalHeroku

APP = "/apps/sc-mvp-staging"
VIEWS = (
    "/apps", APP, f"{APP}/releases", f"{APP}/config-vars", f"{APP}/formation", f"{APP}/dynos", f"{APP}/addons",
    f"{APP}/addon-attachments", f"{APP}/builds", f"{APP}/domains", f"{APP}/log-drains", f"{APP}/collaborators",
    f"{APP}/webhooks", "/pipelines", "/pipeline-couplings", "/client/v11/apps/sc-mvp-staging/transfers",
    "/local/clock", "/local/settings",
)  # fmt: skip


def test_everything_is_there_after_a_restart(heroku: LocalHeroku) -> None:
    heroku.app()
    addon = heroku.database("sc-mvp-staging")
    heroku.deploy("sc-mvp-staging")
    heroku.patch(f"{APP}/config-vars", {"A": "1"})
    heroku.post(f"{APP}/domains", {"hostname": "www.example.com", "sni_endpoint": None})
    heroku.post(f"{APP}/log-drains", {"url": "https://logs.example.com/a"})
    heroku.post(f"{APP}/collaborators", {"user": "dev@example.com"})
    heroku.post(
        f"{APP}/webhooks", {"url": "https://h.example.com", "level": "sync", "include": ["api:build"]}
    )
    pipeline = heroku.post("/pipelines", {"name": "sc-mvp"})
    heroku.post(
        "/pipeline-couplings", {"app": "sc-mvp-staging", "pipeline": pipeline["id"], "stage": "staging"}
    )
    path = f"/client/v11/databases/{addon['id']}"
    heroku.post(
        f"{path}/transfer-schedules", {"hour": "2", "timezone": "UTC", "schedule_name": "DATABASE_URL"}
    )
    heroku.post(f"{path}/backups")
    heroku.pass_time(5)
    views = [*VIEWS, path, f"{path}/transfer-schedules"]
    before = [heroku.get(view) for view in views]
    heroku.reopen()
    assert [heroku.get(view) for view in views] == before


def test_what_came_due_while_it_was_off_happens_at_its_moment(heroku: LocalHeroku) -> None:
    heroku.app()
    heroku.post(f"{APP}/addons", {"plan": "heroku-postgresql:standard-0", "name": "sc-db"})
    heroku.reopen()
    heroku.pass_time(3600)
    assert heroku.get("/addons/sc-db")["updated_at"] == "2026-01-01T00:00:01Z"


def test_a_change_that_fails_half_way_is_undone(heroku: LocalHeroku, monkeypatch: pytest.MonkeyPatch) -> None:
    heroku.app()

    def fail(*_: object, **__: object) -> None:
        raise RuntimeError("half way")

    monkeypatch.setattr(releases, "create", fail)
    reply = heroku.ask("PATCH", f"{APP}/config-vars", {"A": "1"})
    assert (reply.status, reply.json["id"]) == (500, "internal_server_error")
    monkeypatch.undo()
    assert heroku.get(f"{APP}/config-vars") == {}
    heroku.reopen()
    assert heroku.get(f"{APP}/config-vars") == {}


def test_a_write_that_the_disk_refuses_is_undone_in_memory_too(
    heroku: LocalHeroku, monkeypatch: pytest.MonkeyPatch
) -> None:
    heroku.app()

    def full(*_: object) -> None:
        raise sqlite3.OperationalError("database or disk is full")

    monkeypatch.setattr(Journal, "write", full)
    assert heroku.ask("PATCH", f"{APP}/config-vars", {"A": "1"}).status == 500
    assert heroku.get(f"{APP}/config-vars") == {}


def test_the_state_file_is_readable_by_its_owner_only(heroku: LocalHeroku) -> None:
    assert stat.S_IMODE((heroku.folder / "heroku.sqlite").stat().st_mode) == 0o600


def test_a_file_of_another_version_is_refused_with_the_way_out(tmp_path: Path) -> None:
    path = tmp_path / "other.sqlite"
    connection = sqlite3.connect(path)
    connection.execute("pragma user_version = 99")
    connection.close()
    with pytest.raises(WrongVersionError, match=r"schema version 99.*\./ops local reset"):
        Journal(path)


@pytest.mark.parametrize(
    ("begins", "refusal"),
    [("pragma user_version = 99", WrongVersionError), ("this is no database at all", sqlite3.DatabaseError)],
    ids=["another version", "another kind of file"],
)
def test_a_refused_file_is_not_left_open(
    begins: str, refusal: type[Exception], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Python 3.13 warns of a connection that nobody closed, in whatever runs when it is found."""
    path = tmp_path / "other.sqlite"
    if refusal is WrongVersionError:
        with closing(sqlite3.connect(path)) as connection:
            connection.execute(begins)
    else:
        path.write_text(begins * 40)
    opened: list[sqlite3.Connection] = []
    connect = sqlite3.connect

    def remembered(*arguments: Any, **options: Any) -> sqlite3.Connection:
        opened.append(connect(*arguments, **options))
        return opened[-1]

    monkeypatch.setattr(sqlite3, "connect", remembered)
    with pytest.raises(refusal, match=r"schema version 99|not a database"):
        Journal(path)
    (left,) = opened
    with pytest.raises(sqlite3.ProgrammingError, match="closed database"):
        left.execute("select 1")


def test_settings_are_of_their_kind(heroku: LocalHeroku) -> None:
    assert heroku.patch("/local/settings", {"provisioning": 5})["provisioning"] == 5.0
    for wrong in (
        {"provisioning": "5"},
        {"provisioning": -1},
        {"color": 1},
        {"default_size": 5},
        {"default_size": "Huge"},
        {"transfer_outcome": "lost"},
        {"clock_offset": 5},
    ):
        assert heroku.refusal("PATCH", "/local/settings", wrong)[0] == 422


def test_the_request_log_holds_methods_and_keys_and_no_values(heroku: LocalHeroku) -> None:
    heroku.app()
    heroku.patch(f"{APP}/config-vars", {"SECRET": "canary"})
    log = heroku.get("/local/requests")
    last = log["requests"][-1]
    assert (last["method"], last["route"], last["status"], last["body_keys"]) == (
        "PATCH",
        "/apps/{app}/config-vars",
        200,
        ["SECRET"],
    )
    assert "canary" not in str(log)
    assert [entry["route"] for entry in heroku.get(f"/local/requests?after={log['count']}")["requests"]] == [
        "/local/requests",
    ]


def test_an_event_that_fails_is_tried_again_and_takes_nothing_with_it(
    heroku: LocalHeroku, monkeypatch: pytest.MonkeyPatch
) -> None:
    heroku.app()
    heroku.post(f"{APP}/addons", {"plan": "heroku-postgresql:standard-0", "name": "sc-db"})

    def full(*_: object) -> None:
        raise sqlite3.OperationalError("database or disk is full")

    heroku.server.timeline.reconsider()
    with monkeypatch.context() as disk:
        disk.setattr(heroku.world.clock, "offset", 5.0)
        disk.setattr(Journal, "write", full)
        assert heroku.get("/addons/sc-db")["state"] == "provisioning"
    heroku.pass_time(5)
    assert heroku.get("/addons/sc-db")["state"] == "provisioned"
