"""A stack's stored state as `pulumi stack export` prints it: the Environment in it, and the ids of what was made."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from operations.accounts.account import Account
from operations.errors import OperationError
from operations.pulumi_run.runner import read
from operations.pulumi_run.state_secrets import decrypted_state
from runbook.digest import Digests
from runbook.environment import Environment
from runbook.readers.declared import ADDON, APP, POSTGRES
from runbook.readers.state import StateError, environment_of_state
from runbook.settings import StackName
from runbook.settings_reader import SettingsError
from runbook.unknown import Known, Unknown


@dataclass(frozen=True)
class StoredIds:
    """What finds a stack on an account, whatever it is called there by now."""

    app_id: str | None = None
    addon_ids: Mapping[str, str] = field(default_factory=dict)
    """By the add-on's name. An upgrade may change an id: the outputs have the new one, the engine's own waits for a refresh."""
    others: frozenset[str] = frozenset()
    """Names among these of add-ons that are no databases."""


@dataclass(frozen=True)
class StoredState:
    environment: Environment
    ids: StoredIds
    written_at: datetime | None


def stored_state(account: Account, stack: StackName, digests: Digests) -> Known[StoredState]:
    """Read only. The values of secrets are shown to this process, and end in digests here."""
    try:
        exported = decrypted_state(account, stack)
        environment = environment_of_state(exported, digests, decrypted=True)
    except (OperationError, StateError, SettingsError) as error:
        return Unknown(f"the stored state of {stack}: {error}")
    if environment.stack != stack:
        return Unknown(f"the stored state of {stack}: what was exported is of {environment.stack}")
    return StoredState(
        environment=environment,
        ids=_ids_in(exported),
        written_at=_time((exported["deployment"].get("manifest") or {}).get("time")),
    )


def stored_ids(account: Account, stack: StackName) -> Known[StoredIds]:
    """Read only, and no secret is decrypted for it."""
    try:
        return _ids_in(json.loads(read(account, stack, ["stack", "export"])))
    except OperationError as error:
        return Unknown(f"the stored state of {stack}: {error}")
    except (json.JSONDecodeError, KeyError, TypeError, AttributeError):
        return Unknown(f"the stored state of {stack}: `pulumi stack export` printed no state")


def _ids_in(exported: Any) -> StoredIds:
    resources = exported["deployment"].get("resources") or []
    app: dict[str, Any] = next((found for found in resources if found["type"] == APP), {})
    addons = [(found, found.get("outputs") or {}) for found in resources if found["type"] == ADDON]
    return StoredIds(
        app_id=app.get("id"),
        addon_ids={
            str(outputs.get("name")): str(outputs.get("id") or found["id"])
            for found, outputs in addons
            if found.get("id")
        },
        others=frozenset(
            str(outputs.get("name"))
            for _, outputs in addons
            if not str(outputs.get("plan")).startswith(POSTGRES)
        ),
    )


def _time(text: object) -> datetime | None:
    """RFC 3339 with nanoseconds, as Go writes it. A moment without a time zone counts for none."""
    try:
        moment = datetime.fromisoformat(str(text))
    except ValueError:
        return None
    return moment if moment.tzinfo else None
