"""Faults strike the requests they are ordered for, as often as ordered, and then stop."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from local_heroku.faults import KINDS

if TYPE_CHECKING:
    from tests.unit.local_heroku.conftest import LocalHeroku

APP = "/apps/sc-mvp-staging"


def order(heroku: LocalHeroku, kind: str, **fields: Any) -> None:
    heroku.post("/local/faults", {"kind": kind, **fields})


@pytest.mark.parametrize(
    ("kind", "fields", "status", "error_id"),
    [
        ("rate-limit", {}, 429, "rate_limit"),
        ("error", {}, 500, "internal_server_error"),
        ("error", {"status": 402, "error_id": "payment_required", "message": "m"}, 402, "payment_required"),
        ("unauthorized", {}, 401, "unauthorized"),
        ("forbidden", {}, 403, "forbidden"),
        ("lag", {}, 404, "not_found"),
    ],
)
def test_a_fault_before_answers_an_error_and_nothing_is_done(
    heroku: LocalHeroku, kind: str, fields: dict[str, Any], status: int, error_id: str
) -> None:
    order(heroku, kind, method="POST", path="/apps", **fields)
    assert heroku.refusal("POST", "/apps", {"name": "abc"})[:2] == (status, error_id)
    assert heroku.get("/apps") == []
    heroku.app("abc")


def test_a_rate_limit_names_its_wait_only_when_asked_to(heroku: LocalHeroku) -> None:
    order(heroku, "rate-limit", retry_after=7)
    assert heroku.ask("GET", "/account").headers["retry-after"] == "7"
    order(heroku, "rate-limit")
    assert "retry-after" not in heroku.ask("GET", "/account").headers


@pytest.mark.parametrize(
    ("kind", "status"), [("lost-answer", 502), ("empty", 200), ("wrong-shape", 200), ("html-success", 200)]
)
def test_a_fault_after_spoils_the_answer_of_a_write_that_is_done(
    heroku: LocalHeroku, kind: str, status: int
) -> None:
    order(heroku, kind, method="POST")
    reply = heroku.ask("POST", "/apps", {"name": "abc"})
    assert (reply.status, b'"name":"abc"' in reply.content) == (status, False)
    assert [app["name"] for app in heroku.get("/apps")] == ["abc"]


@pytest.mark.parametrize(("kind", "done"), [("reset-before", 0), ("reset-after", 1)])
def test_a_reset_gives_no_answer_before_or_after_the_write(heroku: LocalHeroku, kind: str, done: int) -> None:
    order(heroku, kind, method="POST")
    assert heroku.ask("POST", "/apps", {"name": "abc"}).status == 0
    assert len(heroku.get("/apps")) == done


def test_a_stall_holds_the_answer_of_a_write_that_is_done(heroku: LocalHeroku) -> None:
    order(heroku, "stall", seconds=0.05)
    heroku.app("abc")
    [entry] = [item for item in heroku.get("/local/requests")["requests"] if item["fault"]]
    assert (entry["fault"], entry["milliseconds"] >= 50) == ("stall", True)


def test_a_stale_read_is_the_answer_of_before(heroku: LocalHeroku) -> None:
    heroku.app()
    order(heroku, "stale")
    before = heroku.get(f"{APP}/config-vars")
    heroku.patch(f"{APP}/config-vars", {"A": "1"})
    assert heroku.get(f"{APP}/config-vars") == before
    assert heroku.get(f"{APP}/config-vars") == {"A": "1"}


def test_an_empty_list_lies_about_what_exists(heroku: LocalHeroku) -> None:
    heroku.app()
    order(heroku, "empty-list", method="GET", path="/apps")
    assert (heroku.get("/apps"), len(heroku.get("/apps"))) == ([], 1)


def test_a_database_can_be_stuck_or_fail_in_provisioning(heroku: LocalHeroku) -> None:
    heroku.app()
    for kind, name, state in (
        ("stuck-provisioning", "stuck", "provisioning"),
        ("failed-provisioning", "failed", "deprovisioned"),
    ):
        order(heroku, kind, method="POST", path="/apps/*/addons")
        heroku.post(f"{APP}/addons", {"plan": "heroku-postgresql:standard-0", "name": name})
        heroku.pass_time(86400)
        assert heroku.get(f"/addons/{name}")["state"] == state


def test_an_upgrade_can_move_a_database_to_another_id_with_all_that_hangs_on_it(heroku: LocalHeroku) -> None:
    heroku.app()
    before = heroku.database("sc-mvp-staging")
    wish = {"hour": "2", "timezone": "UTC", "schedule_name": "DATABASE_URL"}
    schedule = heroku.post(f"/client/v11/databases/{before['id']}/transfer-schedules", wish)
    heroku.post(f"/client/v11/databases/{before['id']}/backups")
    url = heroku.get(f"{APP}/config-vars")["DATABASE_URL"]
    order(heroku, "upgrade-moves", method="PATCH")
    after = heroku.patch(f"{APP}/addons/sc-db", {"plan": "heroku-postgresql:standard-2"})
    assert (after["id"] == before["id"], after["name"], after["plan"]["name"]) == (
        False,
        "sc-db",
        "heroku-postgresql:standard-2",
    )
    assert heroku.refusal("GET", f"/addons/{before['id']}")[:2] == (404, "not_found")
    [attachment] = heroku.get(f"{APP}/addon-attachments")
    assert attachment["addon"]["id"] == after["id"]
    schedules = heroku.get(f"/client/v11/databases/{after['id']}/transfer-schedules")
    assert [one["uuid"] for one in schedules] == [schedule["uuid"]]
    assert heroku.get(f"/client/v11/databases/{after['id']}/wait_status")["waiting?"] is False
    assert heroku.get(f"{APP}/config-vars")["DATABASE_URL"] == url
    heroku.pass_time(86400)
    [first, *_] = heroku.get("/client/v11/apps/sc-mvp-staging/transfers")
    assert first["succeeded"] is True


def test_a_failed_release_stores_the_config_vars_and_is_not_current(heroku: LocalHeroku) -> None:
    heroku.app()
    order(heroku, "release-fails", method="PATCH")
    heroku.patch(f"{APP}/config-vars", {"A": "1"})
    statuses = [(item["status"], item["current"]) for item in heroku.get(f"{APP}/releases")]
    assert statuses == [("succeeded", False), ("succeeded", True), ("failed", False)]
    assert heroku.get(f"{APP}/config-vars") == {"A": "1"}


def test_a_failed_transfer_says_so_in_its_log(heroku: LocalHeroku) -> None:
    heroku.app()
    addon = heroku.database("sc-mvp-staging")
    order(heroku, "transfer-fails")
    heroku.post(f"/client/v11/databases/{addon['id']}/backups")
    heroku.pass_time(2)
    [transfer] = heroku.get("/client/v11/apps/sc-mvp-staging/transfers")
    assert (transfer["succeeded"], transfer["logs"][-1]["level"]) == (False, "error")


def struck(heroku: LocalHeroku) -> list[int]:
    return [fault["struck"] for fault in heroku.get("/local/faults")["faults"]]


def test_a_fault_counts_where_its_effect_is_used(heroku: LocalHeroku) -> None:
    """`ops local fault transfer-fails`, then `pg:backups:capture`: requests that start no transfer don't spend it."""
    heroku.app()
    addon = heroku.database("sc-mvp-staging")
    order(heroku, "transfer-fails")
    heroku.get("/account")
    heroku.post(
        "/actions/addon-attachments/resolve", {"addon_attachment": "DATABASE", "app": "sc-mvp-staging"}
    )
    assert struck(heroku) == [0]
    heroku.post(f"/client/v11/databases/{addon['id']}/backups")
    heroku.post(f"/client/v11/databases/{addon['id']}/backups")
    heroku.pass_time(2)
    found = [item["succeeded"] for item in heroku.get("/client/v11/apps/sc-mvp-staging/transfers")]
    assert (found, struck(heroku)) == ([False, True], [1])


@pytest.mark.parametrize(
    ("kind", "useless", "useful"),
    [
        ("stuck-provisioning", ("POST", {"plan": "heroku-redis:mini"}), ("POST", {"plan": "heroku-postgresql:standard-0"})),
        ("failed-provisioning", ("POST", {"plan": "heroku-redis:mini"}), ("POST", {"plan": "heroku-postgresql:standard-0"})),
    ],
)  # fmt: skip
def test_provisioning_faults_wait_for_an_add_on_that_is_provisioned(
    heroku: LocalHeroku, kind: str, useless: tuple[str, object], useful: tuple[str, object]
) -> None:
    heroku.app()
    order(heroku, kind)
    assert heroku.ask(useless[0], f"{APP}/addons", useless[1]).status == 201
    before = struck(heroku)
    assert heroku.ask(useful[0], f"{APP}/addons", useful[1]).status == 201
    assert (before, struck(heroku)) == ([0], [1])


def test_a_moving_upgrade_waits_for_a_plan_that_changes(heroku: LocalHeroku) -> None:
    heroku.app()
    heroku.database("sc-mvp-staging")
    order(heroku, "upgrade-moves")
    heroku.patch(f"{APP}/config-vars", {"A": "1"})
    heroku.patch(f"{APP}/addons/sc-db", {"plan": "heroku-postgresql:standard-0"})
    assert struck(heroku) == [0]
    heroku.patch(f"{APP}/addons/sc-db", {"plan": "heroku-postgresql:standard-2"})
    assert struck(heroku) == [1]


def test_a_failing_release_waits_for_a_release(heroku: LocalHeroku) -> None:
    heroku.app()
    order(heroku, "release-fails")
    heroku.patch(APP, {"maintenance": True})
    assert struck(heroku) == [0]
    heroku.patch(f"{APP}/config-vars", {"A": "1"})
    assert (heroku.get(f"{APP}/releases")[-1]["status"], struck(heroku)) == ("failed", [1])


def test_a_backup_at_its_hour_is_struck_too(heroku: LocalHeroku) -> None:
    heroku.app()
    addon = heroku.database("sc-mvp-staging")
    wish = {"hour": "2", "timezone": "UTC", "schedule_name": "DATABASE_URL"}
    heroku.post(f"/client/v11/databases/{addon['id']}/transfer-schedules", wish)
    order(heroku, "transfer-fails")
    heroku.pass_time(2 * 86400)
    found = [item["succeeded"] for item in heroku.get("/client/v11/apps/sc-mvp-staging/transfers")]
    assert (found, struck(heroku)) == ([False, True], [1])


def test_only_a_list_with_something_in_it_is_emptied_and_only_an_old_answer_is_stale(
    heroku: LocalHeroku,
) -> None:
    heroku.app()
    order(heroku, "empty-list")
    assert heroku.get(APP)["name"] == "sc-mvp-staging"
    assert heroku.get("/teams") == []
    assert (struck(heroku), heroku.get("/apps"), struck(heroku)) == ([0], [], [1])
    order(heroku, "stale")
    heroku.get(f"{APP}/formation")
    assert struck(heroku) == [1, 0]


def test_an_effect_of_a_request_that_is_refused_afterwards_is_not_spent(heroku: LocalHeroku) -> None:
    """Nothing of a refused request stays, so nothing of the fault does."""
    heroku.app()
    heroku.database("sc-mvp-staging")
    order(heroku, "release-fails")
    attach = {"addon": "sc-db", "app": "sc-mvp-staging", "name": "DATABASE"}
    assert heroku.ask("POST", "/addon-attachments", attach).status == 422
    assert struck(heroku) == [0]


def test_the_request_log_names_every_fault_that_struck(heroku: LocalHeroku) -> None:
    heroku.app()
    order(heroku, "release-fails")
    order(heroku, "lost-answer", method="PATCH")
    assert heroku.ask("PATCH", f"{APP}/config-vars", {"A": "1"}).status == 502
    assert heroku.get("/local/requests")["requests"][-1]["fault"] == "release-fails, lost-answer"


def test_count_skip_and_path_choose_the_requests(heroku: LocalHeroku) -> None:
    heroku.app()
    order(heroku, "error", path=f"{APP}/config-vars", skip=1, count=2)
    found = [heroku.ask("GET", f"{APP}/config-vars").status for _ in range(5)]
    assert (found, heroku.ask("GET", APP).status) == ([200, 500, 500, 200, 200], 200)


def test_probability_with_a_seed_strikes_the_same_requests_every_time(heroku: LocalHeroku) -> None:
    def strikes() -> list[int]:
        heroku.delete("/local/faults")
        order(heroku, "error", count=0, probability=0.5, seed=7)
        return [heroku.ask("GET", "/account").status for _ in range(20)]

    first = strikes()
    assert (first == strikes(), {200, 500} == set(first)) == (True, True)


def test_faults_never_strike_the_levers_themselves(heroku: LocalHeroku) -> None:
    order(heroku, "error", count=0)
    assert heroku.get("/local/faults")["faults"][0]["struck"] == 0
    heroku.delete("/local/faults/1")
    assert heroku.ask("GET", "/account").status == 200


@pytest.mark.parametrize(
    "wish",
    [{"kind": "flood"}, {}, {"kind": "error", "color": 1}, {"kind": "error", "probability": 2}, {"kind": "error", "status": 200},
     {"kind": "error", "method": "BREW"}, {"kind": "error", "count": -1}],
)  # fmt: skip
def test_a_fault_that_is_none_is_refused(heroku: LocalHeroku, wish: dict[str, Any]) -> None:
    assert heroku.refusal("POST", "/local/faults", wish)[:2] == (422, "invalid_params")


def test_every_kind_says_what_it_does(heroku: LocalHeroku) -> None:
    assert heroku.get("/local/faults")["kinds"].keys() == KINDS.keys()


def test_a_fault_ends_by_local_herokus_clock(heroku: LocalHeroku) -> None:
    order(heroku, "error", path="/[!l]*", count=0, lasts=1800, status=503)
    assert heroku.refusal("GET", "/apps")[0] == 503
    heroku.post("/local/clock", {"advance": 1799})
    assert heroku.refusal("GET", "/apps")[0] == 503
    heroku.post("/local/clock", {"advance": 1})
    assert heroku.get("/apps") == []
