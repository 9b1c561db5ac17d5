"""Who may ask: the loopback Host names, no foreign Origin, the token."""

from __future__ import annotations

import base64
import binascii
import hmac
from urllib.parse import urlsplit

from local_heroku.errors import forbidden, not_acceptable, unauthorized

LOOPBACK_NAMES = frozenset({"127.0.0.1", "localhost", "[::1]"})


def host_name(host: str) -> str:
    """The Host header without its port, in lower case."""
    host = host.strip().lower()
    if host.startswith("["):
        return host.partition("]")[0] + "]"
    return host.partition(":")[0]


def refuse_foreign_host(name: str) -> None:
    """A name that is not loopback's points at a page that rebinds DNS to reach this server."""
    if name not in LOOPBACK_NAMES:
        raise forbidden(
            f"Host {name[:100]!r} is neither loopback nor an app of this local Heroku. "
            "Use 127.0.0.1, or the host of an app's web_url.",
        )


def refuse_foreign_origin(origin: str | None) -> None:
    if origin is None:
        return
    try:
        name = urlsplit(origin).netloc
    except ValueError:
        name = ""
    if host_name(name) not in LOOPBACK_NAMES:
        raise forbidden(f"Origin {origin[:100]!r} is not this local Heroku; only its own pages may call it.")


def refuse_unknown_version(accept: str) -> None:
    """`application/vnd.heroku+json; version=3` and its variants (`3.sdk`, `3.pipelines`); other types pass."""
    if "vnd.heroku+json" not in accept:
        return
    version = accept.partition("version=")[2].strip()
    if version.partition(",")[0].partition(";")[0].strip().partition(".")[0] != "3":
        raise not_acceptable(accept)


def require_token(authorization: str, token: str) -> None:
    """Bearer, or Basic with any user and the token as password, as the official plugin sends it (docs/heroku-api.md §1)."""
    scheme, _, credentials = authorization.partition(" ")
    given = ""
    if scheme.lower() == "bearer":
        given = credentials.strip()
    elif scheme.lower() == "basic":
        given = _password(credentials.strip())
    if not hmac.compare_digest(given.encode(), token.encode()):
        raise unauthorized()


def _password(credentials: str) -> str:
    try:
        return base64.b64decode(credentials, validate=True).decode().partition(":")[2]
    except (binascii.Error, UnicodeDecodeError):
        return ""
