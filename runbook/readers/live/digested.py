"""Config vars and log drains at the rim: values come in, digests go on."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from heroku_api.models import database_place
from runbook.digest import Digest, Digests
from runbook.live import Surrounding
from runbook.readers.live.answers import LogDrain, host_of
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


def drains(found: Iterable[LogDrain], digests: Digests) -> list[Surrounding]:
    """Each by its host and the start of its id. One that an add-on made comes and goes with the add-on."""
    return [
        Surrounding(
            kind="log drain",
            name=f"{host_of(one.url.get_secret_value())}#{one.id[:8]}",
            id=one.id,
            digest=digests.of(one.url.get_secret_value()),
        )
        for one in found
        if one.addon is None
    ]
