"""The live account against the stored state and the program, each difference with what it means."""

from __future__ import annotations

import os
from collections.abc import Collection, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from operations.accounts.account import Account
from operations.accounts.live_reading import read_live
from operations.errors import OperationError
from operations.judging import ranged
from operations.judging.answer import Agreement, Answer, StackAnswer, Trouble
from operations.judging.listed import Prices, prices_of
from operations.judging.live import read_at, verdicts_on
from operations.judging.reviewed_files import read_waivers, settings_of_all, wanted_of
from operations.pulumi_run.refresh import EngineView, engine_view, explanations, without_contradicted
from operations.pulumi_run.runner import side_by_side
from operations.pulumi_run.stored_state import StoredState, stored_state
from operations.workspace import Workspace
from runbook.digest import KEY_BYTES, Digests
from runbook.drift.grading import Drift, Leave, drift_of
from runbook.drift.ignore import FILE_NAME, Entry, IgnoreError, read, sort_out
from runbook.environment import Environment
from runbook.readers.live.app import Reach
from runbook.readers.other_stack import other_stack
from runbook.readers.settings import environment_of_settings
from runbook.rules.book import RULES
from runbook.rules.rule import Context
from runbook.rules.verdict import Verdict
from runbook.settings import STACKS, Settings, StackName
from runbook.unknown import Known, Unknown
from runbook.waivers import waive

NO_SURROUNDINGS = "Domains, log drains, features, collaborators, webhooks and the pipeline were left out by --no-surroundings."
NO_ENGINE = "left out by --no-engine; what it sees is not compared"


@dataclass(frozen=True)
class Read:
    """Both stacks, each as its file, its state and the account have it."""

    settings: Mapping[StackName, Settings]
    states: Mapping[StackName, Known[StoredState]]
    live: Mapping[StackName, Environment]
    digests: Digests
    leave: Leave
    prices: Prices = field(default_factory=Prices)

    def declared(self, stack: StackName) -> Known[Environment]:
        state = self.states[stack]
        return state if isinstance(state, Unknown) else state.environment

    def other(self, stack: StackName) -> tuple[Known[Environment], Known[Environment]]:
        """The other stack as it is live and as it is declared. One that isn't up has nothing to be compared with."""
        name = other_stack(stack)
        live, declared = self.live[name], self.declared(name)
        if isinstance(declared, Unknown):
            return declared, declared
        if live.app is None:
            gone = Unknown(f"{name} has no app on this account")
            return gone, gone
        return live, declared


def drifted(
    account: Account, stacks: Sequence[StackName], budget: float, *, engine: bool, reach: Reach
) -> Answer:
    """Both stacks are read, as rules compare them; `stacks` are judged. The engine looks at the same time."""
    digests, today = Digests(os.urandom(KEY_BYTES)), datetime.now(tz=UTC).date()
    settings, entries = settings_of_all(), _entries()
    states = {stack: stored_state(account, stack, digests) for stack in STACKS}
    wanted = [wanted_of(stack, settings[stack], states[stack]) for stack in STACKS]
    with side_by_side(1) as pool:
        views = {stack: pool.submit(engine_view, account, stack) for stack in stacks if engine}
        live = read_live(account, wanted, digests, reach, budget=budget)
        prices = prices_of(account, live.values(), today)
        read = Read(settings, states, live, digests, Leave(read_waivers(), today), prices)
        answers = [_stack(stack, read, entries, views.get(stack)) for stack in stacks]
    if reach.running:
        answers = [replace(answer, verdicts=_verdicts(answer.stack, read)) for answer in answers]
    return Answer(
        command="drift",
        folder=Workspace.here().root,
        account=account.words,
        read_at=read_at(live[stack] for stack in stacks),
        stacks=tuple(answers),
        to_fix=tuple(Trouble("drift", problem) for problem in sort_out((), entries, today).problems),
        notes=(*(() if reach.surroundings else (NO_SURROUNDINGS,)), *prices.notes),
    )


def _stack(
    stack: StackName, read: Read, entries: Sequence[Entry], view: Future[Known[EngineView]] | None
) -> StackAnswer:
    state, live = read.states[stack], read.live[stack]
    if isinstance(state, Unknown):
        troubles = (Trouble("inconclusive", f"could not be read: {state.why}"),)
        return StackAnswer(stack, only_shown=True, troubles=troubles, live=live)
    live_other, declared_other = read.other(stack)
    drifts = drift_of(
        state.environment,
        live,
        Context(read.digests, live_other, read.prices.catalogue),
        program=environment_of_settings(stack, read.settings[stack], read.digests),
        declared_at=state.written_at,
        declared_other=declared_other,
        leave=read.leave,
    )
    seen = view.result() if view else None
    if isinstance(seen, EngineView):
        drifts = without_contradicted(drifts, seen)
    found = sort_out(drifts, entries, read.leave.today)
    return StackAnswer(
        stack,
        only_shown=True,
        live=live,
        drifts=found.counting,
        ignored=found.ignored,
        agreement=_agreement(seen, drifts, ranged.resources_of(state.environment)),
    )


def _verdicts(stack: StackName, read: Read) -> tuple[Verdict, ...]:
    """To look at; drift itself names what is worse than declared."""
    verdicts = verdicts_on(stack, read.live, RULES, read.digests, read.prices.catalogue)
    return waive(verdicts, read.leave.waivers, read.leave.today)


def _agreement(
    found: Known[EngineView] | None, drifts: tuple[Drift, ...], free: Collection[str]
) -> Agreement:
    if found is None:
        return Agreement(left_out=NO_ENGINE)
    if isinstance(found, Unknown):
        return _failed_refresh(found, drifts)
    explained, unexplained = explanations(found, drifts, free)
    return Agreement(tuple(explained), tuple(unexplained))


_FAILS = {"deleted": "gone", "undeclared": "there too", "changed": "another database"}
"""In words, which differences make a refresh fail."""


def _failed_refresh(view: Unknown, drifts: tuple[Drift, ...]) -> Agreement:
    """Only the app and the add-on survive their own deletion in a refresh; a second schedule and a promotion it refuses to judge."""
    causes = [
        f"{drift.target} is {_FAILS[drift.kind]}"
        for drift in drifts
        if (drift.kind == "deleted" and drift.resource)
        or (drift.kind == "undeclared" and drift.aspect == "backup schedule")
        or (drift.kind == "changed" and drift.aspect == "attachment")
    ]
    if causes:
        return Agreement(explained=(f"it fails, as {', '.join(causes)}: {view.why}",))
    return Agreement(unexplained=(view.why,))


def _entries() -> tuple[Entry, ...]:
    """Raises OperationError with the mistakes of drift-ignore.yaml."""
    try:
        return read(Workspace.here().root / FILE_NAME)
    except IgnoreError as error:
        raise OperationError(str(error)) from None
