"""Reads stacks' plans and states: from files that people give, or from the engine on local Heroku.

For another backend, run pulumi there and hand over what it prints: `ops check --from`.
"""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable, Iterable
from typing import TextIO

from operations.errors import OperationError
from operations.workspace import Workspace
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


def from_engine(on: str, digests: Digests) -> dict[StackName, Known[Environment]]:
    """Both stacks, as rules look at both; one that can't be read is Unknown with pulumi's reason."""
    read: Callable[[StackName], str] = export_state if on == "state" else stream_preview
    found: dict[StackName, Known[Environment]] = {}
    for stack in STACKS:
        try:
            found[stack] = _environment(read(stack), on, digests)
        except (PlanError, StateError, SettingsError, OperationError) as error:
            found[stack] = Unknown(f"{stack}: {error}")
    return found


def export_state(stack: StackName) -> str:
    """The stored state with its secrets, for digests that leave this process never. Raises OperationError."""
    if not Workspace.here().state(stack).exists():
        raise OperationError(
            f"the stack {stack} has no state here; run `ops pulumi {stack} up` or `ops demo` first"
        )
    return _pulumi(stack, ["stack", "export", "--show-secrets"])


def stream_preview(stack: StackName) -> str:
    """A preview's events, one a line, without the policy pack: the same rules are judged here. Raises OperationError."""
    streamed = {"PULUMI_ENABLE_STREAMING_JSON_PREVIEW": "true", "PULUMI_OPTION_POLICY_PACK": ""}
    return _pulumi(stack, ["preview", "--json"], streamed)


def _environment(text: str, on: str, digests: Digests) -> Environment:
    if on == "plan":
        return environment_of_plan(text, digests)
    try:
        return environment_of_state(json.loads(text), digests)
    except json.JSONDecodeError:
        raise StateError("expected the output of `pulumi stack export`; found no JSON") from None


def _pulumi(stack: StackName, arguments: list[str], also: dict[str, str] | None = None) -> str:
    from operations.rehearsal.rehearsal import Rehearsal  # noqa: PLC0415 - starts servers; files need none of it

    workspace = Workspace.here()
    rehearsal = Rehearsal(workspace)
    rehearsal.prepare(stack)
    done = subprocess.run(
        ["pulumi", *arguments, "--non-interactive"],
        cwd=workspace.root,
        env={**rehearsal.environment(stack), **(also or {})},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        from operations.pulumi_run.refresh import errors_of  # noqa: PLC0415 - only after a failure

        reason = done.stderr.strip()[-2000:] or errors_of(done.stdout)
        raise OperationError(f"pulumi {' '.join(arguments)} failed: {reason}")
    return done.stdout
