"""Add-ons and attachments: bought once, provisioned after a while, plans Heroku sells, names that are taken."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.unit.local_heroku.conftest import LocalHeroku

APP = "/apps/sc-mvp-staging"
STANDARD_0 = "heroku-postgresql:standard-0"


def releases(heroku: LocalHeroku, app: str = "sc-mvp-staging") -> list[str]:
    return [item["description"] for item in heroku.get(f"/apps/{app}/releases")][2:]


def test_a_database_is_provisioning_first_and_then_sets_its_config_var_with_a_release(
    heroku: LocalHeroku,
) -> None:
    heroku.app()
    addon = heroku.post(f"{APP}/addons", {"plan": STANDARD_0, "name": "sc-db", "confirm": "sc-mvp-staging"})
    assert (addon["state"], addon["config_vars"], addon["name"]) == (
        "provisioning",
        ["DATABASE_URL"],
        "sc-db",
    )
    assert heroku.get(f"{APP}/config-vars") == {}
    assert heroku.ask("GET", f"/client/v11/databases/{addon['id']}").json == {"error": "not found"}
    heroku.pass_time(1)
    assert heroku.get("/addons/sc-db")["state"] == "provisioned"
    assert heroku.get(f"{APP}/config-vars")["DATABASE_URL"].startswith("postgres://")
    assert releases(heroku) == ["Attach DATABASE (@ref:sc-db)"]


def test_the_plan_may_be_an_object_and_the_name_is_made_up_when_left_out(heroku: LocalHeroku) -> None:
    heroku.app()
    addon = heroku.post(f"{APP}/addons", {"plan": {"name": STANDARD_0}, "attachment": {}, "config": {}})
    assert addon["name"].startswith("postgresql-")


def test_a_taken_add_on_name_is_refused_on_any_app_so_nothing_is_bought_twice(heroku: LocalHeroku) -> None:
    heroku.app("sc-mvp-staging")
    heroku.app("sc-mvp-production")
    heroku.post(f"{APP}/addons", {"plan": STANDARD_0, "name": "sc-db"})
    for app in ("sc-mvp-staging", "sc-mvp-production"):
        assert heroku.refusal("POST", f"/apps/{app}/addons", {"plan": STANDARD_0, "name": "sc-db"}) == (
            422,
            "invalid_params",
            "Name sc-db is already taken",
        )
    assert len(heroku.get("/addons")) == 1


@pytest.mark.parametrize("plan", ["hobby-dev", "mini", "standard-1", "Standard-0", "standrad-0"])
def test_a_plan_that_heroku_does_not_sell_is_refused(heroku: LocalHeroku, plan: str) -> None:
    heroku.app()
    assert heroku.refusal("POST", f"{APP}/addons", {"plan": f"heroku-postgresql:{plan}"}) == (
        422,
        "invalid_params",
        f'Couldn\'t find either the add-on service or the add-on plan of "heroku-postgresql:{plan}".',
    )


def test_a_confirmation_with_another_app_s_name_is_asked_for_again(heroku: LocalHeroku) -> None:
    heroku.app()
    reply = heroku.ask("POST", f"{APP}/addons", {"plan": STANDARD_0, "confirm": "other"})
    assert (reply.status, reply.json["id"], reply.headers["x-confirmation-required"]) == (
        423,
        "confirmation_required",
        "sc-mvp-staging",
    )


def test_a_plan_changes_in_place_and_keeps_id_and_address(heroku: LocalHeroku) -> None:
    heroku.app()
    before = heroku.database("sc-mvp-staging")
    url = heroku.get(f"{APP}/config-vars")["DATABASE_URL"]
    after = heroku.patch(f"{APP}/addons/sc-db", {"plan": "heroku-postgresql:premium-0"})
    assert (after["id"], after["plan"]["name"]) == (before["id"], "heroku-postgresql:premium-0")
    assert heroku.get(f"{APP}/config-vars")["DATABASE_URL"] == url
    assert releases(heroku)[-1] == "Update DATABASE by heroku-postgresql"


def test_rotated_credentials_change_the_config_var_and_nothing_else(heroku: LocalHeroku) -> None:
    heroku.app()
    before = heroku.database("sc-mvp-staging")
    url = heroku.get(f"{APP}/config-vars")["DATABASE_URL"]
    heroku.post(f"/local/databases/{before['id']}/rotate")
    assert heroku.get(f"{APP}/config-vars")["DATABASE_URL"] != url
    assert heroku.get("/addons/sc-db")["config_vars"] == before["config_vars"]
    assert releases(heroku)[-1] == "Update DATABASE by heroku-postgresql"


def test_an_empty_plan_means_unchanged(heroku: LocalHeroku) -> None:
    heroku.app()
    heroku.database("sc-mvp-staging")
    after = heroku.patch(f"{APP}/addons/sc-db", {"name": "renamed", "plan": ""})
    assert (after["name"], after["plan"]["name"]) == ("renamed", STANDARD_0)


def test_essential_data_is_not_moved_in_place(heroku: LocalHeroku) -> None:
    heroku.app()
    heroku.database("sc-mvp-staging", plan="essential-0")
    assert heroku.refusal("PATCH", f"{APP}/addons/sc-db", {"plan": STANDARD_0}) == (
        422,
        "invalid_params",
        "Cannot change heroku-postgresql:essential-0 to heroku-postgresql:standard-0 in place: "
        "create a database on the new plan and use pg:copy",
    )


def test_a_second_database_is_attached_by_a_color(heroku: LocalHeroku) -> None:
    heroku.app()
    heroku.database("sc-mvp-staging", "one")
    second = heroku.database("sc-mvp-staging", "two")
    assert second["config_vars"] == ["HEROKU_POSTGRESQL_AMBER_URL"]


def test_the_same_attachment_name_twice_is_refused_unless_confirmed(heroku: LocalHeroku) -> None:
    heroku.app()
    heroku.database("sc-mvp-staging", "one")
    heroku.database("sc-mvp-staging", "two")
    wish = {"addon": "two", "app": "sc-mvp-staging", "name": "DATABASE"}
    assert heroku.refusal("POST", "/addon-attachments", wish)[0] == 422
    taken_over = heroku.post("/addon-attachments", {**wish, "confirm": "sc-mvp-staging"})
    assert taken_over["addon"]["name"] == "two"
    names = [(item["name"], item["addon"]["name"]) for item in heroku.get(f"{APP}/addon-attachments")]
    assert names == [("HEROKU_POSTGRESQL_AMBER", "two"), ("DATABASE", "two")]


def test_attaching_to_another_app_gives_it_the_config_var_and_a_release(heroku: LocalHeroku) -> None:
    heroku.app()
    heroku.app("other")
    heroku.database("sc-mvp-staging")
    made = heroku.post(
        "/addon-attachments", {"addon": {"name": "sc-db"}, "app": {"name": "other"}, "name": "SHARED"}
    )
    assert list(heroku.get("/apps/other/config-vars")) == ["SHARED_URL"]
    assert releases(heroku, "other") == ["Attach SHARED (@ref:sc-db)"]
    heroku.delete(f"/addon-attachments/{made['id']}")
    assert heroku.get("/apps/other/config-vars") == {}
    assert releases(heroku, "other")[-1] == "Detach SHARED (@ref:sc-db)"


@pytest.mark.parametrize("name", ["database", "r-7e3dfae", "1DB"])
def test_an_attachment_name_is_upper_case(heroku: LocalHeroku, name: str) -> None:
    heroku.app()
    heroku.database("sc-mvp-staging")
    wish = {"addon": "sc-db", "app": "sc-mvp-staging", "name": name}
    assert heroku.refusal("POST", "/addon-attachments", wish)[2] == (
        "Name must be upper case letters, digits and underscores"
    )


def test_the_owner_keeps_its_last_attachment(heroku: LocalHeroku) -> None:
    heroku.app()
    heroku.database("sc-mvp-staging")
    attachment = heroku.get(f"{APP}/addon-attachments/DATABASE")
    assert heroku.refusal("DELETE", f"/addon-attachments/{attachment['id']}")[0] == 422


@pytest.mark.parametrize("text", ["DATABASE", "database_url", "DATABASE_URL", "sc-db", "heroku-postgresql"])
def test_resolvers_find_a_database_by_any_of_its_names(heroku: LocalHeroku, text: str) -> None:
    heroku.app()
    addon = heroku.database("sc-mvp-staging")
    wish = {"addon_attachment": text, "app": "sc-mvp-staging"}
    assert [item["addon"]["id"] for item in heroku.post("/actions/addon-attachments/resolve", wish)] == [
        addon["id"]
    ]
    found = heroku.post("/actions/addons/resolve", {"addon": text, "app": "sc-mvp-staging"})
    assert [item["id"] for item in found] == [addon["id"]]


def test_resolvers_say_not_found_and_ambiguous(heroku: LocalHeroku) -> None:
    heroku.app()
    heroku.database("sc-mvp-staging", "one")
    heroku.database("sc-mvp-staging", "two")
    path, app = "/actions/addon-attachments/resolve", "sc-mvp-staging"
    assert heroku.refusal("POST", path, {"addon_attachment": "nope", "app": app})[:2] == (404, "not_found")
    assert heroku.refusal("POST", path, {"addon_attachment": "heroku-postgresql", "app": app})[:2] == (
        422,
        "multiple_matches",
    )


def test_a_deleted_add_on_is_answered_as_deprovisioned_and_is_gone(heroku: LocalHeroku) -> None:
    heroku.app()
    heroku.database("sc-mvp-staging")
    assert heroku.delete(f"{APP}/addons/sc-db")["state"] == "deprovisioned"
    assert heroku.refusal("GET", "/addons/sc-db") == (404, "not_found", "Couldn't find that add-on.")
    assert heroku.get(f"{APP}/config-vars") == {}
    assert releases(heroku)[-1] == "Detach DATABASE (@ref:sc-db)"


def test_an_add_on_that_another_app_uses_is_deleted_only_by_force(heroku: LocalHeroku) -> None:
    heroku.app()
    heroku.app("other")
    heroku.database("sc-mvp-staging")
    heroku.post("/addon-attachments", {"addon": "sc-db", "app": "other", "name": "SHARED"})
    assert "other" in heroku.refusal("DELETE", f"{APP}/addons/sc-db", {"force": False})[2]
    assert heroku.ask("DELETE", f"{APP}/addons/sc-db", {"force": True}).status == 200


def test_the_catalogue_lists_plans_with_their_price(heroku: LocalHeroku) -> None:
    plans = {
        plan["name"]: plan["price"]["cents"] for plan in heroku.get("/addon-services/heroku-postgresql/plans")
    }
    assert (plans[STANDARD_0], "heroku-postgresql:standard-1" in plans) == (5000, False)
    assert heroku.get(f"/plans/{STANDARD_0}")["human_name"] == "Standard 0"


def test_an_attachment_taken_over_is_detached_by_a_release_of_its_own(heroku: LocalHeroku) -> None:
    """As `pg:promote` asks for it; with a release phase it waits for both releases."""
    heroku.app()
    heroku.database("sc-mvp-staging")
    heroku.database("sc-mvp-staging", "sc-new")
    heroku.post(
        "/addon-attachments",
        {"addon": "sc-new", "app": "sc-mvp-staging", "name": "DATABASE", "confirm": "sc-mvp-staging"},
    )
    assert releases(heroku)[-2:] == ["Detach DATABASE (@ref:sc-db)", "Attach DATABASE (@ref:sc-new)"]
