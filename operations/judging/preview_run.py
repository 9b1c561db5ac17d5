"""The previews that a gate judges, under way. What judges them is imported meanwhile: that is half of the gate's own time."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Executor, Future
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from tempfile import TemporaryDirectory

from operations.accounts.account import Account
from operations.errors import OperationError
from operations.judging.main_checkout import MainCheckout
from operations.judging.withheld_token import require_known_providers
from operations.pulumi_run.pack_levels import PackLevels, ask_pack
from operations.pulumi_run.previews import previews
from operations.pulumi_run.runner import Done, side_by_side
from operations.settings_files import read_settings
from runbook.settings import STACKS, Settings, StackName

TIME_LIMIT_SECONDS = 300.0


@dataclass(frozen=True)
class PreviewRun:
    """What is asked of a gate, and the settings of both stacks: why they are refused, where they are."""

    account: Account
    stacks: Sequence[StackName]
    limit_seconds: float
    settings: Mapping[StackName, Settings | str]
    main: MainCheckout | None
    keep: Path | None
    """Where the previews are kept for another checkout to judge."""
    plans: Mapping[StackName, Path]
    """Where each preview saves its update plan."""
    previews: Future[dict[StackName, Done]] = field(default_factory=Future)
    """Never done where settings are refused."""
    levels: Future[PackLevels] = field(default_factory=Future)
    """What the policy pack enforces, by itself; the same."""

    @property
    def refused(self) -> dict[StackName, str]:
        return {stack: found for stack in self.stacks if isinstance(found := self.settings[stack], str)}

    @property
    def has_managed_secrets(self) -> bool:
        """Whether a secret must be compared with the other stack's, which only the engine can decrypt."""
        return any(isinstance(found, str) or found.encrypted for found in self.settings.values())


@contextmanager
def previewing(
    account: Account,
    stacks: Sequence[StackName],
    limit_seconds: float,
    *,
    main: Path | None = None,
    keep: Path | None = None,
    plans: Mapping[StackName, Path] | None = None,
) -> Iterator[PreviewRun]:
    """Starts the previews. `plans`: where the update plans are to be kept."""
    settings = {stack: _settings(account, stack) for stack in STACKS}
    with TemporaryDirectory() as kept, side_by_side(2) as pool:
        saved = plans or {stack: Path(kept) / f"{stack}.json" for stack in stacks}
        run = PreviewRun(
            account, stacks, limit_seconds, settings, MainCheckout.of(main) if main else None, keep, saved
        )
        yield (
            run
            if run.refused
            else replace(
                run,
                previews=_started(run, pool),
                levels=pool.submit(ask_pack, account.workspace.root, limit_seconds),
            )
        )


def _started(run: PreviewRun, pool: Executor) -> Future[dict[StackName, Done]]:
    """Also of the other stack where its secrets are read; what can't be started is the previews' exception."""
    try:
        for stack in STACKS if run.has_managed_secrets else run.stacks:
            run.account.prepare(stack)
    except OperationError as error:
        not_started: Future[dict[StackName, Done]] = Future()
        not_started.set_exception(error)
        return not_started
    return pool.submit(_looked_and_previewed, run)


def _looked_and_previewed(run: PreviewRun) -> dict[StackName, Done]:
    """Raises OperationError, and TokenWithheldError for a program that must not get a token."""
    for stack in run.stacks:
        require_known_providers(run.account, stack, run.limit_seconds)
    return previews(run.account, run.stacks, run.limit_seconds, run.plans)


def _settings(account: Account, stack: StackName) -> Settings | str:
    try:
        return read_settings(account.workspace, stack)
    except OperationError as error:
        return str(error)
