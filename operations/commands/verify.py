"""`ops verify`: the runbook's daily, weekly and monthly checklists on the live account."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path

import click

from operations.accounts.account import Account, AccountName
from operations.accounts.live_reading import read_live
from operations.commands.account_option import account_of, account_option
from operations.commands.stack_argument import StackType
from operations.console import working
from operations.forms.output import give_out, output_options
from operations.forms.report import Report, StackReport
from operations.judging.judgement import Row
from operations.judging.reviewed_files import read_waivers, wanted_by_name
from runbook.checklists import BY_HAND, CHECKLISTS, Checklist, rules_of
from runbook.digest import KEY_BYTES, Digests
from runbook.environment import Environment
from runbook.readers.live.app import Reach
from runbook.rules.book import RULES
from runbook.rules.rule import LIVE, Context
from runbook.rules.verdict import Verdict, evaluate
from runbook.settings import STACKS, StackName
from runbook.unknown import Unknown
from runbook.waivers import problems, waive

EVERYTHING = Reach(surroundings=True, releases=True, running=True)


@click.command()
@click.argument("stack", type=StackType(), required=False)
@click.option("--daily", is_flag=True, help="Health, dynos, logs, last night's backup.")
@click.option("--weekly", is_flag=True, help="Backups, database size, performance.")
@click.option("--monthly", is_flag=True, help="Cost, retention, access, secrets.")
@account_option
@output_options
def verify(
    stack: StackName | None,
    account_name: AccountName,
    budget: float,
    *,
    daily: bool,
    weekly: bool,
    monthly: bool,
    as_json: bool,
    **files: Path | None,
) -> None:
    """Checks the live account by the runbook's checklists. Without STACK, both stacks.

    \b
    ops verify                              everything, on local Heroku
    ops verify production --daily
    ops verify --account heroku --html verify.html

    Reads only. Exits 0 when all rules pass or are waived, 1 when something could not be told, 3 when a rule fails.
    """
    chosen = tuple(name for name, wanted in zip(CHECKLISTS, (daily, weekly, monthly), strict=True) if wanted)
    with working("Reading the live account"):
        report = verified(account_of(account_name), (stack,) if stack else STACKS, chosen, budget)
    give_out(report, files, as_json=as_json)
    click.get_current_context().exit(report.exit_code)


def verified(
    account: Account, stacks: tuple[StackName, ...], checklists: tuple[Checklist, ...], budget: float
) -> Report:
    """Both stacks are read, as rules compare them; `stacks` are judged. No checklist means all of them and every rule."""
    digests = Digests(os.urandom(KEY_BYTES))
    waivers = read_waivers()
    found = read_live(account, wanted_by_name(), digests, EVERYTHING, budget=budget)
    wanted = rules_of(checklists) if checklists else frozenset(rule.id for rule in RULES)
    rules = [rule for rule in RULES if rule.id in wanted]
    before: list[Verdict] = []
    reports: list[StackReport] = []
    today = datetime.now(tz=UTC).date()
    for name in stacks:
        other = next(environment for stack, environment in found.items() if stack != name)
        verdicts = evaluate(found[name], Context(digests, other), rules, LIVE)
        before += verdicts
        rows = tuple(Row(verdict) for verdict in waive(verdicts, waivers, today))
        reports.append(
            StackReport(
                name,
                found[name],
                rows=rows,
                posture=rows,
                unread=_unread(found[name]),
            )
        )
    return Report(
        command="verify",
        account=account.words,
        read_at=_read_at(found[stacks[0]]),
        stacks=tuple(reports),
        problems=tuple(str(problem) for problem in problems(before, waivers, today)),
        by_hand=tuple(
            item.replace("{app}", f"sc-mvp-{stacks[-1]}")
            for checklist in checklists or CHECKLISTS
            for item in BY_HAND[checklist]
        ),
    )


def _unread(environment: Environment) -> tuple[str, ...]:
    return (environment.app.why,) if isinstance(environment.app, Unknown) else ()


def _read_at(environment: Environment) -> datetime:
    return datetime.now(tz=UTC) if isinstance(environment.live, Unknown) else environment.live.read_at
