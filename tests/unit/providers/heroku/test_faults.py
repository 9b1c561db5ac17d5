"""What Heroku can do to a run: each ends in one clear sentence, with the state as Heroku has it."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING, Any

import pytest

from providers.heroku.provider import HerokuProvider
from providers.protocol.errors import InitFailedError, ProviderError
from providers.protocol.lifecycle import CreateRequest, DeleteRequest, ReadRequest, UpdateRequest
from providers.protocol.values import Secret
from tests.unit.providers.heroku.recordings import Exchange
from tests.unit.providers.heroku.replay import DELAYS, Loopback, NoWaiting, loopback

if TYPE_CHECKING:
    from collections.abc import Iterator

from heroku_api.errors import HerokuError

APP_ID = "fce9d32a-0486-5fd5-97c8-adc8be16f670"
ADDON_ID = "3a173720-c662-5863-875a-2ae9f3af7bc5"
CANARY = "canary-9f2c-secret"
APP = {
    "id": APP_ID,
    "name": "sc-app",
    "region": {"name": "us"},
    "stack": {"name": "heroku-24"},
    "git_url": "https://git.heroku.com/sc-app.git",
    "web_url": "https://sc-app-1.herokuapp.com/",
}
LOST = {"id": "bad_gateway", "message": "Bad gateway."}
DATABASE = {"appId": APP_ID, "plan": "heroku-postgresql:standard-0", "name": "sc-db"}


def addon(state: str = "provisioned", plan: str = "heroku-postgresql:standard-0") -> dict[str, Any]:
    return {
        "id": ADDON_ID,
        "name": "sc-db",
        "app": {"id": APP_ID, "name": "sc-app"},
        "plan": {"name": plan},
        "state": state,
        "config_vars": ["DATABASE_URL"],
        "provider_id": "p",
    }


class Heroku:
    """A plugin configured for a loopback server that plays what a test scripts."""

    def __init__(self, url: str, played: Loopback) -> None:
        self.played = played
        self.provider = HerokuProvider({"HEROKU_API_TIME_BUDGET": "0"})
        self.provider.cancelled = self.provider._connection.cancelled = NoWaiting()
        self.provider.configure({"url": url, "apiKey": "key", "delays": DELAYS})

    def plays(self, *script: tuple[str, str, int, Any]) -> None:
        self.played.play(
            tuple(
                Exchange(method, path, status, answer, body=ANY, range=ANY)
                for method, path, status, answer in script
            )
        )

    def surprises(self) -> list[str]:
        """Requests that the script did not foresee, and those it foresaw in vain."""
        return self.played.finish()


class Any_:  # noqa: N801 - a value that equals every body
    def __eq__(self, other: object) -> bool:
        return True

    def __hash__(self) -> int:
        return 0


ANY = Any_()


@pytest.fixture
def heroku() -> Iterator[Heroku]:
    with loopback() as (url, played):
        yield Heroku(url, played)


def urn(token: str) -> str:
    return f"urn:pulumi:dev::demo::{token}::r"


ADDON = urn("heroku:addon/addon:Addon")
APPS = urn("heroku:app/app:App")
CONFIG = urn("heroku:app/configAssociation:ConfigAssociation")
FORMATION = urn("heroku:formation/formation:Formation")


def test_an_add_on_whose_wait_fails_is_kept_and_the_next_run_buys_no_second_one(heroku: Heroku) -> None:
    heroku.plays(
        ("GET", f"/apps/{APP_ID}", 200, APP),
        ("POST", f"/apps/{APP_ID}/addons", 201, addon("provisioning")),
        ("GET", f"/apps/{APP_ID}/addons/{ADDON_ID}", 500, {"id": "internal", "message": "Oops."}),
    )
    with pytest.raises(InitFailedError) as failed:
        heroku.provider.create(CreateRequest(ADDON, DATABASE))
    assert heroku.surprises() == []
    assert failed.value.id == ADDON_ID
    stored = failed.value.properties
    assert (stored["name"], stored["plan"]) == ("sc-db", "heroku-postgresql:standard-0")

    heroku.plays(
        ("GET", f"/addons/{ADDON_ID}", 200, addon("provisioning")),
        ("GET", f"/addons/{ADDON_ID}", 200, addon("provisioning")),
        ("GET", f"/apps/{APP_ID}/config-vars", 200, {}),
        ("GET", f"/apps/{APP_ID}/addons/{ADDON_ID}", 200, addon("provisioning")),
        ("GET", f"/apps/{APP_ID}/addons/{ADDON_ID}", 200, addon()),
        ("GET", f"/apps/{APP_ID}/config-vars", 200, {"DATABASE_URL": "postgres://x"}),
        ("GET", f"/addons/{ADDON_ID}", 200, addon()),
        ("GET", f"/apps/{APP_ID}/config-vars", 200, {"DATABASE_URL": "postgres://x"}),
    )
    heroku.provider.update(UpdateRequest(ADDON, ADDON_ID, olds=stored, news=DATABASE))
    assert heroku.surprises() == []


def test_a_refresh_of_a_database_still_provisioning_keeps_it_unfinished(heroku: Heroku) -> None:
    """Otherwise the next run would take it for ready, and not wait."""
    heroku.plays(
        ("GET", f"/addons/{ADDON_ID}", 200, addon("provisioning")),
        ("GET", f"/addons/{ADDON_ID}", 200, addon("provisioning")),
        ("GET", f"/apps/{APP_ID}/config-vars", 200, {}),
    )
    inputs = {"__defaults": [], **DATABASE}
    with pytest.raises(
        InitFailedError, match="sc-db is still being provisioned; the next up waits for it"
    ) as found:
        heroku.provider.read(ReadRequest(ADDON, ADDON_ID, inputs, {"id": ADDON_ID, **DATABASE}))
    assert (found.value.id, found.value.inputs) == (ADDON_ID, inputs)


def test_the_resources_own_timeout_bounds_the_wait(heroku: Heroku) -> None:
    heroku.plays(
        ("GET", f"/apps/{APP_ID}", 200, APP),
        ("POST", f"/apps/{APP_ID}/addons", 201, addon("provisioning")),
        ("GET", f"/apps/{APP_ID}/addons/{ADDON_ID}", 200, addon("provisioning")),
    )
    with pytest.raises(InitFailedError, match="gave up waiting for add-on sc-db to be provisioned after 0 s"):
        heroku.provider.create(CreateRequest(ADDON, DATABASE, timeout=0.2))


def test_an_app_whose_config_vars_were_refused_is_finished_by_the_next_run(heroku: Heroku) -> None:
    news = {"name": "sc-app", "region": "us", "configVars": {"A": "1"}, "buildpacks": ["heroku/ruby"]}
    heroku.plays(
        ("POST", "/apps", 201, APP),
        ("PATCH", f"/apps/{APP_ID}/config-vars", 422, {"id": "invalid_params", "message": "No."}),
    )
    with pytest.raises(InitFailedError) as failed:
        heroku.provider.create(CreateRequest(APPS, news))
    stored = failed.value.properties
    assert (failed.value.id, stored["configVars"], stored["buildpacks"]) == (APP_ID, {}, [])

    release = {"id": "r", "version": 3, "description": "Set A config vars", "status": "succeeded"}
    heroku.plays(
        ("PATCH", f"/apps/{APP_ID}", 200, APP),
        ("PUT", f"/apps/{APP_ID}/buildpack-installations", 200, []),
        ("PATCH", f"/apps/{APP_ID}/config-vars", 200, {"A": "1"}),
        ("GET", f"/apps/{APP_ID}/releases", 206, [release]),
        ("GET", f"/apps/{APP_ID}/releases/r", 200, release),
        ("GET", f"/apps/{APP_ID}", 200, APP),
        ("GET", f"/apps/{APP_ID}/buildpack-installations", 200, [{"buildpack": {"name": "heroku/ruby"}}]),
        ("GET", f"/apps/{APP_ID}/config-vars", 200, {"A": "1"}),
    )
    finished = heroku.provider.update(UpdateRequest(APPS, APP_ID, olds=stored, news=news))
    assert heroku.surprises() == []
    assert (finished["configVars"], finished["buildpacks"]) == ({"A": "1"}, ["heroku/ruby"])


def test_a_database_still_provisioning_at_the_limit_is_kept(heroku: Heroku) -> None:
    settings = heroku.provider._connection.settings
    assert settings is not None
    object.__setattr__(settings, "addon_create_limit", type(settings.addon_create_limit)())
    heroku.plays(
        ("GET", f"/apps/{APP_ID}", 200, APP),
        ("POST", f"/apps/{APP_ID}/addons", 201, addon("provisioning")),
        ("GET", f"/apps/{APP_ID}/addons/{ADDON_ID}", 200, addon("provisioning")),
    )
    with pytest.raises(
        InitFailedError, match="run again and it goes on waiting, without buying a second one"
    ):
        heroku.provider.create(CreateRequest(ADDON, DATABASE))


def test_an_add_on_that_is_taken_away_right_after_it_was_made_is_not_used(heroku: Heroku) -> None:
    heroku.plays(
        ("GET", f"/apps/{APP_ID}", 200, APP),
        ("POST", f"/apps/{APP_ID}/addons", 201, addon("provisioning")),
        ("GET", f"/apps/{APP_ID}/addons/{ADDON_ID}", 200, addon("deprovisioned")),
    )
    with pytest.raises(
        InitFailedError, match="sc-db is deprovisioned right after it was created, and is not used"
    ):
        heroku.provider.create(CreateRequest(ADDON, DATABASE))


@pytest.mark.parametrize("status", [502, 422])
def test_an_add_on_left_by_a_lost_answer_is_taken_over(heroku: Heroku, status: int) -> None:
    """502: the answer is lost now. 422: it was lost in a run before, and the name is taken."""
    refusal = LOST if status == 502 else {"id": "invalid_params", "message": "Name sc-db is already taken"}
    heroku.plays(
        ("GET", f"/apps/{APP_ID}", 200, APP),
        ("POST", f"/apps/{APP_ID}/addons", status, refusal),
        ("GET", f"/apps/{APP_ID}/addons/sc-db", 200, addon()),
        ("GET", f"/apps/{APP_ID}/addons/{ADDON_ID}", 200, addon()),
        ("GET", f"/apps/{APP_ID}/config-vars", 200, {"DATABASE_URL": "postgres://x"}),
        ("GET", f"/addons/{ADDON_ID}", 200, addon()),
        ("GET", f"/apps/{APP_ID}/config-vars", 200, {"DATABASE_URL": "postgres://x"}),
    )
    assert heroku.provider.create(CreateRequest(ADDON, DATABASE)).id == ADDON_ID
    assert heroku.surprises() == []


def test_an_add_on_of_another_plan_is_not_taken_over(heroku: Heroku) -> None:
    heroku.plays(
        ("GET", f"/apps/{APP_ID}", 200, APP),
        (
            "POST",
            f"/apps/{APP_ID}/addons",
            422,
            {"id": "invalid_params", "message": "Name sc-db is already taken"},
        ),
        ("GET", f"/apps/{APP_ID}/addons/sc-db", 200, addon(plan="heroku-postgresql:premium-0")),
    )
    with pytest.raises(HerokuError, match="Name sc-db is already taken"):
        heroku.provider.create(CreateRequest(ADDON, DATABASE))


def test_an_empty_app_left_by_a_lost_answer_is_taken_over_and_one_in_use_is_not(
    heroku: Heroku,
) -> None:
    release = {"id": "r", "version": 2, "description": "Enable Logplex", "status": "succeeded", "slug": None}
    whole: tuple[tuple[str, str, int, Any], ...] = (
        ("PATCH", f"/apps/{APP_ID}/config-vars", 200, {}),
        ("GET", f"/apps/{APP_ID}/releases", 206, [release]),
        ("GET", f"/apps/{APP_ID}/releases/r", 200, release),
        ("GET", f"/apps/{APP_ID}", 200, APP),
        ("GET", f"/apps/{APP_ID}/buildpack-installations", 200, []),
        ("GET", f"/apps/{APP_ID}/config-vars", 200, {}),
    )
    lost = (("POST", "/apps", 504, LOST), ("GET", "/apps/sc-app", 200, APP))
    heroku.plays(*lost, ("GET", f"/apps/{APP_ID}/releases", 206, [release]), *whole)
    assert heroku.provider.create(CreateRequest(APPS, {"name": "sc-app", "region": "us"})).id == APP_ID

    deployed = {**release, "version": 7, "description": "Deploy 1a2b3c4d"}
    with_database = {**release, "version": 3, "description": "Attach DATABASE (@ref:sc-db)"}
    for newest in (deployed, with_database):
        heroku.plays(*lost, ("GET", f"/apps/{APP_ID}/releases", 206, [newest]))
        with pytest.raises(HerokuError, match="Heroku may have done it"):
            heroku.provider.create(CreateRequest(APPS, {"name": "sc-app", "region": "us"}))


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
    with pytest.raises(HerokuError):
        heroku.provider.read(ReadRequest(FORMATION, "f", {}, {"id": "f", "appId": APP_ID}))


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


def test_config_vars_whose_answer_was_lost_are_looked_at_and_set_right_by_the_next_run(
    heroku: Heroku,
) -> None:
    """Also when the program has gone back: then the state alone would call it no change."""
    olds: dict[str, Any] = {
        "id": f"config:{APP_ID}",
        "appId": APP_ID,
        "vars": {"A": "1"},
        "sensitiveVars": {},
    }
    heroku.plays(("PATCH", f"/apps/{APP_ID}/config-vars", 502, LOST))
    news = {"appId": APP_ID, "vars": {"A": "2", "B": "3"}}
    with pytest.raises(InitFailedError) as failed:
        heroku.provider.update(UpdateRequest(CONFIG, olds["id"], olds=olds, news=news))
    stored = failed.value.properties
    assert stored["vars"] == {"A": "2", "B": "3"}

    release = {"id": "r", "version": 9, "description": "Set A config vars", "status": "succeeded"}
    heroku.plays(
        ("GET", f"/apps/{APP_ID}/config-vars", 200, {"A": "1", "B": "3"}),
        ("PATCH", f"/apps/{APP_ID}/config-vars", 200, {"A": "2", "B": "3"}),
        ("GET", f"/apps/{APP_ID}/releases", 206, [release]),
        ("GET", f"/apps/{APP_ID}/releases/r", 200, release),
        ("GET", f"/apps/{APP_ID}/config-vars", 200, {"A": "2", "B": "3"}),
    )
    assert (
        heroku.provider.update(UpdateRequest(CONFIG, olds["id"], olds=stored, news=news))["vars"]
        == news["vars"]
    )
    assert heroku.surprises() == []


@pytest.mark.parametrize("first", ["the one that gets it", "the one that gives it up"])
def test_a_config_var_that_moves_between_two_resources_is_not_lost(heroku: Heroku, first: str) -> None:
    release = {"id": "r", "version": 9, "description": "Set L config vars", "status": "succeeded"}
    whole = (
        ("PATCH", f"/apps/{APP_ID}/config-vars", 200, {"K": "1", "L": "2"}),
        ("GET", f"/apps/{APP_ID}/releases", 206, [release]),
        ("GET", f"/apps/{APP_ID}/releases/r", 200, release),
        ("GET", f"/apps/{APP_ID}/config-vars", 200, {"K": "1", "L": "2"}),
    )
    gets = UpdateRequest(
        f"{CONFIG}-b",
        f"config:{APP_ID}",
        olds={"appId": APP_ID, "vars": {"M": "3"}},
        news={"appId": APP_ID, "vars": {"M": "3", "L": "2"}},
    )
    gives = UpdateRequest(
        CONFIG,
        f"config:{APP_ID}",
        olds={"appId": APP_ID, "vars": {"K": "1", "L": "2"}},
        news={"appId": APP_ID, "vars": {"K": "1"}},
    )
    for request in (gets, gives) if first == "the one that gets it" else (gives, gets):
        heroku.plays(*whole)
        heroku.provider.update(request)
    sent = [
        body.get("L", "not sent") for body in heroku.played.bodies if body and ("K" in body or "L" in body)
    ]
    assert sent == (["2", "not sent"] if first == "the one that gets it" else [None, "2"])


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


def test_a_cancelled_run_ends_its_wait_at_once_and_keeps_the_add_on(heroku: Heroku) -> None:
    provider = heroku.provider
    provider.cancelled = provider._connection.cancelled = threading.Event()
    provider._connection._heroku = None
    provisioning = ("GET", f"/apps/{APP_ID}/addons/{ADDON_ID}", 200, addon("provisioning"))
    heroku.plays(
        ("GET", f"/apps/{APP_ID}", 200, APP),
        ("POST", f"/apps/{APP_ID}/addons", 201, addon("provisioning")),
        *[provisioning] * 50,
    )
    threading.Timer(0.3, provider.cancelled.set).start()
    started = time.monotonic()
    with pytest.raises(InitFailedError, match="cancelled while waiting") as failed:
        provider.create(CreateRequest(ADDON, DATABASE))
    assert time.monotonic() - started < 5
    assert failed.value.id == ADDON_ID


@pytest.mark.parametrize(
    "url", ["https://api.heroku.com", "http://10.0.0.7:5000", "https://127.0.0.1.evil.example"]
)
def test_an_address_that_is_not_on_this_machine_is_refused(url: str) -> None:
    with pytest.raises(HerokuError, match="serves local Heroku only") as refused:
        HerokuProvider({}).configure({"url": url, "apiKey": CANARY})
    assert "pulumi plugin install resource heroku 1.0.4" in str(refused.value)
    assert CANARY not in str(refused.value)


def test_without_an_address_the_real_heroku_is_meant_and_refused() -> None:
    with pytest.raises(HerokuError, match=r"heroku:url is https://api.heroku.com"):
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
