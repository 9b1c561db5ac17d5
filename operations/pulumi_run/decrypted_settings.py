"""A stack's settings with its managed secrets decrypted, as only the engine can."""

from __future__ import annotations

import json

from operations.errors import OperationError
from operations.pulumi_run.runner import output
from operations.pulumi_run.stacks import Stacks
from runbook.settings import PROJECT, Settings, StackName
from runbook.settings_reader import SettingsError, settings_from_values


def decrypted_settings(stacks: Stacks, stack: StackName, limit_seconds: float) -> Settings:
    """As the program gets them. Raises OperationError for what can't be decrypted or is refused."""
    shown = output(stacks, stack, ["config", "--json", "--show-secrets"], limit_seconds)
    prefix = f"{PROJECT}:"
    found = {
        key.removeprefix(prefix): entry for key, entry in json.loads(shown).items() if key.startswith(prefix)
    }
    try:
        return settings_from_values(
            {name: entry.get("objectValue", entry.get("value")) for name, entry in found.items()},
            stack,
            secret={name for name, entry in found.items() if entry["secret"]},
        )
    except SettingsError as error:
        raise OperationError(str(error)) from None
