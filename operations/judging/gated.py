"""Judges previews: every rule's verdict, the guards, cost, waivers, and what follows from all of them."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Literal

from operations.judging import guards, unset
from operations.judging.guards import Trouble
from operations.judging.judgement import Row
from operations.pulumi_run.events import Change, Preview, read
from operations.pulumi_run.runner import Done
from runbook.cost import Cost
from runbook.digest import KEY_BYTES, Digests
from runbook.environment import Environment, Step
from runbook.readers.other_stack import other_environment
from runbook.readers.plan import PlanError, environment_of_plan
from runbook.readers.state import STATE_VERSION, StateError, environment_of_state
from runbook.rules.book import RULES
from runbook.rules.rule import Context, not_run
from runbook.rules.secrets import SECRETS_DIFFER
from runbook.rules.steps import NO_DATA_LOSS
from runbook.rules.verdict import Verdict, evaluate, findings_of
from runbook.settings import STACKS, StackName
from runbook.settings_reader import SettingsError
from runbook.stack_cost import Delta, cost_of_stack
from runbook.unknown import Known, Unknown
from runbook.waivers import FILE_NAME, Problem, Waiver, problems, waive
from runbook.waivers import read as read_waivers

Outcome = Literal["pass", "could not tell", "blocked"]
EXIT: dict[Outcome, int] = {"pass": 0, "could not tell": 1, "blocked": 3}


@dataclass(frozen=True)
class Judges:
    """What a change is judged by. `folder` has the stack files."""

    folder: Path
    digests: Digests
    waivers: tuple[Waiver, ...]
    today: date
    limit_seconds: float
    exact: bool = True
    """Whether the pack must have exactly this version's rules; a later version may have more."""

    @classmethod
    def of(cls, folder: Path, limit_seconds: float, *, exact: bool = True) -> Judges:
        """Raises WaiverError."""
        return cls(
            folder=folder,
            digests=Digests(os.urandom(KEY_BYTES)),
            waivers=read_waivers(folder / FILE_NAME),
            today=datetime.now(tz=UTC).date(),
            limit_seconds=limit_seconds,
            exact=exact,
        )


@dataclass(frozen=True)
class GatedStack:
    stack: StackName
    preview: Preview
    before: tuple[Verdict, ...]
    rows: tuple[Row, ...]
    troubles: tuple[Trouble, ...]
    cost: Delta | None

    @property
    def is_whole(self) -> bool:
        """Whether the preview got to its end, so that what it doesn't have is not there."""
        return self.cost is not None

    @property
    def outcome(self) -> Outcome:
        names = {row.verdict.name for row in self.rows}
        if "fail" in names or any(trouble.kind == "blocks" for trouble in self.troubles):
            return "blocked"
        return "could not tell" if self.troubles or "not run" in names or not self.rows else "pass"

    def rows_of(self, *names: str) -> list[Row]:
        return [row for row in self.rows if row.verdict.name in names]


@dataclass(frozen=True)
class Gated:
    stacks: tuple[GatedStack, ...]
    waiver_problems: tuple[Problem, ...] = ()
    troubles: tuple[Trouble, ...] = ()
    """Of the gate as a whole, such as what main's version says."""
    new_waivers: tuple[Waiver, ...] = ()
    """Waivers that main does not have: the change itself brings them."""

    @property
    def outcome(self) -> Outcome:
        outcomes = {stack.outcome for stack in self.stacks}
        kinds = {trouble.kind for trouble in self.troubles}
        if "blocked" in outcomes or self.waiver_problems or "blocks" in kinds:
            return "blocked"
        return "could not tell" if "could not tell" in outcomes or kinds or not self.stacks else "pass"

    @property
    def exit_code(self) -> int:
        return EXIT[self.outcome]


def judge(
    done: Mapping[StackName, Done],
    judges: Judges,
    secrets: Mapping[StackName, Known[Environment]],
) -> Gated:
    """`secrets` are the stacks by their settings with secrets decrypted; without them, secrets are not compared."""
    stacks = tuple(_stack(stack, ran, judges, secrets) for stack, ran in done.items())
    verdicts = [verdict for stack in stacks for verdict in stack.before]
    return Gated(stacks, problems(verdicts, judges.waivers, judges.today))


def _stack(
    stack: StackName, done: Done, judges: Judges, secrets: Mapping[StackName, Known[Environment]]
) -> GatedStack:
    preview = read(done.stdout)
    troubles = list(guards.of_run(done, preview, judges.limit_seconds, judges.folder))
    if not troubles or preview.pack.finished:
        troubles += guards.of_pack(preview.pack, exact=judges.exact)
    troubles += [*guards.of_providers(preview), *guards.of_prices(preview)]
    environment = _planned(stack, done, preview, judges)
    if isinstance(environment, Unknown):
        troubles = troubles or [Trouble("blocks", environment.why)]
        troubles += guards.refusals(preview.pack)
        before: tuple[Verdict, ...] = (_steps_alone(stack, preview),) if preview.proposed else ()
    else:
        before = (
            *evaluate(environment, _context(stack, judges), RULES, {"plan", "steps"}),
            *_secrets_compared(stack, judges, secrets),
        )
    before = tuple(_in_order(verdict) for verdict in before)
    waived = waive(before, judges.waivers, judges.today)
    if not isinstance(environment, Unknown):
        troubles += unset.troubles_of(preview.changes, environment)
        if judges.exact:
            troubles += guards.disagreement(waived, preview.pack)
    return GatedStack(
        stack=stack,
        preview=preview,
        before=before,
        rows=tuple(Row(verdict) for verdict in waived),
        troubles=tuple(dict.fromkeys(troubles)),
        cost=None if isinstance(environment, Unknown) else _cost(preview, environment, judges),
    )


def _in_order(verdict: Verdict) -> Verdict:
    """Each finding once, in an order that is the same in each run: the engine's steps come in any."""
    findings = sorted({*verdict.findings}, key=lambda found: (found.target, found.outcome, found.found))
    return replace(verdict, findings=tuple(findings))


def _planned(stack: StackName, done: Done, preview: Preview, judges: Judges) -> Known[Environment]:
    """The stack as it would be; Unknown where the preview ended early, so that no rule takes a part for the whole."""
    if preview.broken or done.code is None or (preview.errors and not preview.pack.finished):
        return Unknown("the preview is not whole")
    try:
        found = environment_of_plan(done.stdout, judges.digests)
    except (PlanError, SettingsError) as error:
        return Unknown(str(error))
    if found.stack != stack:
        return Unknown(f"the preview is of {found.stack}, not of {stack}")
    return found.model_copy(update={"steps": steps_of(preview)})


def _context(stack: StackName, judges: Judges) -> Context:
    return Context(judges.digests, other_environment(stack, judges.folder, judges.digests))


def _steps_alone(stack: StackName, preview: Preview) -> Verdict:
    """What the steps of a preview that ended early would lose; no other rule can be judged then."""
    environment = Environment(stack=stack, app=Unknown("the preview is not whole"), steps=steps_of(preview))
    return Verdict(NO_DATA_LOSS, environment, findings_of(NO_DATA_LOSS, environment, Context(_NO_DIGESTS)))


def steps_of(preview: Preview) -> tuple[Step, ...]:
    return tuple(
        Step(
            operation=change.operation,
            name=change.name,
            type=change.type,
            was_protected=change.was_protected,
            stays_protected=change.stays_protected,
        )
        for change in preview.changes
    )


def _secrets_compared(
    stack: StackName, judges: Judges, secrets: Mapping[StackName, Known[Environment]]
) -> tuple[Verdict, ...]:
    """No plan shows a secret; the settings do, to who may decrypt them."""
    if not secrets:
        return ()
    mine = secrets[stack]
    environment = Environment(stack=stack, app=mine) if isinstance(mine, Unknown) else mine
    context = Context(judges.digests, secrets.get(_other(stack), Unknown("the other stack was not read")))
    if isinstance(mine, Unknown):
        return (Verdict(SECRETS_DIFFER, environment, (not_run(stack, "its secrets", mine),)),)
    return (Verdict(SECRETS_DIFFER, environment, findings_of(SECRETS_DIFFER, environment, context)),)


def _cost(preview: Preview, after: Environment, judges: Judges) -> Delta:
    return Delta(_cost_now(preview.changes, judges), cost_of_stack(after))


def _cost_now(changes: Sequence[Change], judges: Judges) -> Cost:
    """Of what stands, as the refresh found it; nothing stands before a first `up`."""
    # A replacement marks what stands as to be deleted.
    standing = [{"type": change.type, **change.old, "delete": False} for change in changes if change.old]
    unique = list({(found["urn"], found.get("id")): found for found in standing}.values())
    try:
        now = environment_of_state(
            {"version": STATE_VERSION, "deployment": {"resources": unique}}, judges.digests
        )
    except (StateError, SettingsError):
        return Cost(())
    return cost_of_stack(now)


def _other(stack: StackName) -> StackName:
    return next(other for other in STACKS if other != stack)


_NO_DIGESTS = Digests(bytes(KEY_BYTES))
"""For a rule that reads no config var."""
