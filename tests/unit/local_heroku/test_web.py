"""The simulated web process behind the app's host name, and the logs that come of it (runbook, "Health Endpoint")."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from local_heroku import web

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.unit.local_heroku.conftest import LocalHeroku, Reply

APP = "/apps/sc-mvp-staging"
RAILS = {"Procfile": "web: bundle exec puma -C config/puma.rb\n"}
SECRETS = {"RAILS_MASTER_KEY": "canary-1", "SECRET_KEY_BASE": "canary-2"}


@pytest.fixture
def healthy(heroku: LocalHeroku) -> LocalHeroku:
    heroku.app()
    heroku.database("sc-mvp-staging")
    heroku.patch(f"{APP}/config-vars", SECRETS)
    heroku.deploy("sc-mvp-staging", RAILS)
    return heroku


def health(heroku: LocalHeroku, path: str = "/healthz") -> Reply:
    host = heroku.get(APP)["web_url"].removeprefix("https://").rstrip("/")
    return heroku.ask("GET", path, host=f"{host}:8080", token=None)


def log(heroku: LocalHeroku) -> str:
    session = heroku.post(f"{APP}/log-sessions", {"lines": 1500, "tail": False})
    stream = heroku.ask("GET", session["logplex_url"].removeprefix("http://127.0.0.1:1"), token=None)
    assert stream.headers["content-type"] == "text/event-stream"
    return stream.content.decode()


def test_a_healthy_app_answers_ok_with_a_timestamp(healthy: LocalHeroku) -> None:
    reply = health(healthy)
    assert (reply.status, reply.json) == (200, {"status": "ok", "timestamp": "2026-01-01T00:00:02Z"})


def test_a_missing_secret_is_an_application_error(healthy: LocalHeroku) -> None:
    healthy.patch(f"{APP}/config-vars", {"SECRET_KEY_BASE": None})
    healthy.pass_time(1)
    assert health(healthy).status == 500
    assert "Missing `secret_key_base`" in log(healthy)
    assert "State changed from starting to crashed" in log(healthy)


def test_a_database_gone_is_a_database_error(healthy: LocalHeroku) -> None:
    healthy.delete(f"{APP}/addons/sc-db")
    healthy.pass_time(1)
    assert health(healthy).status == 503
    assert "DATABASE_URL is not set" in log(healthy)


def test_a_database_that_refuses_connections_is_a_database_error(healthy: LocalHeroku) -> None:
    addon = healthy.get("/addons/sc-db")
    healthy.patch(f"/local/databases/{addon['id']}", {"access_restricted": True})
    assert health(healthy).status == 503
    assert "ActiveRecord::ConnectionNotEstablished" in log(healthy)


def test_a_dyno_that_does_not_respond_is_a_timeout(
    healthy: LocalHeroku, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(web, "ROUTER_TIMEOUT", 0.1)
    healthy.patch("/local/apps/sc-mvp-staging", {"web_behaviour": "hang"})
    assert health(healthy).status == 503
    assert 'at=error code=H12 desc="Request timeout"' in log(healthy)


@pytest.mark.parametrize(
    "restart",
    [
        lambda heroku: heroku.ask("DELETE", f"{APP}/dynos"),
        lambda heroku: heroku.patch(f"{APP}/config-vars", {"LOG_LEVEL": "debug"}),
    ],
    ids=["heroku restart", "a release"],
)
@pytest.mark.parametrize(
    ("behaviour", "logged"),
    [("stuck", 'desc="Request timeout"'), ("pool exhausted", "ActiveRecord::ConnectionPoolError")],
)
def test_some_troubles_last_until_the_dynos_restart(
    healthy: LocalHeroku,
    monkeypatch: pytest.MonkeyPatch,
    behaviour: str,
    logged: str,
    restart: Callable[[LocalHeroku], object],
) -> None:
    monkeypatch.setattr(web, "ROUTER_TIMEOUT", 0.1)
    healthy.patch("/local/apps/sc-mvp-staging", {"web_behaviour": behaviour})
    healthy.reopen()
    assert health(healthy).status == 503
    assert logged in log(healthy)
    restart(healthy)
    healthy.pass_time(1)
    assert health(healthy).status == 200


def test_maintenance_and_no_dynos_are_said_by_the_router(healthy: LocalHeroku) -> None:
    healthy.patch(APP, {"maintenance": True})
    assert health(healthy).status == 503
    healthy.patch(APP, {"maintenance": False})
    healthy.patch(f"{APP}/formation/web", {"quantity": 0})
    assert health(healthy).status == 503
    assert "code=H80" in log(healthy)
    assert "code=H14" in log(healthy)


def test_a_custom_domain_reaches_the_app_too(healthy: LocalHeroku) -> None:
    healthy.post(f"{APP}/domains", {"hostname": "www.example.com", "sni_endpoint": None})
    assert healthy.ask("GET", "/healthz", host="www.example.com", token=None).status == 200


def test_the_host_name_of_an_app_opens_nothing_of_the_api(healthy: LocalHeroku) -> None:
    assert health(healthy, "/apps").json == {"error": "local Heroku simulates only /healthz"}


def test_logs_show_what_happened_and_no_secret(healthy: LocalHeroku) -> None:
    health(healthy)
    text = log(healthy)
    for expected in (
        "app[api]: Release v4 created by ops@local-heroku.invalid",
        "heroku[web.1]: Starting process with command `bundle exec puma -C config/puma.rb`",
        "heroku[web.1]: State changed from starting to up",
        'heroku[router]: at=info method=GET path="/healthz"',
    ):
        assert expected in text
    assert "canary" not in text


def test_a_log_session_may_ask_for_few_lines_of_one_source(healthy: LocalHeroku) -> None:
    session = healthy.post(f"{APP}/log-sessions", {"lines": 1, "dyno": "web", "source": "heroku"})
    path = session["logplex_url"].removeprefix("http://127.0.0.1:1")
    lines = healthy.ask("GET", path, token=None).content.decode().strip().splitlines()
    assert [line.partition(": ")[0] for line in lines] == ["id", "data"]
    assert lines[1].endswith("heroku[web.1]: State changed from starting to up")
    assert healthy.ask("GET", path[:-1] + "x", token=None).status == 404
