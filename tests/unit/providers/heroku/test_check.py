"""Check: inputs become of their kinds, defaults are added, secrets marked, and each mistake is one sentence."""

from __future__ import annotations

from typing import Any

import pytest

from providers.heroku.types import lifecycle
from providers.protocol.values import UNKNOWN, Secret
from providers.resources.check import check
from providers.resources.naming import Mode, Naming

APP_ID = "fce9d32a-0486-5fd5-97c8-adc8be16f670"
SEED = Naming("web", b"seed")


def failures(token: str, **news: Any) -> list[str]:
    checked = check(lifecycle(token).resource, news, {}, SEED)
    return [f"{failure.property} {failure.reason}" for failure in checked.failures]


def inputs(token: str, **news: Any) -> dict[str, Any]:
    checked = check(lifecycle(token).resource, news, {}, SEED)
    assert checked.failures == []
    return checked.inputs


FORMATION = "heroku:formation/formation:Formation"
APP = "heroku:app/app:App"
CONFIG = "heroku:app/configAssociation:ConfigAssociation"


def test_values_become_of_the_declared_kind() -> None:
    """Programs in languages without types send `"2"` and 7."""
    found = inputs(FORMATION, appId=APP_ID, type="web", quantity="2", size="basic")
    assert found == {"__defaults": [], "appId": APP_ID, "type": "web", "quantity": 2, "size": "basic"}
    assert inputs(CONFIG, appId=APP_ID, vars={"N": 3, "F": 1.5, "B": True})["vars"] == {
        "N": "3",
        "F": "1.5",
        "B": "true",
    }


def test_sensitive_maps_are_secret_as_a_whole_and_value_by_value() -> None:
    found = inputs(CONFIG, appId=APP_ID, sensitiveVars={"TOKEN": "s3cret"})
    assert found["sensitiveVars"] == Secret({"TOKEN": Secret("s3cret")})


def test_unknown_values_pass() -> None:
    found = inputs(CONFIG, appId=UNKNOWN, vars={"URL": UNKNOWN, "N": "1"})
    assert found["vars"] == {"URL": UNKNOWN, "N": "1"}


@pytest.mark.fault("B23", "B24", "B25")
@pytest.mark.parametrize(
    ("given", "wrong"),
    [
        ({"quantity": -1}, "quantity must be 0 to 100 dynos, found -1."),
        ({"quantity": 1.5}, "quantity must be a whole number, found 1.5."),
        ({"quantity": True}, "quantity must be a whole number, found True."),
        ({"quantity": "many"}, "quantity must be a whole number, found 'many'."),
        ({"quantity": 101}, "quantity must be 0 to 100 dynos, found 101."),
        ({"type": ""}, "type must not be empty, found ''."),
        ({"type": ["web"]}, "type must be a string, found a list."),
        (
            {"appId": "sc-mvp-staging"},
            "appId must be a UUID (the `id` of the resource it names), found 'sc-mvp-staging'.",
        ),
        ({"appId": None}, "appId is required, and was not given. Set it."),
        (
            {"app_id": APP_ID},
            "app_id is no input of this type; it has appId, quantity, size, type. Did you mean appId?",
        ),
        (
            {"kwantity": 1},
            "kwantity is no input of this type; it has appId, quantity, size, type. Did you mean quantity?",
        ),
    ],
)
def test_a_formation_that_cannot_be_is_refused(given: dict[str, Any], wrong: str) -> None:
    right = {"appId": APP_ID, "type": "web", "quantity": 1, "size": "Basic"}
    assert failures(FORMATION, **{**right, **given}) == [wrong]


@pytest.mark.fault("F37")
def test_a_withdrawn_dyno_type_is_refused_with_those_that_are_sold() -> None:
    (wrong,) = failures(FORMATION, appId=APP_ID, type="web", quantity=1, size="Free")
    assert wrong.startswith("size must be a dyno type: Eco, Basic, Standard-1X")
    assert wrong.endswith("found 'Free'.")


@pytest.mark.fault("B19", "B20", "B21")
@pytest.mark.parametrize("name", ["Sc-App", "9lives", "-app", "ab", "a" * 31, "sc app", "sc-app-"])
def test_an_app_name_that_heroku_refuses_quotes_the_rule(name: str) -> None:
    assert failures(APP, name=name, region="us") == [
        "name must be 3 to 30 lower-case letters, digits and hyphens, start with a letter and end with a letter or "
        f"digit, found {name!r}."
    ]


@pytest.mark.fault("B37")
def test_a_config_var_in_two_places_and_one_no_shell_can_name_are_refused() -> None:
    assert failures(CONFIG, appId=APP_ID, vars={"A": "1", "B C": "2"}, sensitiveVars={"A": "x"}) == [
        "vars.B C must be letters, digits and underscores, and not start with a digit.",
        "vars.A is also in sensitiveVars. Keep it in one of the two.",
    ]


def test_a_secret_of_the_wrong_kind_is_not_quoted() -> None:
    (wrong,) = failures(CONFIG, appId=APP_ID, sensitiveVars="canary-secret")
    assert wrong == "sensitiveVars must be a map of strings, found a secret."
    (wrong,) = failures("heroku:drain/drain:Drain", appId=APP_ID, sensitiveUrl="ftp://canary-secret")
    assert "canary" not in wrong


def test_a_missing_name_is_made_from_the_resource_and_the_seed_and_kept() -> None:
    resource = lifecycle(APP).resource
    first = check(resource, {"region": "us"}, {}, SEED).inputs
    assert first["__defaults"] == ["name"]
    assert first["name"].startswith("web-")
    assert first == check(resource, {"region": "us"}, {}, SEED).inputs
    later = check(resource, {"region": "us"}, first, Naming("web", b"another seed")).inputs
    assert later["name"] == first["name"]


def test_the_projects_own_naming_is_followed() -> None:
    resource = lifecycle(APP).resource
    proposed = Naming("web", b"seed", "sc-web", Mode.ENFORCE)
    assert check(resource, {"region": "us"}, {}, proposed).inputs["name"] == "sc-web"
    off = check(resource, {"region": "us"}, {}, Naming("web", b"seed", "", Mode.DISABLE))
    assert [failure.reason for failure in off.failures] == [
        "is required: automatic naming is off in this project. Set it."
    ]


def test_an_automatic_name_that_heroku_would_refuse_is_told_before() -> None:
    checked = check(lifecycle(APP).resource, {"region": "us"}, {}, Naming("Web_App", b"seed"))
    assert "made from the resource's name. Set name yourself." in checked.failures[0].reason


def test_a_build_has_one_source() -> None:
    build = "heroku:build/build:Build"
    assert failures(build, appId=APP_ID, source={"version": "v1"}) == [
        "source must have path or url: where the source is."
    ]
    assert failures(build, appId=APP_ID, source={"path": "src", "url": "https://x.example/a.tgz"}) == [
        "source.url is given beside source.path. Keep one of the two."
    ]
    assert failures(build, appId=APP_ID, source={"url": "http://x.example/a.tgz"}) == [
        "source.url must start with https://, found 'http://x.example/a.tgz'."
    ]
