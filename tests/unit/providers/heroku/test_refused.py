"""What Heroku refuses or does not find: one clear sentence, the state as Heroku has it, no value shown."""

from __future__ import annotations

from typing import Any

import pytest

from heroku_api.errors import HerokuError
from providers.heroku.provider import HerokuProvider
from providers.protocol.errors import InitFailedError, ProviderError
from providers.protocol.lifecycle import CreateRequest, DeleteRequest, ReadRequest, UpdateRequest
from providers.protocol.values import Secret
from tests.unit.providers.heroku.scripted import (
    ADDON,
    ADDON_ID,
    APP,
    APP_ID,
    APPS,
    CANARY,
    CONFIG,
    DATABASE,
    FORMATION,
    Heroku,
    addon,
    urn,
)


@pytest.mark.fault("F30", "B30", "T08")
def test_a_plan_that_cannot_change_in_place_points_to_pg_copy_and_deletes_nothing(heroku: Heroku) -> None:
    state: dict[str, Any] = {
        **DATABASE,
        "config": None,
        "configVars": [],
        "configVarValues": {},
        "providerId": "p",
    }
    refusal = {"id": "invalid_params", "message": "This plan change is not supported."}
    heroku.plays(("PATCH", f"/apps/{APP_ID}/addons/{ADDON_ID}", 422, refusal))
    news = {**DATABASE, "plan": "heroku-postgresql:essential-0"}
    with pytest.raises(InitFailedError, match="heroku pg:copy, then promote it") as failed:
        heroku.provider.update(UpdateRequest(ADDON, ADDON_ID, olds=state, news=news))
    assert failed.value.properties["plan"] == "heroku-postgresql:standard-0"
    assert heroku.surprises() == []


@pytest.mark.fault("F31")
@pytest.mark.parametrize(
    ("status", "message"),
    [(423, "sc-db is under maintenance."), (422, "sc-db is read-only."), (503, "Maintenance.")],
)
def test_a_plan_that_cannot_change_during_maintenance_stays_and_the_next_run_tries_again(
    heroku: Heroku, status: int, message: str
) -> None:
    state: dict[str, Any] = {
        **DATABASE,
        "config": None,
        "configVars": [],
        "configVarValues": {},
        "providerId": "p",
    }
    path = f"/apps/{APP_ID}/addons/{ADDON_ID}"
    heroku.plays(("PATCH", path, status, {"id": "locked", "message": message}))
    news = {**DATABASE, "plan": "heroku-postgresql:standard-2"}
    with pytest.raises(InitFailedError, match=message.rstrip(".")) as failed:
        heroku.provider.update(UpdateRequest(ADDON, ADDON_ID, olds=state, news=news))
    assert failed.value.properties["plan"] == "heroku-postgresql:standard-0"
    assert heroku.surprises() == []

    upgraded = addon(plan="heroku-postgresql:standard-2")
    heroku.plays(
        ("PATCH", path, 200, upgraded),
        ("GET", f"/addons/{ADDON_ID}", 200, upgraded),
        ("GET", f"/apps/{APP_ID}/config-vars", 200, {}),
    )
    done = heroku.provider.update(UpdateRequest(ADDON, ADDON_ID, olds=failed.value.properties, news=news))
    assert done["plan"] == "heroku-postgresql:standard-2"


def test_a_formation_before_the_first_release_says_to_deploy_first(heroku: Heroku) -> None:
    heroku.plays(
        ("GET", f"/apps/{APP_ID}", 200, APP),
        (
            "PATCH",
            f"/apps/{APP_ID}/formation/web",
            404,
            {"id": "not_found", "message": "Couldn't find that formation."},
        ),
    )
    news = {"appId": APP_ID, "type": "web", "quantity": 1, "size": "Basic"}
    with pytest.raises(
        HerokuError, match=r"has no process type web\. Heroku makes process types from a release"
    ):
        heroku.provider.create(CreateRequest(FORMATION, news))


@pytest.mark.fault("F21")
@pytest.mark.parametrize(
    ("subject", "path", "state"),
    [
        (APPS, f"/apps/{APP_ID}", {"id": APP_ID, "name": "sc-app"}),
        (ADDON, f"/addons/{ADDON_ID}", {"id": ADDON_ID, **DATABASE}),
        (FORMATION, f"/apps/{APP_ID}/formation/f", {"id": "f", "appId": APP_ID}),
        (CONFIG, f"/apps/{APP_ID}/config-vars", {"id": "config:x", "appId": APP_ID, "vars": {}}),
    ],
    ids=["app", "database", "formation of a missing app", "config vars of a missing app"],
)
def test_an_app_or_database_that_is_not_found_stops_the_run(
    heroku: Heroku, subject: str, path: str, state: dict[str, Any]
) -> None:
    answer = {"id": "not_found", "message": "Couldn't find that app.", "resource": "app"}
    heroku.plays(("GET", path, 404, answer))
    with pytest.raises(HerokuError, match="Is it gone, or does HEROKU_API_KEY belong to another account"):
        heroku.provider.read(ReadRequest(subject, state["id"], {}, state))


def test_a_process_type_that_is_gone_is_drift(heroku: Heroku) -> None:
    answer = {"id": "not_found", "message": "Couldn't find that formation.", "resource": "formation"}
    heroku.plays(("GET", f"/apps/{APP_ID}/formation/f", 404, answer))
    assert heroku.provider.read(ReadRequest(FORMATION, "f", {}, {"id": "f", "appId": APP_ID})) is None


def test_a_404_from_something_else_on_the_way_is_no_absence(heroku: Heroku) -> None:
    heroku.plays(("GET", f"/apps/{APP_ID}/formation/f", 404, "<html>not here</html>"))
    with pytest.raises(HerokuError, match=r"404 Not Found\. Check that it exists"):
        heroku.provider.read(ReadRequest(FORMATION, "f", {}, {"id": "f", "appId": APP_ID}))


@pytest.mark.fault("F13", "F14", "F15")
@pytest.mark.parametrize(
    "answer", [None, "<html></html>", [1], {"id": 7}], ids=["empty", "html", "list", "shape"]
)
def test_an_answer_that_is_not_herokus_is_named_so_and_nothing_is_stored(heroku: Heroku, answer: Any) -> None:
    heroku.plays(
        ("GET", f"/apps/{APP_ID}", 200, APP), ("PATCH", f"/apps/{APP_ID}/formation/web", 200, answer)
    )
    news = {"appId": APP_ID, "type": "web", "quantity": 1, "size": "Basic"}
    with pytest.raises(HerokuError, match="unexpected answer"):
        heroku.provider.create(CreateRequest(FORMATION, news))


@pytest.mark.fault("F32")
def test_a_failed_release_names_itself_and_the_state_has_what_heroku_has(heroku: Heroku) -> None:
    release = {"id": "r", "version": 12, "description": "Set A config vars", "status": "failed"}
    heroku.plays(
        ("PATCH", f"/apps/{APP_ID}/config-vars", 200, {"A": "2"}),
        ("GET", f"/apps/{APP_ID}/releases", 206, [release]),
        ("GET", f"/apps/{APP_ID}/releases/r", 200, release),
    )
    olds: dict[str, Any] = {
        "id": f"config:{APP_ID}",
        "appId": APP_ID,
        "vars": {"A": "1"},
        "sensitiveVars": None,
    }
    with pytest.raises(
        InitFailedError, match=r"release v12 .* failed. The config vars are set on Heroku"
    ) as failed:
        heroku.provider.update(
            UpdateRequest(CONFIG, olds["id"], olds=olds, news={"appId": APP_ID, "vars": {"A": "2"}})
        )
    assert failed.value.properties["vars"] == {"A": "2"}


def test_no_value_that_heroku_quotes_back_reaches_an_error(heroku: Heroku) -> None:
    refusal = {"id": "invalid_params", "message": f"Value {CANARY} is too long"}
    heroku.plays(("PATCH", f"/apps/{APP_ID}/config-vars", 422, refusal))
    news = {"appId": APP_ID, "sensitiveVars": {"TOKEN": CANARY}}
    with pytest.raises(HerokuError) as failed:
        heroku.provider.create(CreateRequest(CONFIG, news))
    assert CANARY not in str(failed.value)


def test_secrets_are_marked_in_what_a_failed_update_stores(heroku: Heroku) -> None:
    heroku.plays(("PATCH", f"/apps/{APP_ID}/config-vars", 403, {"id": "forbidden", "message": "No."}))
    olds: dict[str, Any] = {
        "id": f"config:{APP_ID}",
        "appId": APP_ID,
        "vars": None,
        "sensitiveVars": {"TOKEN": CANARY},
    }
    news = {"appId": APP_ID, "sensitiveVars": {"TOKEN": "another"}}
    with pytest.raises(InitFailedError) as failed:
        heroku.provider.update(UpdateRequest(CONFIG, olds["id"], olds=olds, news=news))
    assert failed.value.properties["sensitiveVars"] == Secret({"TOKEN": Secret(CANARY)})
    assert CANARY not in repr(failed.value.properties)


def test_deleting_what_is_gone_already_succeeds(heroku: Heroku) -> None:
    answer = {"id": "not_found", "message": "Couldn't find that add-on.", "resource": "add_on"}
    heroku.plays(("DELETE", f"/apps/{APP_ID}/addons/{ADDON_ID}", 404, answer))
    heroku.provider.delete(DeleteRequest(ADDON, ADDON_ID, DATABASE))
    assert heroku.surprises() == []


def test_taking_a_formation_out_of_the_program_leaves_its_dynos_running(heroku: Heroku) -> None:
    """As the official plugin does: a renamed resource must not stop production. It is said, not done."""
    heroku.plays()
    state = {"appId": APP_ID, "type": "web", "quantity": 2, "size": "Basic"}
    heroku.provider.delete(DeleteRequest(FORMATION, "f", state))
    assert heroku.surprises() == []


@pytest.mark.fault("B75")
@pytest.mark.parametrize(
    "url", ["https://api.heroku.com", "http://10.0.0.7:5000", "https://127.0.0.1.evil.example"]
)
def test_an_address_that_is_not_on_this_machine_is_refused(url: str) -> None:
    with pytest.raises(ProviderError, match="serves local Heroku only") as refused:
        HerokuProvider({}).configure({"url": url, "apiKey": CANARY})
    assert "pulumi plugin install resource heroku 1.0.4" in str(refused.value)
    assert CANARY not in str(refused.value)


def test_without_an_address_the_real_heroku_is_meant_and_refused() -> None:
    with pytest.raises(ProviderError, match=r"heroku:url is https://api.heroku.com"):
        HerokuProvider({"HEROKU_API_KEY": CANARY}).configure({})


@pytest.mark.parametrize(
    "import_id", ["sc-app:web?x=1", "sc-app:../../account", "sc app:web", "..:web", "a:b#c"]
)
def test_an_import_id_cannot_lead_to_another_path(heroku: Heroku, import_id: str) -> None:
    heroku.plays()
    with pytest.raises(HerokuError, match="is no path of Heroku's API"):
        heroku.provider.read(ReadRequest(FORMATION, import_id))
    assert heroku.surprises() == []


def test_a_type_that_is_not_served_is_one_clear_error(heroku: Heroku) -> None:
    with pytest.raises(
        ProviderError, match=r"unrecognized resource type heroku:app/webhook:Webhook: .* serves Addon"
    ):
        heroku.provider.create(CreateRequest(urn("heroku:app/webhook:Webhook"), {}))
