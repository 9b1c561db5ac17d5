"""What may hold secrets, at the rim: values of config vars, URLs of log drains and commands come in, none of them goes on."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from heroku_api.models import FormationEntry, database_place
from runbook.digest import Digest, Digests
from runbook.live import Surrounding
from runbook.readers.live.answers import LogDrain, host_of
from runbook.secret_values import secret_form
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


def commands(found: Iterable[FormationEntry]) -> dict[str, str]:
    """Of what has dynos, by process type. A Procfile may set variables in front of a command."""
    return {one.type: _shown(one) for one in found if one.quantity and one.command}


def _shown(one: FormationEntry) -> str:
    words = (one.command, *(word.partition("=")[2] for word in one.command.split()))
    if any(secret_form(one.type, word) for word in words):
        return "a command with a secret in it (not shown)"
    return "".join(character if character.isprintable() else " " for character in one.command)
