"""Where the two APIs are, and the rule that a run talks to Heroku or to loopback, never to both."""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import ip_address
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from heroku_api.errors import EndpointError

if TYPE_CHECKING:
    from collections.abc import Mapping

PLATFORM = "https://api.heroku.com"
"""Source: Platform API reference, "Schema"."""
DATA = "https://api.data.heroku.com"
"""Source: the host Heroku's CLI uses for Postgres."""


@dataclass(frozen=True)
class Endpoints:
    """The base URLs of the Platform and the Data API, without a trailing slash.

    Raises EndpointError unless both are https, or both are on loopback.
    """

    platform: str = PLATFORM
    data: str = DATA

    def __post_init__(self) -> None:
        object.__setattr__(self, "platform", _base_url("HEROKU_API_URL", self.platform))
        object.__setattr__(self, "data", _base_url("HEROKU_DATA_URL", self.data))
        if is_loopback(self.platform) != is_loopback(self.data):
            raise EndpointError(
                f"HEROKU_API_URL is {self.platform} and HEROKU_DATA_URL is {self.data}: one is on this machine and "
                "the other is not. Set both to local Heroku (./ops local env), or neither."
            )

    @classmethod
    def from_environment(cls, env: Mapping[str, str]) -> Endpoints:
        """HEROKU_API_URL and HEROKU_DATA_URL, or Heroku's own hosts where one is not set or is empty."""
        return cls(env.get("HEROKU_API_URL") or PLATFORM, env.get("HEROKU_DATA_URL") or DATA)

    @property
    def is_loopback(self) -> bool:
        """Whether both APIs are on this machine: local Heroku."""
        return is_loopback(self.platform)


def is_loopback(url: str) -> bool:
    """Whether the URL's host is `localhost` or a loopback address."""
    host = urlsplit(url).hostname or ""
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def _base_url(variable: str, url: str) -> str:
    """The URL without trailing slashes. Its text is not quoted when it may hold a password."""
    expected = f"{variable} must be https://HOST, or http://127.0.0.1:PORT for local Heroku"
    try:
        parts = urlsplit(url.strip())
        has_port = parts.port is None or parts.port > 0
    except ValueError:
        raise EndpointError(f"{expected}; found a text that is no URL.") from None
    if parts.username is not None or parts.password is not None:
        raise EndpointError(f"{expected}; found a user name or password in it: take it out.")
    if parts.scheme not in {"http", "https"} or not parts.hostname or not has_port:
        raise EndpointError(f"{expected}; found {url!r}.")
    if parts.query or parts.fragment:
        raise EndpointError(f"{expected}; found a query or fragment in {url!r}: take it out.")
    if parts.scheme == "http" and not is_loopback(url):
        raise EndpointError(f"{expected}; found {url!r}, which would send the API key in clear.")
    return url.strip().rstrip("/")
