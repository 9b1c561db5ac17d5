"""What a broken run leaves is kept, and finished or taken over by the next one: nothing is bought or lost twice."""

from __future__ import annotations

import threading
import time
from typing import Any

import pytest

from heroku_api.errors import HerokuError
from providers.protocol.errors import InitFailedError
from providers.protocol.lifecycle import CreateRequest, ReadRequest, UpdateRequest
from tests.unit.providers.heroku.scripted import (
    ADDON,
    ADDON_ID,
    APP,
    APP_ID,
    APPS,
    CONFIG,
    DATABASE,
    LOST,
    Heroku,
    addon,
)


@pytest.mark.fault("F27", "T01")
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
        heroku.provider.create(CreateRequest(ADDON, DATABASE, timeout=1e-6))


def test_a_database_still_provisioning_at_the_limit_is_kept(heroku: Heroku) -> None:
    settings = heroku.provider._connection.configuration
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


@pytest.mark.fault("F28")
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


TAKEN_OVER = (
    ("GET", f"/apps/{APP_ID}/addons/sc-db", 200, addon()),
    ("GET", f"/apps/{APP_ID}/addons/{ADDON_ID}", 200, addon()),
    ("GET", f"/apps/{APP_ID}/config-vars", 200, {"DATABASE_URL": "postgres://x"}),
    ("GET", f"/addons/{ADDON_ID}", 200, addon()),
    ("GET", f"/apps/{APP_ID}/config-vars", 200, {"DATABASE_URL": "postgres://x"}),
)
POSTED = (("GET", f"/apps/{APP_ID}", 200, APP), ("POST", f"/apps/{APP_ID}/addons", 502, LOST))
TAKEN = (
    ("GET", f"/apps/{APP_ID}", 200, APP),
    (
        "POST",
        f"/apps/{APP_ID}/addons",
        422,
        {"id": "invalid_params", "message": "Name sc-db is already taken"},
    ),
)


@pytest.mark.parametrize("looks", [1, 2])
def test_an_add_on_left_by_a_lost_answer_is_taken_over(heroku: Heroku, looks: int) -> None:
    """Now, or by the run after: the look at what is there is lost too, and then the name is taken."""
    if looks > 1:
        heroku.plays(*POSTED, ("GET", f"/apps/{APP_ID}/addons/sc-db", 502, LOST))
        with pytest.raises(HerokuError, match="Heroku may have done it"):
            heroku.provider.create(CreateRequest(ADDON, DATABASE))
    heroku.plays(*(POSTED if looks == 1 else TAKEN), *TAKEN_OVER)
    assert heroku.provider.create(CreateRequest(ADDON, DATABASE)).id == ADDON_ID
    assert heroku.surprises() == []


def test_an_add_on_of_another_plan_is_not_taken_over(heroku: Heroku) -> None:
    heroku.plays(
        *POSTED, ("GET", f"/apps/{APP_ID}/addons/sc-db", 200, addon(plan="heroku-postgresql:premium-0"))
    )
    with pytest.raises(HerokuError, match=r"Heroku may have done it.* sc-db is there and in use") as taken:
        heroku.provider.create(CreateRequest(ADDON, DATABASE))
    assert str(taken.value).endswith(f"pulumi import heroku:addon/addon:Addon NAME {ADDON_ID}.")


def test_an_add_on_that_a_person_made_is_not_taken_over_however_equal(heroku: Heroku) -> None:
    for _ in range(2):  # nor by the run after
        heroku.plays(*TAKEN, ("GET", f"/apps/{APP_ID}/addons/sc-db", 200, addon()))
        with pytest.raises(HerokuError, match="Name sc-db is already taken") as refused:
            heroku.provider.create(CreateRequest(ADDON, DATABASE))
        assert str(refused.value).endswith(not_ours("add-on sc-db"))
        assert heroku.surprises() == []


def not_ours(what: str) -> str:
    return (
        f"The {what} is there, and no create of this stack's that was sent from this machine made it, so it is not "
        "taken over. To manage what is there with Pulumi: ./ops adopt STACK. Otherwise choose another name."
    )


@pytest.mark.fault("F06")
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
        with pytest.raises(HerokuError, match="Heroku may have done it") as in_use:
            heroku.provider.create(CreateRequest(APPS, {"name": "sc-app", "region": "us"}))
        assert str(in_use.value).endswith(
            "The app sc-app is there and in use, so it is not taken over. If it is this stack's own, its state was lost: "
            f"put a kept copy of the state back, or bring it in with pulumi import heroku:app/app:App NAME {APP_ID}."
        )


def test_an_app_that_a_person_made_is_not_taken_over_however_empty(heroku: Heroku) -> None:
    taken = {"id": "invalid_params", "message": "Name sc-app is already taken"}
    for _ in range(2):  # nor by the run after
        heroku.plays(("POST", "/apps", 422, taken), ("GET", "/apps/sc-app", 200, APP))
        with pytest.raises(HerokuError, match="Name sc-app is already taken") as refused:
            heroku.provider.create(CreateRequest(APPS, {"name": "sc-app", "region": "us"}))
        assert str(refused.value).endswith(not_ours("app sc-app"))
        assert heroku.surprises() == []


def test_an_app_made_by_a_create_of_another_stack_is_not_taken_over(heroku: Heroku) -> None:
    """As empty, and from the same machine: two projects may want one name."""
    heroku.plays(("POST", "/apps", 504, LOST), ("GET", "/apps/sc-app", 502, LOST))
    with pytest.raises(HerokuError, match="Heroku may have done it"):
        heroku.provider.create(CreateRequest(APPS, {"name": "sc-app", "region": "us"}))
    heroku.plays(
        ("POST", "/apps", 422, {"id": "invalid_params", "message": "Name sc-app is already taken"}),
        ("GET", "/apps/sc-app", 200, APP),
    )
    other = APPS.replace("::demo::", "::other::")
    with pytest.raises(HerokuError, match="no create of this stack's"):
        heroku.provider.create(CreateRequest(other, {"name": "sc-app", "region": "us"}))
    assert heroku.surprises() == []


@pytest.mark.parametrize("status", [403, 404])
def test_a_name_that_another_account_has_is_only_said_to_be_taken(heroku: Heroku, status: int) -> None:
    heroku.plays(
        ("POST", "/apps", 422, {"id": "invalid_params", "message": "Name sc-app is already taken"}),
        ("GET", "/apps/sc-app", status, {"id": "forbidden", "message": "You do not have access."}),
    )
    with pytest.raises(HerokuError, match="Name sc-app is already taken") as taken:
        heroku.provider.create(CreateRequest(APPS, {"name": "sc-app", "region": "us"}))
    assert "in use" not in str(taken.value)


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
