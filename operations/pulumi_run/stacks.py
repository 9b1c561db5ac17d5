"""What a run of pulumi must know of where its stacks are."""

from __future__ import annotations

from typing import Protocol

from operations.workspace import Workspace
from runbook.settings import StackName


class Stacks(Protocol):
    """An account's stacks, or the scratch copy of one."""

    @property
    def workspace(self) -> Workspace: ...

    def environment(self, stack: StackName) -> dict[str, str]: ...
