"""Who may ask, and in what form: everything else is refused in Heroku's error shape."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.unit.local_heroku.conftest import LocalHeroku


@pytest.mark.fault("B68")
@pytest.mark.parametrize("token", [None, "", "wrong", "local-canary-toke"])
def test_a_missing_or_wrong_token_is_unauthorized(heroku: LocalHeroku, token: str | None) -> None:
    reply = heroku.ask("GET", "/account", token=token)
    assert (reply.status, reply.json) == (
        401,
        {"id": "unauthorized", "message": "Invalid credentials provided."},
    )


@pytest.mark.parametrize("user", ["", "ops@example.com"])
def test_basic_authentication_takes_any_user_with_the_token_as_password(
    heroku: LocalHeroku, user: str
) -> None:
    credentials = base64.b64encode(f"{user}:local-canary-token".encode()).decode()
    assert heroku.ask("GET", "/account", token=None, authorization=f"Basic {credentials}").status == 200


def test_basic_authentication_that_is_not_base64_is_unauthorized(heroku: LocalHeroku) -> None:
    assert heroku.ask("GET", "/account", token=None, authorization="Basic ***").status == 401


@pytest.mark.fault("B65")
@pytest.mark.parametrize(
    "host", ["evil.example", "evil.example:80", "", "127.0.0.1.evil.example", "x.herokuapp.com"]
)
def test_a_foreign_host_name_is_refused_before_the_token_is_looked_at(heroku: LocalHeroku, host: str) -> None:
    reply = heroku.ask("GET", "/account", host=host)
    assert (reply.status, reply.json["id"]) == (403, "forbidden")


@pytest.mark.parametrize("host", ["127.0.0.1:8080", "localhost", "LOCALHOST:1", "[::1]:5"])
def test_loopback_host_names_are_served(heroku: LocalHeroku, host: str) -> None:
    assert heroku.ask("GET", "/account", host=host).status == 200


@pytest.mark.fault("B66")
@pytest.mark.parametrize(
    "origin", ["https://evil.example", "null", "http://127.0.0.1.evil.example", "http://["]
)
def test_a_foreign_origin_is_refused(heroku: LocalHeroku, origin: str) -> None:
    reply = heroku.ask("GET", "/account", origin=origin)
    assert (reply.status, reply.json["id"]) == (403, "forbidden")


def test_an_own_origin_is_served(heroku: LocalHeroku) -> None:
    assert heroku.ask("GET", "/account", origin="http://127.0.0.1:1").status == 200


def test_an_unknown_route_is_501_and_names_itself(heroku: LocalHeroku) -> None:
    assert heroku.refusal("GET", "/teams/x/invoices") == (
        501,
        "not_implemented",
        "Local Heroku does not emulate GET /teams/x/invoices. What it emulates: docs/local-heroku.md.",
    )


def test_an_unknown_route_with_a_slash_at_its_end_names_itself_too(heroku: LocalHeroku) -> None:
    """As `data:maintenances:history` asks."""
    assert heroku.refusal("GET", "/data/maintenances/v1/x/")[0] == 501


def test_an_unknown_route_tells_a_stranger_nothing(heroku: LocalHeroku) -> None:
    assert heroku.ask("GET", "/teams/x/invoices", token=None).status == 401


@pytest.mark.parametrize(
    ("method", "path"),
    [("PUT", "/apps/x"), ("POST", "/apps/x/sni-endpoints"), ("POST", "/apps/x/dynos/web.1")],
    ids=["a method Heroku may have there", "certs:add", "run:inside"],
)
def test_a_method_that_is_not_emulated_on_a_path_is_501_and_named(
    heroku: LocalHeroku, method: str, path: str
) -> None:
    assert heroku.refusal(method, path) == (
        501,
        "not_implemented",
        f"Local Heroku does not emulate {method} {path}. What it emulates: docs/local-heroku.md.",
    )


@pytest.mark.fault("B73")
def test_a_method_that_heroku_has_nowhere_is_405_and_names_those_it_has(heroku: LocalHeroku) -> None:
    reply = heroku.ask("BREW", "/apps/x")
    assert (reply.status, reply.json["id"], reply.headers["allow"]) == (
        405,
        "method_not_allowed",
        "DELETE, GET, PATCH",
    )


@pytest.mark.parametrize("path", ["/apps//webhooks", "/apps/x/formation/", "/apps/"])
def test_a_path_with_an_empty_segment_is_404_as_on_heroku(heroku: LocalHeroku, path: str) -> None:
    assert heroku.refusal("GET", path) == (404, "not_found", "The requested API endpoint was not found.")


@pytest.mark.parametrize(
    "path", ["/apps/../account", "/apps/%2e%2e/..", "/%2fapps", "/apps/%00", "/apps/x%2fdynos"]
)
def test_path_tricks_reach_nothing(heroku: LocalHeroku, path: str) -> None:
    assert heroku.ask("GET", path).status in (404, 501)


@pytest.mark.fault("B71")
@pytest.mark.parametrize("accept", ["application/vnd.heroku+json; version=2", "application/vnd.heroku+json"])
def test_another_version_of_the_api_is_not_acceptable(heroku: LocalHeroku, accept: str) -> None:
    reply = heroku.ask("GET", "/account", accept=accept)
    assert (reply.status, reply.json["id"]) == (406, "not_acceptable")


@pytest.mark.parametrize("version", ["3", "3.sdk", "3.pipelines", "3.filters"])
def test_version_3_and_its_variants_are_served(heroku: LocalHeroku, version: str) -> None:
    assert (
        heroku.ask("GET", "/account", accept=f"application/vnd.heroku+json; version={version}").status == 200
    )


@pytest.mark.fault("B70")
@pytest.mark.parametrize("raw", [b"{", b"not json", b'"text"', b"[1]", b"\xff"])
def test_a_body_that_is_no_json_object_is_a_bad_request(heroku: LocalHeroku, raw: bytes) -> None:
    reply = heroku.ask("POST", "/apps", raw=raw)
    assert (reply.status, reply.json["id"]) == (400, "bad_request")


@pytest.mark.fault("B69")
def test_a_body_of_ten_megabytes_is_refused(heroku: LocalHeroku) -> None:
    reply = heroku.ask("POST", "/apps", raw=b"x" * 10_000_000)
    assert (reply.status, reply.json["id"]) == (413, "request_entity_too_large")
    assert reply.headers["connection"] == "close"


def test_a_declared_length_over_the_limit_is_refused_before_the_body_is_read(heroku: LocalHeroku) -> None:
    assert heroku.ask("POST", "/apps", raw=b"", content_length="99999999999").status == 413


def test_every_answer_carries_request_id_and_rate_limit(heroku: LocalHeroku) -> None:
    reply = heroku.ask("GET", "/account", request_id="8a1e2f")
    assert (reply.headers["request-id"], reply.headers["ratelimit-remaining"]) == ("8a1e2f", "4499")


def test_a_client_with_the_same_etag_gets_304_without_a_body(heroku: LocalHeroku) -> None:
    etag = heroku.ask("GET", "/account").headers["etag"]
    reply = heroku.ask("GET", "/account", if_none_match=etag)
    assert (reply.status, reply.content) == (304, b"")


@pytest.mark.parametrize("path", ["//apps", "///apps", "/apps//", "//account"])
def test_an_empty_segment_leads_nowhere_as_on_heroku(heroku: LocalHeroku, path: str) -> None:
    assert heroku.refusal("GET", path)[:2] == (404, "not_found")
