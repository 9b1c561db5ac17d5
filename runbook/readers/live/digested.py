"""Config vars at the rim: values come in, digests go on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from heroku_api.models import database_place
from runbook.digest import Digest, Digests
from runbook.settings import APP_URL


@dataclass(frozen=True)
class DigestedVars:
    """`templates`: of the values that hold the app's own URL, with it replaced as the settings write it."""

    digests: Mapping[str, Digest]
    templates: Mapping[str, Digest]
    places: Mapping[str, str] = field(default_factory=dict)
    """Which database each URL of one is of: host and name, no password."""


def digested(values: Mapping[str, str], web_url: str | None, digests: Digests) -> DigestedVars:
    url = (web_url or "").rstrip("/")
    return DigestedVars(
        digests={name: digests.of(value) for name, value in values.items()},
        templates={
            name: digests.of(value.replace(url, APP_URL))
            for name, value in values.items()
            if url and url in value
        },
        places={name: place for name, value in values.items() if (place := database_place(value))},
    )
