"""`ops drift`: what is live against what is declared, changed, deleted or undeclared, each with what it means."""

from __future__ import annotations

import os
from collections.abc import Mapping
from concurrent.futures import Future
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path

import click

from operations.accounts.account import Account, AccountName
from operations.accounts.live_reading import read_live
from operations.commands.account_option import account_of, account_option
from operations.commands.stack_argument import StackType
from operations.console import working
from operations.errors import OperationError
from operations.forms.output import give_out, output_options
from operations.forms.report import Agreement, Report, StackReport
from operations.judging.judgement import Row
from operations.judging.reviewed_files import read_waivers, settings_of_all, wanted_of
from operations.pulumi_run.refresh import EngineView, engine_view, explanations
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
from runbook.rules.rule import LIVE, Context
from runbook.rules.verdict import evaluate
from runbook.settings import STACKS, Settings, StackName
from runbook.unknown import Known, Unknown
from runbook.waivers import waive

NO_SURROUNDINGS = (
    "Domains, log drains, features, collaborators and webhooks were left out by --no-surroundings."
)
NO_ENGINE = "left out by --no-engine; what it sees is not compared"


@click.command()
@click.argument("stack", type=StackType(), required=False)
@click.option(
    "--engine/--no-engine",
    default=True,
    show_default=True,
    help="Compare with `pulumi refresh --preview-only`.",
)
@click.option(
    "--surroundings/--no-surroundings",
    default=True,
    show_default=True,
    help="Also domains, log drains, features, collaborators, webhooks: five requests more an app.",
)
@account_option
@output_options
def drift(
    stack: StackName | None,
    account_name: AccountName,
    budget: float,
    *,
    engine: bool,
    surroundings: bool,
    as_json: bool,
    **files: Path | None,
) -> None:
    """Compares the live account with the stored state and the program. Without STACK, both stacks.

    \b
    expected            no drift: a deploy, an add-on that rotated its URL
    harmless            differs, and breaks no rule
    breaks the runbook  a rule that held as declared fails on the live account
    unknown             could not be told

    Reads only; the state stays as it is. Exits 0 for no drift, 1 when something could not be told, 2 for drift, 3 when
    it breaks the runbook.
    """
    # The page shows the account at a glance, so more of it is read.
    reach = Reach(surroundings=surroundings, releases=True, running=bool(files.get("html")))
    with working("Reading the live account"):
        report = drifted(
            account_of(account_name), (stack,) if stack else STACKS, budget, engine=engine, reach=reach
        )
    give_out(report, files, as_json=as_json)
    click.get_current_context().exit(report.exit_code)


def drifted(
    account: Account, stacks: tuple[StackName, ...], budget: float, *, engine: bool, reach: Reach
) -> Report:
    """Both stacks are read, as rules compare them; `stacks` are judged. The engine looks at the same time."""
    digests = Digests(os.urandom(KEY_BYTES))
    settings, entries = settings_of_all(), _entries()
    today = datetime.now(tz=UTC).date()
    states = {stack: stored_state(account, stack, digests) for stack in STACKS}
    wanted = [wanted_of(stack, settings[stack], states[stack]) for stack in STACKS]
    with side_by_side(1) as pool:
        views = {stack: pool.submit(engine_view, account, stack) for stack in stacks if engine}
        live = read_live(account, wanted, digests, reach, budget=budget)
        read = _Read(settings, states, live, digests, Leave(read_waivers(), today))
        compared = [_compared(stack, read, views.get(stack)) for stack in stacks]
    if reach.running:
        compared = [replace(report, posture=_posture(report, live, digests)) for report in compared]
    return Report(
        command="drift",
        account=account.words,
        read_at=_read_at(live[stacks[0]]),
        stacks=tuple(_without_ignored(report, entries, today) for report in compared),
        problems=sort_out((), entries, today).problems,
        notes=() if reach.surroundings else (NO_SURROUNDINGS,),
    )


@dataclass(frozen=True)
class _Read:
    """Both stacks, each as its file, its state and the account have it."""

    settings: Mapping[StackName, Settings]
    states: Mapping[StackName, Known[StoredState]]
    live: Mapping[StackName, Environment]
    digests: Digests
    leave: Leave

    def declared(self, stack: StackName) -> Known[Environment]:
        state = self.states[stack]
        return state if isinstance(state, Unknown) else state.environment


def _compared(stack: StackName, read: _Read, view: Future[Known[EngineView]] | None) -> StackReport:
    state, live, other = read.states[stack], read.live[stack], other_stack(stack)
    if isinstance(state, Unknown):
        return StackReport(stack, live, unread=(state.why,))
    drifts = drift_of(
        state.environment,
        live,
        Context(read.digests, read.live[other]),
        program=environment_of_settings(stack, read.settings[stack], read.digests),
        declared_at=state.written_at,
        declared_other=read.declared(other),
        leave=read.leave,
    )
    return StackReport(stack, live, drifts=drifts, agreement=_agreement(view, drifts))


def _posture(report: StackReport, live: dict[StackName, Environment], digests: Digests) -> tuple[Row, ...]:
    other = next(
        (found for stack, found in live.items() if stack != report.stack), Unknown("it was not read")
    )
    verdicts = evaluate(live[report.stack], Context(digests, other), RULES, LIVE)
    return tuple(Row(verdict) for verdict in waive(verdicts, read_waivers(), datetime.now(tz=UTC).date()))


def _agreement(view: Future[Known[EngineView]] | None, drifts: tuple[Drift, ...]) -> Agreement:
    if view is None:
        return Agreement(left_out=NO_ENGINE)
    found = view.result()
    if isinstance(found, Unknown):
        return _failed_refresh(found, drifts)
    explained, unexplained = explanations(found, drifts)
    return Agreement(tuple(explained), tuple(unexplained))


def _failed_refresh(view: Unknown, drifts: tuple[Drift, ...]) -> Agreement:
    """Only the app and the add-on survive their own deletion in a refresh; a second schedule it refuses to judge."""
    causes = [
        f"{drift.target} is {'gone' if drift.kind == 'deleted' else 'there too'}"
        for drift in drifts
        if (drift.kind == "deleted" and drift.resource)
        or (drift.kind == "undeclared" and drift.aspect == "backup schedule")
    ]
    if causes:
        return Agreement(explained=(f"it fails, as {', '.join(causes)}: {view.why}",))
    return Agreement(unexplained=(view.why,))


def _without_ignored(report: StackReport, entries: tuple[Entry, ...], today: date) -> StackReport:
    found = sort_out(report.drifts, entries, today)
    return replace(report, drifts=found.counting, ignored=found.ignored)


def _read_at(environment: Environment) -> datetime:
    return datetime.now(tz=UTC) if isinstance(environment.live, Unknown) else environment.live.read_at


def _entries() -> tuple[Entry, ...]:
    try:
        return read(Workspace.here().root / FILE_NAME)
    except IgnoreError as error:
        raise OperationError(str(error)) from None
