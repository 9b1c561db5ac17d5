"""Declared values of config vars, in clear for as long as this process runs, to be told equal or not by digest."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from runbook.digest import Digests
from runbook.settings import APP_URL, Settings


@dataclass(frozen=True)
class DeclaredValues:
    """Config vars whose live value is the declared one; no other value of the account goes into the state."""

    plain: Mapping[str, str] = field(repr=False)
    managed: Mapping[str, str] = field(repr=False)


def as_live(settings: Settings, live: Mapping[str, str], url: str, digests: Digests) -> DeclaredValues:
    """`url`: the app's, without a slash at the end."""
    plain = {name: value.replace(APP_URL, url) for name, value in settings.config_vars.items()}
    managed = {
        name: value.get_secret_value() for name, value in settings.managed_values.items() if value is not None
    }
    return DeclaredValues(_equal(plain, live, digests), _equal(managed, live, digests))


def _equal(declared: Mapping[str, str], live: Mapping[str, str], digests: Digests) -> dict[str, str]:
    return {
        name: value
        for name, value in declared.items()
        if name in live and digests.of(value) == digests.of(live[name])
    }
