"""Formation and dynos: nothing before a release; quantities, sizes, mixing; states by cause."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from tests.unit.local_heroku.conftest import LocalHeroku

APP = "/apps/sc-mvp-staging"
RAILS = {"Procfile": "web: bundle exec puma -C config/puma.rb\nworker: bundle exec sidekiq\n"}


@pytest.fixture
def deployed(heroku: LocalHeroku) -> LocalHeroku:
    heroku.app()
    heroku.deploy("sc-mvp-staging", {"Procfile": "web: ruby web.rb\nworker: ruby worker.rb\n"})
    return heroku


def shown(process_type: dict[str, Any]) -> tuple[str, int, str]:
    return process_type["type"], process_type["quantity"], process_type["size"]


def test_no_process_type_exists_before_a_release(heroku: LocalHeroku) -> None:
    heroku.app()
    assert heroku.refusal("PATCH", f"{APP}/formation/web", {"quantity": 1, "size": "basic"}) == (
        404,
        "not_found",
        "Couldn't find that process type (web).",
    )


def test_the_first_release_gives_web_one_basic_dyno_and_others_none(deployed: LocalHeroku) -> None:
    assert [shown(item) for item in deployed.get(f"{APP}/formation")] == [
        ("web", 1, "Basic"),
        ("worker", 0, "Basic"),
    ]


@pytest.mark.parametrize(
    "body",
    [
        {"quantity": 2, "size": "standard-1x"},
        {"quantity": 2, "dyno_size": {"name": "Standard-1X"}},
        {"quantity": "2", "size": "STANDARD-1X"},
    ],
)
def test_sizes_in_any_case_and_either_form_are_answered_in_heroku_s_case(
    deployed: LocalHeroku, body: dict[str, Any]
) -> None:
    assert shown(deployed.patch(f"{APP}/formation/web", body)) == ("web", 2, "Standard-1X")


@pytest.mark.parametrize(("quantity", "after"), [("+1", 3), ("-1", 1), ("0", 0), (5, 5), ("07", 7)])
def test_quantities_are_absolute_or_relative(deployed: LocalHeroku, quantity: int | str, after: int) -> None:
    deployed.patch(f"{APP}/formation/web", {"quantity": 2, "size": "standard-1x"})
    batch = deployed.patch(f"{APP}/formation", {"updates": [{"type": "web", "quantity": quantity}]})
    assert [item["quantity"] for item in batch] == [after]
    assert len(deployed.get(f"{APP}/dynos")) == after


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ({"quantity": -1}, "Cannot scale to -1 dynos"),
        ({"quantity": 1000, "size": "standard-1x"}, "Cannot scale to 1000 dynos"),
        ({"quantity": "two"}, "Quantity two is not a whole number"),
        ({"quantity": 1.5}, "quantity must be a whole number"),
        ({"quantity": True}, "quantity must be a whole number"),
        ({"size": "standrad-1x"}, "No such dyno size: standrad-1x"),
        ({"size": "Standard-1"}, "No such dyno size: Standard-1"),
        ({"quantity": 2}, "Cannot scale web to 2 Basic dynos: the most is 1. Use Standard-1X or larger."),
    ],
)
def test_what_heroku_does_not_sell_is_refused_and_changes_nothing(
    deployed: LocalHeroku, body: dict[str, Any], message: str
) -> None:
    assert deployed.refusal("PATCH", f"{APP}/formation/web", body) == (422, "invalid_params", message)
    assert shown(deployed.get(f"{APP}/formation/web")) == ("web", 1, "Basic")


def test_basic_is_not_mixed_with_standard_among_running_types(deployed: LocalHeroku) -> None:
    deployed.patch(f"{APP}/formation/web", {"size": "standard-1x"})  # worker has no dynos
    assert deployed.refusal("PATCH", f"{APP}/formation/worker", {"quantity": 1})[2] == (
        "Cannot mix web=Standard-1X, worker=Basic in one app: Eco and Basic dynos go with no other size"
    )
    together = [
        {"type": "web", "size": "basic", "quantity": 1},
        {"type": "worker", "size": "basic", "quantity": 1},
    ]
    assert len(deployed.patch(f"{APP}/formation", {"updates": together})) == 2


def test_a_batch_with_one_bad_update_changes_nothing(deployed: LocalHeroku) -> None:
    updates = [{"type": "web", "size": "standard-1x"}, {"type": "clock", "quantity": 1}]
    assert deployed.refusal("PATCH", f"{APP}/formation", {"updates": updates})[0] == 404
    assert shown(deployed.get(f"{APP}/formation/web")) == ("web", 1, "Basic")


def test_a_repeated_scaling_restarts_nothing(deployed: LocalHeroku) -> None:
    before = deployed.get(f"{APP}/dynos")
    deployed.pass_time(60)
    deployed.patch(f"{APP}/formation/web", {"quantity": 1, "size": "basic"})
    assert deployed.get(f"{APP}/dynos") == before


def test_a_process_type_that_a_new_slug_lacks_is_gone(deployed: LocalHeroku) -> None:
    deployed.deploy("sc-mvp-staging", {"Procfile": "web: ruby other.rb\n"})
    assert [(item["type"], item["command"]) for item in deployed.get(f"{APP}/formation")] == [
        ("web", "ruby other.rb")
    ]


def test_a_dyno_starts_then_is_up(heroku: LocalHeroku) -> None:
    heroku.app()
    source = heroku.upload({"Procfile": "web: ruby web.rb\n"})
    heroku.post(f"{APP}/builds", {"source_blob": {"url": source}})
    assert heroku.get(f"{APP}/dynos")[0]["state"] == "starting"
    heroku.pass_time(1)
    assert heroku.get(f"{APP}/dynos/web.1")["state"] == "up"


def test_a_rails_app_crashes_for_want_of_a_config_var_and_recovers_when_it_is_set(
    heroku: LocalHeroku,
) -> None:
    heroku.app()
    heroku.database("sc-mvp-staging")
    heroku.patch(f"{APP}/config-vars", {"SECRET_KEY_BASE": "canary-1"})
    heroku.deploy("sc-mvp-staging", RAILS)
    assert heroku.get(f"{APP}/dynos")[0]["state"] == "crashed"
    heroku.patch(f"{APP}/config-vars", {"RAILS_MASTER_KEY": "canary-2"})
    heroku.pass_time(1)
    assert heroku.get(f"{APP}/dynos")[0]["state"] == "up"


def test_app_json_says_which_config_vars_are_required(heroku: LocalHeroku) -> None:
    heroku.app()
    app_json = '{"env": {"MUST": {"required": true}, "MAY": {"required": false}, "ALSO": "text"}}'
    heroku.deploy("sc-mvp-staging", {"Procfile": "web: ruby web.rb\n", "app.json": app_json})
    heroku.patch(f"{APP}/config-vars", {"MUST": "1"})
    heroku.pass_time(1)
    assert heroku.get(f"{APP}/dynos")[0]["state"] == "crashed"
    heroku.patch(f"{APP}/config-vars", {"ALSO": "1"})
    heroku.pass_time(1)
    assert heroku.get(f"{APP}/dynos")[0]["state"] == "up"


def test_an_eco_dyno_is_idle_after_half_an_hour_and_wakes_on_a_request(deployed: LocalHeroku) -> None:
    deployed.patch(f"{APP}/formation/web", {"size": "eco"})
    deployed.pass_time(29 * 60)
    assert deployed.get(f"{APP}/dynos")[0]["state"] == "up"
    deployed.pass_time(2 * 60)
    assert deployed.get(f"{APP}/dynos")[0]["state"] == "idle"
    host = deployed.get(APP)["web_url"].removeprefix("https://").rstrip("/")
    assert deployed.ask("GET", "/healthz", host=host).status == 200
    assert deployed.get(f"{APP}/dynos")[0]["state"] == "up"


@pytest.mark.parametrize("path", ["/dynos", "/dynos/web.1", "/formations/web"])
def test_restarts_answer_202_with_an_empty_object(deployed: LocalHeroku, path: str) -> None:
    reply = deployed.ask("DELETE", APP + path)
    assert (reply.status, reply.json) == (202, {})
    assert deployed.get(f"{APP}/dynos")[0]["state"] == "restarting"
    deployed.pass_time(1)
    assert deployed.get(f"{APP}/dynos")[0]["state"] == "up"


def test_a_process_type_that_no_release_has_is_named(heroku: LocalHeroku) -> None:
    heroku.app()
    heroku.deploy("sc-mvp-staging")
    wish = {"updates": [{"type": "worker", "quantity": 1}]}
    assert heroku.refusal("PATCH", "/apps/sc-mvp-staging/formation", wish) == (
        404,
        "not_found",
        "Couldn't find that process type (worker).",
    )
