"""Where the client may go, and as whom."""

from __future__ import annotations

import pytest

from heroku_api.credentials import Credentials
from heroku_api.endpoints import Endpoints, is_loopback
from heroku_api.errors import CredentialsError, EndpointError


def test_heroku_itself_is_the_default() -> None:
    endpoints = Endpoints.from_environment({})
    assert endpoints == Endpoints("https://api.heroku.com", "https://api.data.heroku.com")
    assert not endpoints.is_loopback


def test_local_heroku_is_loopback_and_slashes_at_the_end_do_not_matter() -> None:
    env = {"HEROKU_API_URL": "http://127.0.0.1:5000/", "HEROKU_DATA_URL": "http://localhost:5000"}
    endpoints = Endpoints.from_environment(env)
    assert endpoints.platform == "http://127.0.0.1:5000"
    assert endpoints.is_loopback


@pytest.mark.fault("B74")
@pytest.mark.parametrize(
    "url",
    [
        "http://api.heroku.com",
        "http://10.0.0.1:5000",
        "http://127.0.0.1.example.com",
        "http://localhost.example.com",
        "http://0.0.0.0:5000",
        "api.heroku.com",
        "ftp://127.0.0.1",
        "https://",
        "https://api.heroku.com:99999",
        "https://api.heroku.com?x=1",
        "https://api.heroku.com#x",
        "https://[::1",
        " ",
    ],
)
def test_a_url_that_cannot_be_used_is_refused_with_its_variable(url: str) -> None:
    with pytest.raises(EndpointError, match="HEROKU_API_URL must be https://HOST"):
        Endpoints(url, "https://api.data.heroku.com")


def test_a_password_in_a_url_is_refused_and_not_quoted() -> None:
    with pytest.raises(EndpointError) as raised:
        Endpoints("https://me:canary-pass@api.heroku.com")
    assert "canary-pass" not in str(raised.value)


@pytest.mark.fault("B75")
@pytest.mark.parametrize(
    "env",
    [
        {"HEROKU_API_URL": "http://127.0.0.1:5000"},
        {"HEROKU_DATA_URL": "http://127.0.0.1:5000"},
        {"HEROKU_API_URL": "https://localhost:1", "HEROKU_DATA_URL": "https://api.data.heroku.com"},
    ],
)
def test_one_api_on_loopback_and_the_other_not_is_refused(env: dict[str, str]) -> None:
    with pytest.raises(EndpointError, match="Set both to local Heroku"):
        Endpoints.from_environment(env)


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("http://127.0.0.1:1", True),
        ("http://127.8.9.1", True),
        ("http://[::1]:1", True),
        ("http://localhost", True),
        ("http://0.0.0.0", False),
        ("https://example.com", False),
        ("", False),
    ],
)
def test_loopback_is_known_by_its_address(url: str, expected: object) -> None:
    assert is_loopback(url) is expected


def test_a_missing_key_says_which_variable() -> None:
    with pytest.raises(CredentialsError, match="HEROKU_API_KEY is not set"):
        Credentials.from_environment({})


@pytest.mark.parametrize("key", ["canary key", "canary\nkey", "canary\x00", "canär"])
def test_a_key_no_header_can_carry_is_refused_and_not_quoted(key: str) -> None:
    with pytest.raises(CredentialsError) as raised:
        Credentials(key)
    assert "can" not in str(raised.value).replace("can carry", "")


def test_a_real_looking_key_is_recognised() -> None:
    assert Credentials("HRKU-0f0f0f0f-0000-4000-8000-000000000000").looks_real
    assert Credentials("01234567-89ab-4cde-8f01-23456789abcd").looks_real
    assert not Credentials("local-rehearsal").looks_real


def test_a_key_is_not_shown_by_repr() -> None:
    assert repr(Credentials("canary-key", "me@example.com", basic=True)) == "Credentials(basic=True)"
