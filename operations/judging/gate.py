"""A gate from start to end. What judges is imported while the engine works: it is half of the gate's own time."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import Executor, Future
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from operations.accounts.account import Account
from operations.errors import OperationError
from operations.pulumi_run.previews import previews as run_previews
from operations.pulumi_run.runner import Done, side_by_side
from operations.settings_files import read_settings
from runbook.settings import STACKS, Settings, StackName

if TYPE_CHECKING:
    from operations.judging.gated import Gated

Previews = Future[dict[StackName, Done]]


@dataclass(frozen=True)
class Run:
    """What is asked of a gate, and the settings of both stacks: why they are refused, where they are."""

    account: Account
    stacks: Sequence[StackName]
    limit_seconds: float
    settings: Mapping[StackName, Settings | str]
    main: Path | None

    @property
    def refused(self) -> dict[StackName, str]:
        return {stack: found for stack in self.stacks if isinstance(found := self.settings[stack], str)}

    @property
    def has_managed_secrets(self) -> bool:
        """Whether a secret must be compared with the other stack's, which only the engine can decrypt."""
        return any(isinstance(found, str) or found.names_of("managed") for found in self.settings.values())

    @property
    def read_by_engine(self) -> Iterable[StackName]:
        return STACKS if self.has_managed_secrets else self.stacks


def gate(
    account: Account,
    stacks: Sequence[StackName],
    limit_seconds: float,
    *,
    main: Path | None = None,
    plans: Mapping[StackName, Path] | None = None,
) -> Gated:
    """What can't be read is part of the answer, never an exception. `plans`: where the update plans are to be kept."""
    run = Run(account, stacks, limit_seconds, {stack: _settings(account, stack) for stack in STACKS}, main)
    with TemporaryDirectory() as kept, side_by_side(1) as pool:
        saved = plans or {stack: Path(kept) / f"{stack}.json" for stack in stacks}
        previews = _start(run, pool, saved)
        from operations.judging import answer  # noqa: PLC0415 - the engine works meanwhile

        return answer.of(run, previews, saved)


def _settings(account: Account, stack: StackName) -> Settings | str:
    try:
        return read_settings(account.workspace, stack)
    except OperationError as error:
        return str(error)


def _start(run: Run, pool: Executor, saved: Mapping[StackName, Path]) -> Previews | None:
    """The previews under way, or that they could not be started; None where settings are refused."""
    if run.refused:
        return None
    try:
        for stack in run.read_by_engine:
            run.account.prepare(stack)
    except OperationError as error:
        not_started: Previews = Future()
        not_started.set_exception(error)
        return not_started
    return pool.submit(run_previews, run.account, run.stacks, run.limit_seconds, saved)
