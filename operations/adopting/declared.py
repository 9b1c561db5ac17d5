"""What the program declares that the state lacks, by a preview of the program: names, parents and providers are its own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from operations.errors import OperationError
from operations.judging import providers
from operations.judging.withheld_token import WITHHELD
from operations.pulumi_run import events
from operations.pulumi_run.runner import UNJUDGED, pulumi
from operations.pulumi_run.stacks import Stacks
from runbook.settings import StackName

PROVIDERS = "pulumi:providers:"
_STATE_ONLY = {**UNJUDGED, **WITHHELD}
"""The program against the state as it is: no account is compared, no rule asked."""


@dataclass(frozen=True)
class Declared:
    """A resource that a preview would create. `inputs` have Pulumi's marks for what it doesn't know."""

    urn: str
    type: str
    custom: bool
    protect: bool
    parent: str
    provider: str
    """`URN::ID` of a provider; the id of one that is not in the state yet is Pulumi's mark for unknown."""
    inputs: Mapping[str, Any] = field(repr=False)

    @property
    def name(self) -> str:
        return self.urn.rpartition("::")[2]

    @property
    def is_provider(self) -> bool:
        return self.type.startswith(PROVIDERS)

    @property
    def provider_urn(self) -> str:
        return self.provider.rpartition("::")[0]


def not_in_state(stacks: Stacks, stack: StackName, limit_seconds: float) -> list[Declared]:
    """In the order of registration: parents first. Raises OperationError with pulumi's own words."""
    changes = _previewed(stacks, stack, limit_seconds)
    return [_declared(change) for change in changes if change.operation == "create"]


def components(stacks: Stacks, stack: StackName, limit_seconds: float) -> dict[str, Mapping[str, Any]]:
    """The inputs that the program gives its components, by URN. Raises OperationError with pulumi's own words."""
    return {
        change.urn: change.new.get("inputs") or {}
        for change in _previewed(stacks, stack, limit_seconds)
        if change.new and change.new.get("custom") is not True and change.operation in ("same", "update")
    }


def _previewed(stacks: Stacks, stack: StackName, limit_seconds: float) -> tuple[events.Change, ...]:
    done = pulumi(stacks, stack, ["preview", "--json"], limit_seconds, also=_STATE_ONLY)
    preview = events.read(done.stdout)
    if done.code is None:
        raise OperationError(
            f"{stack}: the preview did not end within {limit_seconds:.0f} s; nothing changed"
        )
    if done.code or preview.errors or preview.broken:
        reason = "; ".join(preview.errors) or (done.reason if done.code else f"its output {preview.broken}")
        raise OperationError(f"{stack}: the program could not be previewed: {reason}")
    if wrong := [trouble.what for trouble in providers.troubles_of(preview)]:
        raise OperationError(f"{stack}: {'; '.join(wrong)}")
    return preview.changes


def _declared(change: events.Change) -> Declared:
    new = change.new or {}
    return Declared(
        urn=change.urn,
        type=change.type,
        custom=new.get("custom") is True,
        protect=new.get("protect") is True,
        parent=str(new.get("parent") or ""),
        provider=str(new.get("provider") or ""),
        inputs=new.get("inputs") or {},
    )
