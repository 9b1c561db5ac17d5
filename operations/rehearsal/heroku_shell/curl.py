"""`curl https://HOST/healthz` as it is written: a .curlrc in the shell's own HOME leads it to local Heroku."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlsplit

from local_heroku.process import Running
from operations.atomic_write import replace

RUNBOOKS_HOSTS: Mapping[str, str] = {
    "sc-mvp-production-6b7a268cc8ad.herokuapp.com": "sc-mvp-production",
    "sc-mvp-staging.herokuapp.com": "sc-mvp-staging",
}
"""Hosts that the runbook writes, of the live account; in a local one the apps have others beside. Source: runbook, "Health Check"."""


def write(home: Path, running: Running) -> None:
    """Every host on ports 443 and 80 is local Heroku; addresses with another port are left alone."""
    plain, secure = urlsplit(running.url), urlsplit(running.secure_url)
    lines = [f'connect-to = ":80:{plain.hostname}:{plain.port}"']
    if secure.port:
        lines.append(f'connect-to = ":443:{secure.hostname}:{secure.port}"')
        lines.append(f'cacert = "{running.folder / "certificate.pem"}"')
    replace(
        home / ".curlrc",
        "".join(f"{line}\n" for line in ["# Made by `ops local shell`.", *lines, 'noproxy = "*"']),
    )
