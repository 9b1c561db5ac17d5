"""Drains, domains, features, collaborators, webhooks."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.unit.local_heroku.conftest import LocalHeroku

APP = "/apps/sc-mvp-staging"


def test_a_drain_is_found_by_id_url_or_token_and_its_password_stays_out_of_the_request_log(
    heroku: LocalHeroku,
) -> None:
    heroku.app()
    drain = heroku.post(f"{APP}/log-drains", {"url": "https://user:canary@logs.example.com/a"})
    for name in (drain["id"], drain["token"], "https%3A%2F%2Fuser%3Acanary%40logs.example.com%2Fa"):
        assert heroku.get(f"{APP}/log-drains/{name}") == drain
    assert "canary" not in str(heroku.get("/local/requests"))
    heroku.delete(f"{APP}/log-drains/{drain['id']}")
    assert heroku.refusal("GET", f"{APP}/log-drains/{drain['id']}") == (
        404,
        "not_found",
        "Couldn't find that drain.",
    )


@pytest.mark.parametrize("url", ["", "logs.example.com", "ftp://x", 5])
def test_a_drain_needs_an_address(heroku: LocalHeroku, url: object) -> None:
    heroku.app()
    assert heroku.refusal("POST", f"{APP}/log-drains", {"url": url})[0] == 422


def test_every_app_has_its_own_domain_and_may_have_others(heroku: LocalHeroku) -> None:
    app = heroku.app()
    [own] = heroku.get(f"{APP}/domains")
    assert (own["kind"], f"https://{own['hostname']}/") == ("heroku", app["web_url"])
    made = heroku.post(f"{APP}/domains", {"hostname": "www.example.com", "sni_endpoint": None})
    assert (made["kind"], made["cname"].endswith(".herokudns.com")) == ("custom", True)
    assert heroku.get(f"{APP}/domains/www.example.com") == made
    assert heroku.refusal("DELETE", f"{APP}/domains/{own['hostname']}")[0] == 422
    heroku.delete(f"{APP}/domains/{made['id']}")
    assert heroku.get(f"{APP}/domains") == [own]


@pytest.mark.parametrize("hostname", ["", "no dots", "-a.example.com", "x.herokuapp.com", "a" * 250 + ".com"])
def test_a_domain_must_be_a_host_name_of_one_s_own(heroku: LocalHeroku, hostname: str) -> None:
    heroku.app()
    assert heroku.refusal("POST", f"{APP}/domains", {"hostname": hostname, "sni_endpoint": None})[0] == 422


def test_features_are_a_fixed_list_switched_one_by_one(heroku: LocalHeroku) -> None:
    heroku.app()
    assert heroku.patch(f"{APP}/features/preboot", {"enabled": True})["enabled"] is True
    assert [item["name"] for item in heroku.get(f"{APP}/features") if item["enabled"]] == ["preboot"]
    heroku.reopen()
    assert heroku.get(f"{APP}/features/preboot")["enabled"] is True
    assert heroku.refusal("PATCH", f"{APP}/features/nope", {"enabled": True})[:2] == (404, "not_found")


def test_collaborators_are_found_by_email_and_the_owner_stays(heroku: LocalHeroku) -> None:
    heroku.app()
    made = heroku.post(f"{APP}/collaborators", {"user": "dev@example.com", "silent": True})
    assert heroku.get(f"{APP}/collaborators/dev@example.com") == made
    owner, other = heroku.get(f"{APP}/collaborators")
    assert (owner["role"], other["role"]) == ("owner", None)
    assert heroku.refusal("DELETE", f"{APP}/collaborators/{owner['user']['email']}")[0] == 403
    assert heroku.refusal("POST", f"{APP}/collaborators", {"user": "nobody"})[:2] == (404, "not_found")


def test_a_webhook_never_gives_its_secret_back(heroku: LocalHeroku) -> None:
    heroku.app()
    wish = {
        "url": "https://hook.example.com/",
        "level": "notify",
        "include": ["api:release"],
        "secret": "canary",
    }
    made = heroku.post(f"{APP}/webhooks", wish)
    changed = heroku.patch(f"{APP}/webhooks/{made['id']}", {"level": "sync", "authorization": "canary"})
    assert changed["level"] == "sync"
    assert "canary" not in str([made, changed, heroku.get(f"{APP}/webhooks")])


@pytest.mark.parametrize(
    "change",
    [{"url": "http://x"}, {"level": "loud"}, {"include": []}, {"include": "api:release"}, {"secret": 5}],
)
def test_a_webhook_that_heroku_would_not_call_is_refused(
    heroku: LocalHeroku, change: dict[str, object]
) -> None:
    heroku.app()
    wish = {"url": "https://hook.example.com/", "level": "notify", "include": ["api:release"], **change}
    assert heroku.refusal("POST", f"{APP}/webhooks", wish)[0] == 422
