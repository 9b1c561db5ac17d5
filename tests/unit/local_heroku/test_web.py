"""The simulated web process behind the app's host name, and the logs that come of it (runbook, "Health Endpoint")."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from local_heroku import web
from runbook.log_lines import matches_of

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


def router_lines(heroku: LocalHeroku) -> list[str]:
    """With ids, times and the app's host as letters."""
    found = re.findall(r"heroku\[router\]: (.*)", log(heroku))
    host = heroku.get(APP)["web_url"].removeprefix("https://").rstrip("/")
    return [
        re.sub(r"request_id=[0-9a-f-]{36}", "request_id=ID", line).replace(host, "HOST") for line in found
    ]


def test_maintenance_and_no_dynos_are_said_by_the_router(healthy: LocalHeroku) -> None:
    """Maintenance was asked for: at=info, and no dyno. Source: Dev Center, Heroku Error Codes."""
    healthy.patch(APP, {"maintenance": True})
    assert health(healthy).status == 503
    healthy.patch(APP, {"maintenance": False})
    healthy.patch(f"{APP}/formation/web", {"quantity": 0})
    assert health(healthy).status == 503
    rest = (
        'method=GET path="/healthz" host=HOST request_id=ID fwd="127.0.0.1" dyno= connect= service= '
        "status=503 bytes= protocol=http"
    )
    assert router_lines(healthy) == [
        f'at=info code=H80 desc="Maintenance mode" {rest}',
        f'at=error code=H14 desc="No web processes running" {rest}',
    ]


def test_maintenance_is_no_error_of_the_logs(healthy: LocalHeroku) -> None:
    """By the rule log-errors; that the app is offline is maintenance-off's."""
    healthy.patch(APP, {"maintenance": True})
    assert health(healthy, "/api/v1/workers").status == 503
    now = datetime.now(tz=UTC)
    assert matches_of([(now, line) for line in log(healthy).splitlines()], now) == ()


def test_a_request_that_is_answered_has_all_of_the_routers_fields(healthy: LocalHeroku) -> None:
    size = len(health(healthy, "/healthz?deep=1").content)
    [line] = router_lines(healthy)
    assert re.sub(r"service=\d+ms", "service=Nms", line) == (
        'at=info method=GET path="/healthz?deep=1" host=HOST request_id=ID fwd="127.0.0.1" dyno=web.1 connect=0ms '
        f"service=Nms status=200 bytes={size} protocol=http"
    )


def test_the_router_takes_over_a_request_id_and_no_line_from_a_client(healthy: LocalHeroku) -> None:
    host = healthy.get(APP)["web_url"].removeprefix("https://").rstrip("/")
    for given in ("a" * 20, "x y", "short"):
        healthy.ask("GET", '/x"\nheroku[router]: at=error', host=host, token=None, x_request_id=given)
    ids = re.findall(r"heroku\[router\]: at=info .*request_id=(\S+)", log(healthy))
    assert (ids[0], len(ids), {len(one) for one in ids[1:]}) == ("a" * 20, 3, {36})


def app_lines(heroku: LocalHeroku) -> list[str]:
    found = re.findall(r"app\[web\.1\]: (.*)", log(heroku))
    return [re.sub(r"\[[0-9a-f-]{36}\]", "[ID]", re.sub(r"\[2\S+ #2\]", "[TIME]", line)) for line in found]


def test_the_application_logs_as_rails_does(healthy: LocalHeroku) -> None:
    """So that the runbook's greps find something: SELECT, WorkersController, error."""
    health(healthy)
    assert app_lines(healthy) == [
        "=> Booting Puma",
        "=> Rails application starting in production",
        "Puma starting in single mode...",
        "* Listening on http://0.0.0.0:3000",
        "Use Ctrl-C to stop",
        'I, [TIME]  INFO -- : [ID] Started GET "/healthz" for 127.0.0.1 at 2026-01-01 00:00:02 +0000',
        "I, [TIME]  INFO -- : [ID] Processing by HealthController#index as */*",
        "D, [TIME] DEBUG -- : [ID]   (0.4ms)  SELECT 1",
        "I, [TIME]  INFO -- : [ID] Completed 200 OK in 3ms",
    ]


@pytest.mark.parametrize(
    ("path", "status", "pattern"),
    [
        ("/api/v1/workers", 401, r"Processing by Api::V1::WorkersController#index"),
        ("/api/v1/workers", 401, r'SELECT "users"\.\* FROM'),
        (
            "/assets/gone.js",
            404,
            r"FATAL -- : .*ActionController::RoutingError \(No route matches \[GET\] \"/assets",
        ),
    ],
)
def test_a_grep_of_the_runbook_finds_its_line(
    healthy: LocalHeroku, path: str, status: int, pattern: str
) -> None:
    assert health(healthy, path).status == status
    assert [line for line in app_lines(healthy) if re.search(pattern, line)]


def test_a_slow_application_says_so_and_is_slow(
    healthy: LocalHeroku, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Runbook, "Performance Issues": grep -i slow."""
    monkeypatch.setattr(web, "SLOW_SECONDS", 0.02)
    healthy.patch("/local/apps/sc-mvp-staging", {"web_behaviour": "slow"})
    assert health(healthy, "/api/v1/shifts").status == 401
    [line] = [line for line in app_lines(healthy) if re.search("slow", line, re.IGNORECASE)]
    assert line.startswith("W, [TIME]  WARN -- : [ID] Slow query: User Load (20ms)  SELECT")
    [service] = re.findall(r"service=(\d+)ms", router_lines(healthy)[0])
    assert int(service) >= 20


def test_a_custom_domain_reaches_the_app_too(healthy: LocalHeroku) -> None:
    healthy.post(f"{APP}/domains", {"hostname": "www.example.com", "sni_endpoint": None})
    assert healthy.ask("GET", "/healthz", host="www.example.com", token=None).status == 200


def test_the_host_name_of_an_app_opens_nothing_of_the_api(healthy: LocalHeroku) -> None:
    assert health(healthy, "/apps").json == {
        "error": "local Heroku simulates only /healthz, /api/v1/workers, /api/v1/shifts, /api/v1/assignments"
    }


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
