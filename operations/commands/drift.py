"""`ops drift`: what is live against what is declared, changed, deleted or undeclared, each with what it means."""

from __future__ import annotations

import os
from concurrent.futures import Future
from dataclasses import replace
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
from operations.judging.reviewed_files import read_waivers, settings_of_all
from operations.pulumi_run.refresh import EngineView, engine_view, explanations
from operations.pulumi_run.runner import side_by_side
from operations.pulumi_run.stored_state import StoredState, stored_state
from operations.workspace import Workspace
from runbook.digest import KEY_BYTES, Digests
from runbook.drift.grading import Drift, drift_of
from runbook.drift.ignore import FILE_NAME, Entry, IgnoreError, read, sort_out
from runbook.environment import Environment
from runbook.readers.live.app import Reach
from runbook.readers.live.wanted import Wanted
from runbook.readers.settings import environment_of_settings
from runbook.rules.book import RULES
from runbook.rules.rule import LIVE, Context
from runbook.rules.steps import NO_DATA_LOSS
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
    """The engine looks at the same time as the account is read here."""
    digests = Digests(os.urandom(KEY_BYTES))
    settings, entries = settings_of_all(), _entries()
    states = {stack: stored_state(account, stack, digests) for stack in stacks}
    wanted = [_wanted(stack, settings[stack], states[stack]) for stack in stacks]
    with side_by_side(1) as pool:
        views = {stack: pool.submit(engine_view, account, stack) for stack in stacks if engine}
        live = read_live(account, wanted, digests, reach, budget=budget)
        compared = [
            _compared(states[stack], live[stack], settings[stack], digests, views.get(stack))
            for stack in stacks
        ]
    if reach.running:
        compared = [replace(report, posture=_posture(report, live, digests)) for report in compared]
    today = datetime.now(tz=UTC).date()
    return Report(
        command="drift",
        account=account.words,
        read_at=_read_at(live[stacks[0]]),
        stacks=tuple(_without_ignored(report, entries, today) for report in compared),
        problems=sort_out((), entries, today).problems,
        notes=() if reach.surroundings else (NO_SURROUNDINGS,),
    )


def _compared(
    state: Known[StoredState],
    live: Environment,
    settings: Settings,
    digests: Digests,
    view: Future[Known[EngineView]] | None,
) -> StackReport:
    if isinstance(state, Unknown):
        return StackReport(live.stack, live, unread=(state.why,))
    # Rules that compare the stacks are verify's; here each stack is held against its own declaration.
    drifts = drift_of(
        state.environment,
        live,
        Context(digests),
        program=environment_of_settings(live.stack, settings, digests),
        declared_at=state.written_at,
    )
    drifts = (*_made_anew(state, live), *drifts)
    return StackReport(live.stack, live, drifts=drifts, agreement=_agreement(view, drifts))


def _made_anew(state: StoredState, live: Environment) -> tuple[Drift, ...]:
    """An app of the declared name that is not the declared app."""
    if isinstance(live.live, Unknown) or not state.app_id or live.live.app_id in (None, state.app_id):
        return ()
    why = f"the declared app had the id {state.app_id}; its database and backups went with it"
    return (
        Drift(
            "deleted",
            "app",
            live.stack,
            "app",
            "another app of the same name",
            "breaks the runbook",
            why,
            "app",
            NO_DATA_LOSS,
            f"heroku apps:info -a sc-mvp-{live.stack}",
        ),
    )


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


def _wanted(stack: StackName, settings: Settings, state: Known[StoredState]) -> Wanted:
    if isinstance(state, Unknown):
        return Wanted(stack, settings)
    return Wanted(stack, settings, state.app_id, state.addon_ids, state.written_at)


def _read_at(environment: Environment) -> datetime:
    return datetime.now(tz=UTC) if isinstance(environment.live, Unknown) else environment.live.read_at


def _entries() -> tuple[Entry, ...]:
    try:
        return read(Workspace.here().root / FILE_NAME)
    except IgnoreError as error:
        raise OperationError(str(error)) from None
