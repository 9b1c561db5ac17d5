"""Which app and which database a stack adopts: told without a doubt, or refused with the next step. Reads only."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from heroku_api import platform
from heroku_api.answers import Answer
from heroku_api.client import Client
from operations.adopting.live_app import live_app
from operations.errors import OperationError
from operations.rehearsal.seed import Seeding
from tests.unit.runbook.adoption.described import settings

ROOT = Path(__file__).resolve().parents[4]
APP, DATABASE = "sc-mvp-staging", "sc-mvp-staging-db"


def requests(client: Client) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = client.request("GET", "/local/requests")["requests"]
    return found


def test_the_app_and_its_database_are_found_by_reading_alone(heroku: Client) -> None:
    before = len(requests(heroku))
    found = live_app(heroku, "staging", APP, DATABASE)
    app, addon = platform.app(heroku, APP), platform.addon(heroku, DATABASE)
    assert (found.id, found.name) == (str(app.id), APP)
    assert (found.database_id, found.database_name) == (str(addon.id), DATABASE)
    assert {one["method"] for one in requests(heroku)[before:]} == {"GET"}


def test_config_vars_are_in_no_representation(heroku: Client) -> None:
    heroku.request("PATCH", f"/apps/{APP}/config-vars", {"SECRET_KEY_BASE": "canary"})
    found = live_app(heroku, "staging", APP, DATABASE)
    assert found.config_vars["SECRET_KEY_BASE"] == "canary"
    assert "canary" not in repr(found)


def test_a_database_that_heroku_named_is_found_by_its_attachment(heroku: Client) -> None:
    heroku.request("PATCH", f"/apps/{APP}/addons/{DATABASE}", {"name": "postgresql-curved-12345", "plan": ""})
    assert live_app(heroku, "staging", APP, DATABASE).database_name == "postgresql-curved-12345"


def second_database(client: Client) -> None:
    body = {"plan": "heroku-postgresql:standard-0", "name": "second-db"}
    client.request("POST", f"/apps/{APP}/addons", body)


def detached(client: Client) -> None:
    platform.attach(client, addon=DATABASE, app=APP, name="ELSEWHERE")
    found = platform.attachments(client, APP)
    platform.detach(client, next(str(one.id) for one in found if one.name == "DATABASE"))


def of_another_app(client: Client) -> None:
    client.request("POST", "/apps", {"name": "another-app"})
    body = {"plan": "heroku-postgresql:standard-0", "name": "anothers-db"}
    client.request("POST", "/apps/another-app/addons", body)
    detached(client)
    platform.attach(client, addon="anothers-db", app=APP, name="DATABASE")


def redis(client: Client) -> None:
    detached(client)
    body = {"plan": "heroku-redis:premium-0", "name": "a-redis", "attachment": {"name": "DATABASE"}}
    client.request("POST", f"/apps/{APP}/addons", body)


def fault(**wish: Any) -> Callable[[Client], object]:
    return lambda client: client.request("POST", "/local/faults", wish)


REFUSED: dict[str, tuple[Callable[[Client], object], str, str, str]] = {
    "no such app": (
        lambda _: None,
        "sc-mvp-stagin",
        DATABASE,
        "staging: this account has no app sc-mvp-stagin, or can't see all of it; is app.name in Pulumi.staging.yaml",
    ),
    "nothing is attached as DATABASE": (
        detached,
        APP,
        DATABASE,
        "staging: no database of sc-mvp-staging is attached as DATABASE (attached: ELSEWHERE); the app reads DATABASE_URL. "
        "Attach the right one first: heroku addons:attach NAME --as DATABASE -a sc-mvp-staging",
    ),
    "the file names another of the app's databases": (
        second_database,
        APP,
        "second-db",
        "staging: two databases could be meant: Pulumi.staging.yaml names second-db, and DATABASE is sc-mvp-staging-db; ",
    ),
    "the database is another app's": (
        of_another_app,
        APP,
        DATABASE,
        "staging: DATABASE of sc-mvp-staging is anothers-db, which belongs to the app another-app; ",
    ),
    "DATABASE is no database": (
        redis,
        APP,
        DATABASE,
        "staging: DATABASE of sc-mvp-staging is a-redis, a heroku-redis:premium-0; expected Heroku Postgres",
    ),
    "the key is revoked": (
        fault(kind="unauthorized"),
        APP,
        DATABASE,
        "staging: the live account could not be read: ",
    ),
    "Heroku fails": (
        fault(kind="error", path="/apps/*/config-vars"),
        APP,
        DATABASE,
        "staging: the live account could not be read: ",
    ),
    "Heroku is rate limited": (
        fault(kind="rate-limit", path="/addons/*"),
        APP,
        DATABASE,
        "staging: the live account could not be read: ",
    ),
}


@pytest.mark.slow
@pytest.mark.parametrize("case", REFUSED)
def test_a_doubt_is_refused_with_the_next_step(heroku: Client, case: str) -> None:
    change, name, database, message = REFUSED[case]
    change(heroku)
    with pytest.raises(OperationError) as raised:
        live_app(heroku, "staging", name, database)
    assert raised.value.message.startswith(message)


def test_an_app_of_a_team_is_refused_as_the_settings_know_none(
    heroku: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Local Heroku has no teams, so the team is put into what it answers."""
    answered = vars(Answer)["decoded"].func
    with_team = property(lambda answer: {**answered(answer), "team": {"id": "t", "name": "gravy"}})
    monkeypatch.setattr(Answer, "decoded", with_team)
    with pytest.raises(OperationError, match=r"^staging: sc-mvp-staging belongs to the team gravy\."):
        live_app(heroku, "staging", APP, DATABASE)


def test_a_list_that_is_empty_for_a_moment_is_asked_for_again(heroku: Client) -> None:
    fault(kind="empty-list", path="/apps/*/addon-attachments")(heroku)
    assert live_app(heroku, "staging", APP, DATABASE).database_name == DATABASE


def test_a_database_that_is_not_ready_waits_for_another_run(heroku: Client) -> None:
    heroku.request("DELETE", f"/apps/{APP}/addons/{DATABASE}")
    fault(kind="stuck-provisioning")(heroku)
    heroku.request(
        "POST", f"/apps/{APP}/addons", {"plan": "heroku-postgresql:standard-0", "name": "db-in-the-making"}
    )
    with pytest.raises(OperationError, match=r"is provisioning; adopt when it is there: heroku addons:wait"):
        live_app(heroku, "staging", APP, "db-in-the-making")


def test_a_seed_that_runs_again_changes_nothing(heroku: Client) -> None:
    before = len(requests(heroku))
    Seeding(heroku, ROOT / "bootstrap", settings(), {}, given_names=False).run()
    assert {one["method"] for one in requests(heroku)[before:]} == {"GET"}


def test_a_seed_makes_what_the_settings_say(heroku: Client) -> None:
    app = f"/apps/{APP}"
    (web,) = heroku.request("GET", f"{app}/formation")
    addon = heroku.request("GET", f"{app}/addons/{DATABASE}")
    (schedule,) = heroku.request("GET", f"/client/v11/databases/{addon['id']}/transfer-schedules", api="data")
    vars_there = heroku.request("GET", f"{app}/config-vars")
    assert (web["type"], web["quantity"], web["size"]) == ("web", 1, "Basic")
    assert addon["plan"]["name"] == "heroku-postgresql:standard-0"
    assert (int(schedule["hour"]), schedule["timezone"]) == (2, "America/Los_Angeles")
    assert vars_there.keys() == {
        "RAILS_ENV",
        "VITE_API_URL",
        "SMTP_PORT",
        "RAILS_MASTER_KEY",
        "DATABASE_URL",
    }
    assert [one["buildpack"]["name"] for one in heroku.request("GET", f"{app}/buildpack-installations")] == [
        "heroku/ruby"
    ]


def test_a_seed_that_was_cut_off_goes_on(heroku: Client) -> None:
    """The schedule, the backup and a config var are gone; the rest is left as it is."""
    addon = platform.addon(heroku, DATABASE)
    (schedule,) = heroku.request("GET", f"/client/v11/databases/{addon.id}/transfer-schedules", api="data")
    heroku.request(
        "DELETE", f"/client/v11/databases/{addon.id}/transfer-schedules/{schedule['uuid']}", api="data"
    )
    heroku.request("PATCH", f"/apps/{APP}/config-vars", {"RAILS_MASTER_KEY": None})
    before = len(requests(heroku))
    Seeding(heroku, ROOT / "bootstrap", settings(), {}, given_names=False).run()
    written = [(one["method"], one["route"]) for one in requests(heroku)[before:] if one["method"] != "GET"]
    assert written == [
        ("PATCH", "/apps/{app}/config-vars"),
        ("POST", "/client/v11/databases/{database}/transfer-schedules"),
    ]
