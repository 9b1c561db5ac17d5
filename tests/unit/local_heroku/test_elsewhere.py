"""What the CLI asks of other hosts and is told to ask here; and the host names that apps answer under."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.unit.local_heroku.conftest import LocalHeroku

APP = "/apps/sc-mvp-production"


def test_the_status_is_green_and_asks_for_no_token(heroku: LocalHeroku) -> None:
    shown = heroku.ask("GET", "/api/v4/current-status", token=None).json
    assert [(one["system"], one["status"]) for one in shown["status"]] == [
        ("Apps", "green"),
        ("Data", "green"),
        ("Tools", "green"),
    ]


@pytest.mark.parametrize(
    ("query", "names"),
    [("?in[namespace][]=heroku&in[name][]=ruby", ["ruby"]), ("?in[name][]=flask", []), ("?like[description]=Node", ["nodejs"])],
)  # fmt: skip
def test_the_buildpack_registry_knows_herokus_own(heroku: LocalHeroku, query: str, names: list[str]) -> None:
    found = heroku.ask("GET", f"/buildpacks{query}", token=None).json
    assert [one["name"] for one in found] == names


def test_a_buildpack_is_shown_by_name_and_added_by_its_address(heroku: LocalHeroku) -> None:
    heroku.app("sc-mvp-production")
    known = heroku.ask("GET", "/buildpacks/heroku%2Fruby", token=None).json
    updates = {"updates": [{"buildpack": known["blob_url"]}]}
    assert heroku.ask("PUT", f"{APP}/buildpack-installations", updates).status == 200
    [installed] = heroku.get(f"{APP}/buildpack-installations")
    assert installed["buildpack"]["name"] == "heroku/ruby"
    for unknown in ("heroku%2Fcobol", "other%2Fruby", "ruby"):
        assert heroku.ask("GET", f"/buildpacks/{unknown}", token=None).status == 404
    for part in ("readme", "revisions"):
        assert heroku.ask("GET", f"/buildpacks/heroku%2Fruby/{part}", token=None).status == 200


def test_an_app_answers_under_the_hosts_that_a_runbook_writes(heroku: LocalHeroku) -> None:
    heroku.app("sc-mvp-production")
    heroku.deploy("sc-mvp-production")
    host = "sc-mvp-production-6b7a268cc8ad.herokuapp.com"
    assert heroku.ask("GET", "/healthz", host=host, token=None).status == 403
    heroku.patch("/local/settings", {"hosts": {host: "sc-mvp-production"}})
    assert heroku.ask("GET", "/healthz", host=host, token=None).status == 200
    heroku.reopen()
    assert heroku.ask("GET", "/healthz", host=host, token=None).status == 200
    heroku.delete(APP)
    assert heroku.ask("GET", "/healthz", host=host, token=None).status == 403


@pytest.mark.parametrize(
    "hosts", [{"localhost": "a"}, {"A.example": "a"}, {"a.example": 1}, {"127.0.0.1:1": "a"}]
)
def test_a_host_that_is_none_is_refused(heroku: LocalHeroku, hosts: dict[str, object]) -> None:
    assert heroku.refusal("PATCH", "/local/settings", {"hosts": hosts})[:2] == (422, "invalid_params")


def test_the_api_stays_under_loopback_names_whatever_the_hosts_say(heroku: LocalHeroku) -> None:
    heroku.app("sc-mvp-production")
    heroku.patch("/local/settings", {"hosts": {"127.0.0.1": "sc-mvp-production"}})
    assert heroku.ask("GET", "/account", host="127.0.0.1:1").status == 200
