"""What Heroku answers about an app beside what heroku_api's models hold. Addresses that may hold a password lose it here."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator, BeforeValidator, Field, SecretStr

from heroku_api.models import Answered


def host_of(url: str) -> str:
    """The host alone: user, password, path and query of a drain may be secret."""
    try:
        return urlsplit(url).hostname or "an address without a host"
    except ValueError:
        return "an address without a host"


Host = Annotated[str, AfterValidator(host_of)]


def _first_name(value: object) -> object:
    """A buildpack's name, or its URL where it has none."""
    return value.get("name") or value.get("url") if isinstance(value, dict) else value


def _without_user(address: str) -> str:
    """A buildpack may be a URL with a token in it, as user, password or query: it differs from any declared one, and is not shown."""
    if "://" not in address:
        return address
    scheme, _, rest = address.partition("://")
    place, _, _ = rest.partition("?")
    place, _, _ = place.partition("#")
    host, slash, path = place.partition("/")
    _, at, host = host.rpartition("@")
    return f"{scheme}://{'***@' if at else ''}{host}{slash}{path}{'?***' if place != rest else ''}"


def _named(pipeline: object) -> object:
    return pipeline.get("name") or pipeline.get("id") if isinstance(pipeline, dict) else pipeline


class LiveApp(Answered):
    """An app as the list of all apps has it."""

    id: str
    name: str
    acm: bool
    maintenance: bool
    web_url: str | None
    released_at: datetime | None = None
    region: Annotated[str, BeforeValidator(_first_name)]
    stack: Annotated[str, BeforeValidator(_first_name)]
    build_stack: Annotated[str | None, BeforeValidator(_first_name)] = None

    @property
    def heroku_stack(self) -> str:
        """What the next build is made for, as `heroku stack:set` sets it and Pulumi declares it; `stack` follows with that build."""
        return self.build_stack or self.stack


class BuildpackInstallation(Answered):
    ordinal: int
    buildpack: Annotated[str, BeforeValidator(_first_name), AfterValidator(_without_user)]


class Domain(Answered):
    """`kind`: heroku for the app's own host name, custom for one that was added."""

    hostname: str
    kind: str
    cname: str | None = None
    """Where its DNS must point to."""
    acm_status: str | None = None

    @property
    def words(self) -> str:
        """What to set in the DNS, and how far Heroku is with the certificate, where it keeps one."""
        dns = f"DNS: CNAME {self.hostname} to {self.cname}" if self.cname else "no DNS target yet"
        return f"{dns}; certificate: {self.acm_status}" if self.acm_status else dns


class _AtHost(Answered):
    """One of perhaps several at a host. Each has a name of its own, so that leave for one is none for another."""

    id: str
    host: Host = Field(alias="url")

    @property
    def name(self) -> str:
        return f"{self.host}#{self.id[:8]}"


class LogDrain(Answered):
    """Its URL may hold a password: `digested` makes of it what goes on."""

    id: str
    url: SecretStr
    addon: object = None
    """The add-on that made it, as logging add-ons do."""


class Feature(Answered):
    name: str
    enabled: bool


class User(Answered):
    email: str


class Collaborator(Answered):
    role: str | None = None
    user: User


class Webhook(_AtHost):
    pass


class PipelineCoupling(Answered):
    """`pipeline`: the name, or the id where Heroku says no name."""

    pipeline: Annotated[str, BeforeValidator(_named)]
    stage: str


class LogSession(Answered):
    """The address opens the app's log to whoever has it: secret."""

    logplex_url: str = Field(repr=False)
