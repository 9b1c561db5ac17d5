"""The settings of log drains: a name of one's own, and the host. The URL is a secret, encrypted under that name."""

from __future__ import annotations

import re
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field

from runbook.setting_types import expected, matching

SCHEMES = ("https", "http", "syslog+tls", "syslog")
"""Source: Dev Center, Log Drains."""
DRAIN = re.compile(r"[A-Z][A-Z0-9_]*")
RESOURCE = "drain-"
"""How its name in Pulumi starts."""
DRAIN_HOST = re.compile(r"([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)*[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?")
_LONGEST = 253


def host_of(url: str) -> str:
    """The host alone: user, password, path and query may be secret. "" for what is no URL of a drain."""
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
    except ValueError:
        return ""
    return host if parts.scheme in SCHEMES else ""


def _host(value: str) -> str:
    if not DRAIN_HOST.fullmatch(value) or len(value) > _LONGEST:
        raise expected(
            "the host alone, in lower case, such as logs.example.com; the URL is a secret: "
            "`pulumi config set --secret NAME`"
        )
    return value


LogDrains = Annotated[
    dict[
        Annotated[str, matching(DRAIN, "a name of your own: capital letters, digits and _, a letter first")],
        Annotated[str, AfterValidator(_host)],
    ],
    Field(
        description="Log drains: a name of your own, and the host that gets the logs. The URL is a secret, encrypted in the file "
        "under that name: `pulumi config set --secret NAME --stack STACK`.",
        examples=[{"LOGS": "logs.example.com"}],
    ),
]
