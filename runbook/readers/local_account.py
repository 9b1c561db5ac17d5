"""Whether what this process would talk to is Heroku on this machine, where no app is live."""

from __future__ import annotations

from collections.abc import Mapping

from heroku_api.endpoints import Endpoints
from heroku_api.errors import EndpointError


def is_local(environment: Mapping[str, str]) -> bool:
    """By the addresses that the providers read from the same variables; an address that is wrong is not local."""
    try:
        return Endpoints.from_environment(environment).is_loopback
    except EndpointError:
        return False
