"""The copy of a stack file that a rehearsal runs with.

It has the checkout's settings and three things of its own: the account is empty, so the app gets a placeholder
release, unless it was adopted; nothing is to be waited for; and managed secrets get random values under a passphrase
of this checkout. The checkout's own file is never written.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from operations.atomic_write import replace
from operations.errors import OperationError
from operations.workspace import Workspace
from runbook import stack_file, yaml_text
from runbook.reviewed_stack_file import REHEARSAL
from runbook.settings import PROJECT, Settings, StackName

_FORMATION = b'"heroku:formation/formation:Formation"'
_FIRST_RELEASE = b'"heroku:build/build:Build"'
"""Types as they stand in a state."""


def write(workspace: Workspace, stack: StackName, *, adopting: bool = False) -> None:
    """Writes the copy anew from the checkout's file; keeps its salt and its local secrets.

    `adopting`: the app is live already, and no placeholder is to be deployed over it.
    """
    ours = _reviewed(workspace.stack_file(stack))
    copy = workspace.local_stack_file(stack)
    kept = _load(copy)
    content = rehearsal_of(
        ours,
        kept,
        salt=kept.get("encryptionsalt") or _salt_of_state(workspace.state(stack)),
        is_live=_is_live(workspace.state(stack), adopting=adopting),
    )
    text = yaml_text.dump(content)
    if not copy.exists() or copy.read_text(encoding="utf-8") != text:
        replace(copy, text)


def rehearsal_of(
    ours: Mapping[str, Any], kept: Mapping[str, Any], *, salt: str | None, is_live: bool = False
) -> dict[str, Any]:
    """The copy's content: our settings, the rehearsal's own, and what an earlier copy had encrypted."""
    config = dict(ours["config"])
    config[f"{PROJECT}:{REHEARSAL}"] = {"placeholder_release": not is_live, "create_delay_seconds": 0}
    config = {key: value for key, value in config.items() if not _is_encrypted(value)}
    secrets = config.get(f"{PROJECT}:secrets") or {}
    declared = {name for name, kind in secrets.items() if kind == "managed"}
    declared |= (config.get(f"{PROJECT}:log_drains") or {}).keys()
    encrypted = {
        key: value
        for key, value in (kept.get("config") or {}).items()
        if _is_encrypted(value) and key.removeprefix(f"{PROJECT}:") in declared
    }
    head = {"encryptionsalt": salt} if salt else {}
    return {**head, "config": {**config, **encrypted}}


def missing_secrets(workspace: Workspace, stack: StackName, settings: Settings) -> list[str]:
    """What is to be encrypted and has no value in the copy yet."""
    config = _load(workspace.local_stack_file(stack)).get("config") or {}
    return [name for name in settings.encrypted if f"{PROJECT}:{name}" not in config]


def _reviewed(path: Path) -> Mapping[str, Any]:
    try:
        return stack_file.read(path).values
    except stack_file.StackFileError as error:
        raise OperationError(str(error)) from None


def _is_encrypted(value: object) -> bool:
    return isinstance(value, dict) and value.keys() == {"secure"}


def _load(path: Path) -> dict[str, Any]:
    if not path.exists():
        return {}
    try:
        loaded = yaml.safe_load(path.read_text(encoding="utf-8"))
    except yaml.YAMLError:
        raise OperationError(f"{path}: not YAML; remove it, the next run writes it anew") from None
    return loaded if isinstance(loaded, dict) else {}


def _is_live(state: Path, *, adopting: bool) -> bool:
    """Whether the app is not this rehearsal's own: Heroku takes a formation after a release only, and `up` makes one."""
    resources = state.read_bytes() if state.exists() else b""
    return _FIRST_RELEASE not in resources and (adopting or _FORMATION in resources)


def _salt_of_state(state: Path) -> str | None:
    """The salt that the state was encrypted with, where the copy was lost."""
    if not state.exists():
        return None
    try:
        provider = json.loads(state.read_bytes())["checkpoint"]["latest"]["secrets_providers"]
        return str(provider["state"]["salt"])
    except (ValueError, KeyError, TypeError):
        return None
