"""Reads stacks' plans and states: from files that people give, or from pulumi.

For a backend that no account here has, run pulumi there and hand over what it prints: `ops check --from`.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import TextIO

from operations.accounts.account import Account
from operations.errors import OperationError
from operations.pulumi_run.runner import UNJUDGED, output
from operations.pulumi_run.state_secrets import decrypted_state
from runbook.digest import Digests
from runbook.environment import Environment
from runbook.readers.plan import PlanError, environment_of_plan
from runbook.readers.state import StateError, environment_of_state
from runbook.settings import STACKS, StackName
from runbook.settings_reader import SettingsError
from runbook.unknown import Known, Unknown


def from_files(sources: Iterable[TextIO], on: str, digests: Digests) -> dict[StackName, Known[Environment]]:
    """Raises OperationError for a file that is no such export or preview."""
    found: dict[StackName, Known[Environment]] = {}
    for source in sources:
        try:
            environment = _environment(source.read(), on, digests)
        except (PlanError, StateError, SettingsError) as error:
            raise OperationError(f"{source.name}: {error}") from None
        if environment.stack in found:
            raise OperationError(f"{source.name}: {environment.stack} was given twice")
        found[environment.stack] = environment
    return found


def from_engine(account: Account, on: str, digests: Digests) -> dict[StackName, Known[Environment]]:
    """Both stacks, as rules look at both; one that can't be read is Unknown with pulumi's reason."""
    found: dict[StackName, Known[Environment]] = {}
    for stack in STACKS:
        try:
            if on == "state":
                exported = decrypted_state(account, stack)
                found[stack] = environment_of_state(exported, digests, decrypted=True)
            else:
                found[stack] = environment_of_plan(stream_preview(account, stack), digests)
        except (PlanError, StateError, SettingsError, OperationError) as error:
            found[stack] = Unknown(f"{stack}: {error}")
    return found


def stream_preview(account: Account, stack: StackName) -> str:
    """A preview's events, one a line, without the policy pack: the same rules are judged here. Raises OperationError."""
    account.prepare(stack)
    return output(account, stack, ["preview", "--json"], also=UNJUDGED)


def _environment(text: str, on: str, digests: Digests) -> Environment:
    if on == "plan":
        return environment_of_plan(text, digests)
    try:
        return environment_of_state(json.loads(text), digests)
    except json.JSONDecodeError:
        raise StateError("expected the output of `pulumi stack export`; found no JSON") from None
