"""Managed secrets, decrypted for as long as this process runs, to be compared with the live ones by digest."""

from __future__ import annotations

from collections.abc import Mapping

from operations.errors import OperationError
from operations.gating.engine_run import Engine, secret_settings
from runbook.digest import Digests
from runbook.settings import Settings, StackName
from runbook.settings_reader import SettingsError, settings_from_values


def with_values(engine: Engine, stack: StackName, settings: Settings, limit_seconds: float) -> Settings:
    """The settings as the program gets them. Raises OperationError for a secret that can't be decrypted."""
    if not settings.names_of("managed"):
        return settings
    found = secret_settings(engine, stack, limit_seconds)
    try:
        return settings_from_values(
            {name: value for name, (value, _) in found.items()},
            stack,
            secret={name for name, (_, is_secret) in found.items() if is_secret},
        )
    except SettingsError as error:
        raise OperationError(str(error)) from None


def as_live(settings: Settings, live: Mapping[str, str], digests: Digests) -> dict[str, str]:
    """Those whose declared value is the live one: no other secret of the account goes into the state."""
    return {
        name: live[name]
        for name, value in settings.secret_values.items()
        if value is not None
        and name in live
        and digests.of(value.get_secret_value()) == digests.of(live[name])
    }
