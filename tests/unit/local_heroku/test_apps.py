"""Apps: names, what a new one has, what deletion takes along."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.unit.local_heroku.conftest import LocalHeroku

BAD_CHARACTERS = "Name must start with a letter, end with a letter or digit and can only contain lowercase letters, digits, and dashes"


def test_a_new_app_has_a_web_address_with_a_random_suffix(heroku: LocalHeroku) -> None:
    app = heroku.app("sc-mvp-staging")
    assert re.fullmatch(r"https://sc-mvp-staging-[0-9a-f]{12}\.herokuapp\.com/", app["web_url"])
    assert heroku.app("other")["web_url"].rpartition("-")[2] != app["web_url"].rpartition("-")[2]


def test_a_new_app_has_two_releases_and_no_process_types(heroku: LocalHeroku) -> None:
    heroku.app("sc-mvp-staging")
    releases = heroku.get("/apps/sc-mvp-staging/releases")
    assert [(item["version"], item["description"], item["current"]) for item in releases] == [
        (1, "Initial release", False),
        (2, "Enable Logplex", True),
    ]
    assert heroku.get("/apps/sc-mvp-staging/formation") == []


@pytest.mark.parametrize("name", ["Demo", "1app", "-app", "app-", "a_b", "ab", ""])
def test_a_name_against_the_rules_is_refused_with_the_rule(heroku: LocalHeroku, name: str) -> None:
    if name == "":
        assert heroku.post("/apps", {"name": name})["name"].startswith("local-")
        return
    assert heroku.refusal("POST", "/apps", {"name": name}) == (422, "invalid_params", BAD_CHARACTERS)


def test_a_name_over_30_characters_is_refused(heroku: LocalHeroku) -> None:
    assert heroku.refusal("POST", "/apps", {"name": "a" * 31}) == (
        422,
        "invalid_params",
        "Name is too long (maximum is 30 characters)",
    )


def test_a_taken_name_is_refused(heroku: LocalHeroku) -> None:
    heroku.app("sc-mvp-staging")
    assert heroku.refusal("POST", "/apps", {"name": "sc-mvp-staging"}) == (
        422,
        "invalid_params",
        "Name sc-mvp-staging is already taken",
    )


def test_an_unknown_region_or_stack_is_refused(heroku: LocalHeroku) -> None:
    assert (
        heroku.refusal("POST", "/apps", {"name": "abc", "region": "mars"})[2]
        == "Region mars is not available"
    )
    assert heroku.refusal("POST", "/apps", {"name": "abc", "stack": "cedar-14"})[:2] == (404, "not_found")


@pytest.mark.fault("F35")
def test_a_renamed_app_keeps_its_id_and_frees_its_name(heroku: LocalHeroku) -> None:
    app = heroku.app("before")
    assert heroku.patch("/apps/before", {"name": "after"})["id"] == app["id"]
    assert heroku.refusal("GET", "/apps/before") == (404, "not_found", "Couldn't find that app.")
    heroku.app("before")


def test_an_empty_change_changes_nothing_and_makes_no_release(heroku: LocalHeroku) -> None:
    app = heroku.app("sc-mvp-staging")
    heroku.pass_time(5)
    assert heroku.patch("/apps/sc-mvp-staging", {}) == app
    assert len(heroku.get("/apps/sc-mvp-staging/releases")) == 2


def test_maintenance_and_certificates_are_switched_without_a_release(heroku: LocalHeroku) -> None:
    heroku.app("sc-mvp-staging")
    assert heroku.patch("/apps/sc-mvp-staging", {"maintenance": True})["maintenance"] is True
    assert heroku.post("/apps/sc-mvp-staging/acm")["acm"] is True
    assert heroku.delete("/apps/sc-mvp-staging/acm")["acm"] is False
    assert len(heroku.get("/apps/sc-mvp-staging/releases")) == 2


def test_buildpacks_come_back_as_given(heroku: LocalHeroku) -> None:
    heroku.app("sc-mvp-staging")
    wanted = ["heroku/nodejs", "heroku/ruby", "https://bp.example.com/a.tgz"]
    heroku.ask(
        "PUT",
        "/apps/sc-mvp-staging/buildpack-installations",
        {"updates": [{"buildpack": name} for name in wanted]},
    )
    found = heroku.get("/apps/sc-mvp-staging/buildpack-installations")
    assert [(item["ordinal"], item["buildpack"]["name"]) for item in found] == list(enumerate(wanted))


def test_a_deleted_app_takes_its_children_along(heroku: LocalHeroku) -> None:
    heroku.app("sc-mvp-staging")
    heroku.app("other")
    addon = heroku.database("sc-mvp-staging")
    heroku.post("/addon-attachments", {"addon": addon["id"], "app": "other", "name": "SHARED"})
    heroku.deploy("sc-mvp-staging")
    heroku.delete("/apps/sc-mvp-staging")
    assert heroku.get("/apps/other/addon-attachments") == []
    assert heroku.get("/apps/other/config-vars") == {}
    assert heroku.refusal("GET", f"/addons/{addon['id']}")[:2] == (404, "not_found")
    heroku.reopen()
    assert [app["name"] for app in heroku.get("/apps")] == ["other"]
    assert heroku.world.dynos.all() == []


def test_teams_and_spaces_are_refused_rather_than_ignored(heroku: LocalHeroku) -> None:
    assert heroku.refusal("POST", "/apps", {"name": "abc", "team": "ops"})[0] == 422
