"""The settings of the stack that Pulumi runs, from what Pulumi hands the program."""

from __future__ import annotations

import json
import os

import pulumi

from runbook.readers.local_account import is_local
from runbook.settings import PROJECT, Settings, StackName
from runbook.settings_reader import SettingsError, settings_from_values, stack_name


def read_settings() -> tuple[StackName, Settings]:
    """Raises pulumi.RunError, which Pulumi prints without a traceback, before any resource is registered."""
    prefix = f"{PROJECT}:"
    try:
        stack = stack_name(pulumi.get_stack())
        config = pulumi.runtime.get_config_env()
        settings = settings_from_values(
            {
                key.removeprefix(prefix): _value(text)
                for key, text in config.items()
                if key.startswith(prefix)
            },
            stack,
            secret={key.removeprefix(prefix) for key in pulumi.runtime.get_config_secret_keys_env()},
        )
        _require_values(stack, settings)
        _require_no_rehearsal(stack, settings)
    except SettingsError as error:
        raise pulumi.RunError(str(error)) from None
    return stack, settings


def _value(text: str) -> object:
    """Pulumi hands mappings and lists over as JSON and everything else as text."""
    return json.loads(text) if text.startswith(("{", "[")) else text


def _require_values(stack: StackName, settings: Settings) -> None:
    for name in settings.encrypted:
        if name not in settings.secret_values:
            key = (
                f"log_drains.{name} has no URL"
                if name in settings.log_drains
                else f"secrets.{name} is managed and has no value"
            )
            raise SettingsError(
                f"Pulumi.{stack}.yaml: {key}; set it with `pulumi config set --secret {name} --stack {stack}`"
            )


def _require_no_rehearsal(stack: StackName, settings: Settings) -> None:
    if "rehearsal" in settings.model_fields_set and not is_local(os.environ):
        raise SettingsError(
            f"Pulumi.{stack}.yaml: rehearsal: HEROKU_API_URL is not on this machine, and only a local Heroku takes this key, "
            "as its placeholder would be deployed over a live app; take it out"
        )
