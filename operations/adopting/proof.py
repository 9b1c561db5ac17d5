"""The proof of an adoption: a refreshing preview, with the policy pack, that proposes nothing."""

from __future__ import annotations

from dataclasses import dataclass

from operations.errors import OperationError
from operations.pulumi_run import events
from operations.pulumi_run.runner import STREAMED, Done, pulumi
from operations.pulumi_run.stacks import Stacks
from operations.safe_text import one_line
from runbook.settings import StackName

_MANDATORY = "mandatory"
_LOSING = frozenset({"delete", "replace", "create-replacement", "delete-replaced", "discard-replaced"})
"""Operations that take a live thing away."""


@dataclass(frozen=True)
class Proof:
    unchanged: int
    """How many resources a preview leaves as they are."""
    proposed: tuple[str, ...]
    """What the next `up` would do, one line a resource."""
    losses: tuple[str, ...]
    """Those of them that would delete or replace what is live."""
    violations: tuple[str, ...]
    """What the runbook's rules say against the stack as it is."""

    @property
    def is_empty(self) -> bool:
        return not self.proposed and not self.violations


def prove(stacks: Stacks, stack: StackName, limit_seconds: float) -> Proof:
    """Changes nothing. Raises OperationError where the preview fails, is cut, or ran without the policy pack."""
    arguments = ["preview", "--json", "--refresh", "--expect-no-changes"]
    done = pulumi(stacks, stack, arguments, limit_seconds, also=STREAMED)
    if done.code is None:
        raise OperationError(f"{stack}: the proving preview did not end within {limit_seconds:.0f} s")
    preview = events.read(done.stdout)
    proof = Proof(
        unchanged=sum(change.operation == "same" for change in preview.changes),
        proposed=tuple(_words(change) for change in preview.proposed),
        losses=tuple(_words(change) for change in preview.proposed if change.operation in _LOSING),
        violations=tuple(
            one_line(found.message) for found in preview.pack.violations if found.level == _MANDATORY
        ),
    )
    if preview.broken or not preview.pack.policies:
        reason = preview.broken or "tells of no policy: did the pack run?"
        raise OperationError(
            f"{stack}: the proving preview {reason}: {_errors(preview, done)}; run adopt again"
        )
    if done.code and proof.is_empty:
        raise OperationError(
            f"{stack}: the proving preview failed: {_errors(preview, done)}; run adopt again"
        )
    return proof


def _words(change: events.Change) -> str:
    """A component has nothing on Heroku, and its inputs differ where no plugin says so."""
    is_custom = (change.new or change.old or {}).get("custom") is True
    properties = ", ".join(change.properties if is_custom else _differing_inputs(change))
    where = "" if is_custom else ", in Pulumi's state alone"
    return f"{change.operation} {change.name}{where}{f' ({properties})' if properties else ''}"


def _differing_inputs(change: events.Change) -> list[str]:
    old, new = ((side or {}).get("inputs") or {} for side in (change.old, change.new))
    return sorted(key for key in old.keys() | new.keys() if old.get(key) != new.get(key))


def _errors(preview: events.Preview, done: Done) -> str:
    return "; ".join(preview.errors) or done.reason
