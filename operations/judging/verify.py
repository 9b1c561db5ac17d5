"""The runbook's checklists on the live account."""

from __future__ import annotations

import os
from collections.abc import Sequence
from datetime import UTC, datetime

from operations.accounts.account import Account
from operations.accounts.live_reading import read_live
from operations.judging import migrations
from operations.judging.answer import Answer, StackAnswer, Trouble
from operations.judging.found_elsewhere import found_elsewhere
from operations.judging.listed import prices_of
from operations.judging.live import read_at, verdicts_on
from operations.judging.reviewed_files import read_waivers, settings_of_all, wanted_by_id
from operations.pulumi_run.stored_state import stored_ids
from operations.workspace import Workspace
from runbook.checklists import BY_HAND, CHECKLISTS, Checklist
from runbook.digest import KEY_BYTES, Digests
from runbook.environment import App, Environment
from runbook.readers.live.app import Reach
from runbook.readers.other_stack import other_stack
from runbook.readers.settings import environment_of_settings
from runbook.rules.book import RULES, rules_of
from runbook.rules.fixes import app_name
from runbook.rules.rule import Context, Plane, Rule
from runbook.rules.verdict import Verdict, evaluate
from runbook.settings import STACKS, StackName
from runbook.waivers import problems, waive

_FILES: frozenset[Plane] = frozenset({"settings"})
EVERYTHING = Reach(surroundings=True, releases=True, running=True)


def verified(
    account: Account,
    stacks: Sequence[StackName],
    budget: float,
    *,
    checklists: tuple[Checklist, ...] = (),
    leave_out: frozenset[str] = frozenset(),
    one_off: bool = False,
) -> Answer:
    """Both stacks are read, as rules compare them; `stacks` are judged. No checklist means all of them and every rule.

    That an app is gone, or can't be read, is said in every checklist. `one_off`: pending migrations are asked for too, by a
    one-off dyno of each app that is there.
    """
    digests, waivers, today = Digests(os.urandom(KEY_BYTES)), read_waivers(), datetime.now(tz=UTC).date()
    settings = settings_of_all()
    ids = {stack: stored_ids(account, stack) for stack in STACKS}
    found = read_live(account, wanted_by_id(settings, ids), digests, EVERYTHING, budget=budget)
    asked = rules_of(checklists) if checklists else frozenset(rule.id for rule in RULES)
    is_there = all(isinstance(found[stack].app, App) for stack in stacks)
    rules = [
        rule
        for rule in RULES
        if rule.id not in leave_out and (rule.id in asked or not (rule.needs_app or is_there))
    ]
    prices = prices_of(account, found.values(), today)
    before = {stack: verdicts_on(stack, found, rules, digests, prices.catalogue) for stack in stacks}
    in_files = _verdicts_on_files(stacks, rules, digests)
    judged = [verdict for verdicts in before.values() for verdict in verdicts]
    to_fix = problems([*judged, *in_files], waivers, today)
    pending = _pending(account, [found[stack] for stack in stacks], budget) if one_off else {}
    return Answer(
        command="verify",
        folder=Workspace.here().root,
        account=account.words,
        read_at=read_at(found[stack] for stack in stacks),
        stacks=tuple(
            StackAnswer(
                stack,
                verdicts=waive(verdicts, waivers, today),
                live=found[stack],
                troubles=pending.get(app_name(found[stack]), ()),
            )
            for stack, verdicts in before.items()
        ),
        to_fix=tuple(Trouble("blocked", str(problem)) for problem in to_fix),
        by_hand=tuple(
            item.replace("{app}", app_name(found[stacks[-1]]))
            for checklist in checklists or CHECKLISTS
            for item in BY_HAND[checklist]
            if not (pending and item.startswith(migrations.ITEM))
        ),
        notes=(
            *(
                line
                for stack in stacks
                for line in found_elsewhere(settings[stack], found[stack], ids[stack])
            ),
            *prices.notes,
            *([migrations.cost_note(pending)] if pending else []),
        ),
    )


def _pending(account: Account, found: Sequence[Environment], budget: float) -> dict[str, tuple[Trouble, ...]]:
    """What is wrong with the migrations of each app that is there."""
    apps = [app_name(one) for one in found if isinstance(one.app, App)]
    with account.client(budget) as client:
        return {app: migrations.pending(client, app) for app in apps}


def _verdicts_on_files(stacks: Sequence[StackName], rules: Sequence[Rule], digests: Digests) -> list[Verdict]:
    """Of the stack files: a waiver may be there for what is declared and not live yet."""
    declared = {
        stack: environment_of_settings(stack, found, digests) for stack, found in settings_of_all().items()
    }
    return [
        verdict
        for stack in stacks
        for verdict in evaluate(
            declared[stack], Context(digests, declared[other_stack(stack)]), rules, _FILES
        )
    ]
