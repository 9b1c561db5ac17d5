"""Config vars: strings set, nulls remove, add-ons own theirs; a release when something changed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.unit.local_heroku.conftest import LocalHeroku

VARS = "/apps/sc-mvp-staging/config-vars"


def newest(heroku: LocalHeroku) -> tuple[int, str]:
    release = heroku.get("/apps/sc-mvp-staging/releases", range="version ..; order=desc,max=1")[0]
    return release["version"], release["description"]


def test_a_change_answers_the_whole_map_and_makes_one_release(heroku: LocalHeroku) -> None:
    heroku.app()
    heroku.patch(VARS, {"B": "2", "A": "1"})
    assert newest(heroku) == (3, "Set A, B config vars")
    assert heroku.patch(VARS, {"A": None, "C": "3"}) == {"B": "2", "C": "3"}
    assert newest(heroku) == (4, "Set C and remove A config vars")
    heroku.patch(VARS, {"B": None})
    assert newest(heroku) == (5, "Remove B config vars")


@pytest.mark.parametrize("changes", [{}, {"A": "1"}, {"MISSING": None}])
def test_a_change_of_nothing_makes_no_release(heroku: LocalHeroku, changes: dict[str, str | None]) -> None:
    heroku.app()
    heroku.patch(VARS, {"A": "1"})
    assert heroku.patch(VARS, changes) == {"A": "1"}
    assert newest(heroku)[0] == 3


def test_an_add_ons_values_can_be_neither_overwritten_nor_removed(heroku: LocalHeroku) -> None:
    heroku.app()
    heroku.database("sc-mvp-staging")
    assert heroku.refusal("PATCH", VARS, {"DATABASE_URL": "postgres://mine"}) == (
        422,
        "invalid_params",
        "Cannot overwrite attachment values DATABASE_URL.",
    )
    assert heroku.refusal("PATCH", VARS, {"DATABASE_URL": None, "A": "1"})[2] == (
        "Cannot destroy attachment values DATABASE_URL."
    )
    assert list(heroku.get(VARS)) == ["DATABASE_URL"]


@pytest.mark.fault("B37")
@pytest.mark.parametrize("key", ["BAD KEY", "A=B", "1A", "", "Ä"])
def test_a_key_that_no_shell_takes_is_refused(heroku: LocalHeroku, key: str) -> None:
    heroku.app()
    assert heroku.refusal("PATCH", VARS, {key: "1"})[2] == f"Config var key {key} is invalid"


@pytest.mark.parametrize("value", [1, True, ["a"], {"a": "b"}])
def test_a_value_that_is_no_string_is_refused_without_being_shown(heroku: LocalHeroku, value: object) -> None:
    heroku.app()
    assert heroku.refusal("PATCH", VARS, {"A": value})[2] == "Config var A must be a string or null"


@pytest.mark.fault("B39")
def test_more_than_64_kilobytes_in_all_are_refused_without_being_shown(heroku: LocalHeroku) -> None:
    heroku.app()
    status, _, message = heroku.refusal("PATCH", VARS, {"A": "canary" * 20_000})
    assert (status, "canary" in message) == (422, False)


def test_a_change_restarts_the_dynos(heroku: LocalHeroku) -> None:
    heroku.app()
    heroku.deploy("sc-mvp-staging")
    assert heroku.get("/apps/sc-mvp-staging/dynos")[0]["state"] == "up"
    heroku.patch(VARS, {"A": "1"})
    dyno = heroku.get("/apps/sc-mvp-staging/dynos")[0]
    assert (dyno["state"], dyno["release"]["version"]) == ("starting", 4)
