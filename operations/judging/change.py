"""Judges previews: every rule's verdict, the guards, cost, waivers, and what follows from all of them."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path

from operations.judging import (
    clear_secrets,
    guards,
    left_running,
    providers,
    ranged,
    stack_files_compared,
    unset,
)
from operations.judging.answer import Answer, StackAnswer, Trouble
from operations.pulumi_run.events import Change, Preview, read
from operations.pulumi_run.runner import Done
from runbook.cost import Cost
from runbook.digest import KEY_BYTES, Digests
from runbook.environment import Environment, Step
from runbook.readers.other_stack import other_environment
from runbook.readers.plan import PlanError, environment_of_plan
from runbook.readers.state import STATE_VERSION, StateError, environment_of_state
from runbook.rules.book import RULES
from runbook.rules.rule import Context, Plane, not_run
from runbook.rules.secrets import SECRETS_DIFFER
from runbook.rules.steps import NO_DATA_LOSS
from runbook.rules.verdict import Verdict, evaluate, findings_of
from runbook.settings import STACKS, StackName
from runbook.settings_reader import SettingsError
from runbook.stack_cost import Delta, cost_of_stack
from runbook.unknown import Known, Unknown
from runbook.waivers import FILE_NAME, Waiver, problems, waive
from runbook.waivers import read as read_waivers


@dataclass(frozen=True)
class Basis:
    """What a change is judged by. `folder` has the stack files."""

    folder: Path
    digests: Digests
    waivers: tuple[Waiver, ...]
    today: date
    limit_seconds: float
    exact: bool = True
    """Whether the pack must have exactly this version's rules; a later version may have more."""

    @classmethod
    def of(cls, folder: Path, limit_seconds: float, *, exact: bool = True) -> Basis:
        """Raises WaiverError."""
        return cls(
            folder=folder,
            digests=Digests(os.urandom(KEY_BYTES)),
            waivers=read_waivers(folder / FILE_NAME),
            today=datetime.now(tz=UTC).date(),
            limit_seconds=limit_seconds,
            exact=exact,
        )


def judge(
    done: Mapping[StackName, Done],
    basis: Basis,
    secrets: Mapping[StackName, Known[Environment]],
) -> Answer:
    """`secrets` are the stacks by their settings with secrets decrypted; without them, secrets are not compared."""
    judged = [_stack(stack, ran, basis, secrets) for stack, ran in done.items()]
    before = [verdict for _, verdicts in judged for verdict in verdicts]
    found = problems(before, basis.waivers, basis.today)
    return Answer(
        "gate",
        tuple(stack for stack, _ in judged),
        basis.folder,
        troubles=stack_files_compared.troubles_of(basis.folder),
        to_fix=tuple(Trouble("blocked", str(problem)) for problem in found),
    )


def _stack(
    stack: StackName, done: Done, basis: Basis, secrets: Mapping[StackName, Known[Environment]]
) -> tuple[StackAnswer, tuple[Verdict, ...]]:
    """With its verdicts as they are before any waiver."""
    preview = read(done.stdout)
    environment = _planned(stack, done, preview, basis)
    before = tuple(map(_in_order, _verdicts(stack, preview, environment, basis, secrets)))
    waived = waive(before, basis.waivers, basis.today)
    answer = StackAnswer(
        stack,
        verdicts=waived,
        preview=ranged.without_quantities(preview, environment),
        troubles=tuple(
            dict.fromkeys(
                [
                    *_troubles(done, preview, environment, waived, basis),
                    *clear_secrets.troubles_of(
                        preview.changes, basis.digests, clear_secrets.digests_of(secrets.values())
                    ),
                ]
            )
        ),
        cost=None if isinstance(environment, Unknown) else _cost(preview, environment, basis),
    )
    return answer, before


def _verdicts(
    stack: StackName,
    preview: Preview,
    environment: Known[Environment],
    basis: Basis,
    secrets: Mapping[StackName, Known[Environment]],
) -> tuple[Verdict, ...]:
    if isinstance(environment, Unknown):
        return (_steps_alone(stack, preview),) if preview.proposed else ()
    return (
        *evaluate(environment, _context(stack, basis), RULES, _PLANES),
        *_secrets_compared(stack, basis, secrets),
    )


def _troubles(
    done: Done, preview: Preview, environment: Known[Environment], waived: Sequence[Verdict], basis: Basis
) -> list[Trouble]:
    found = list(guards.of_run(done, preview, basis.limit_seconds, basis.folder))
    if not found or preview.pack.finished:
        found += guards.of_pack(preview.pack, exact=basis.exact)
    found += [*providers.troubles_of(preview), *guards.of_builds(preview), *guards.of_prices(preview)]
    if isinstance(environment, Unknown):
        return [*(found or [Trouble("blocked", environment.why)]), *guards.refusals(preview.pack)]
    found += unset.troubles_of(preview.changes, environment)
    found += left_running.troubles_of(preview.changes, environment)
    if basis.exact:
        found += guards.disagreement(waived, preview.pack)
    return found


def _in_order(verdict: Verdict) -> Verdict:
    """Each finding once, in an order that is the same in each run: the engine's steps come in any."""
    findings = sorted({*verdict.findings}, key=lambda found: (found.target, found.outcome, found.found))
    return replace(verdict, findings=tuple(findings))


def _planned(stack: StackName, done: Done, preview: Preview, basis: Basis) -> Known[Environment]:
    """The stack as it would be; Unknown where the preview ended early, so that no rule takes a part for the whole."""
    if preview.broken or done.code is None or (preview.errors and not preview.pack.finished):
        return Unknown("the preview is not whole")
    try:
        found = environment_of_plan(done.stdout, basis.digests)
    except (PlanError, SettingsError) as error:
        return Unknown(str(error))
    if found.stack != stack:
        return Unknown(f"the preview is of {found.stack}, not of {stack}")
    return found.model_copy(update={"steps": steps_of(preview)})


def _context(stack: StackName, basis: Basis) -> Context:
    return Context(basis.digests, other_environment(stack, basis.folder, basis.digests))


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
    stack: StackName, basis: Basis, secrets: Mapping[StackName, Known[Environment]]
) -> tuple[Verdict, ...]:
    """No plan shows a secret; the settings do, to who may decrypt them."""
    if not secrets:
        return ()
    mine = secrets[stack]
    environment = Environment(stack=stack, app=mine) if isinstance(mine, Unknown) else mine
    context = Context(basis.digests, secrets.get(_other(stack), Unknown("the other stack was not read")))
    if isinstance(mine, Unknown):
        return (Verdict(SECRETS_DIFFER, environment, (not_run(stack, "its secrets", mine),)),)
    return (Verdict(SECRETS_DIFFER, environment, findings_of(SECRETS_DIFFER, environment, context)),)


def _cost(preview: Preview, after: Environment, basis: Basis) -> Delta:
    billed = left_running.with_left_running(after, preview.changes)
    return Delta(_cost_now(preview.changes, basis), cost_of_stack(billed))


def _cost_now(changes: Sequence[Change], basis: Basis) -> Cost:
    """Of what is running, as the refresh found it; nothing is before a first `up`."""
    # A replacement marks the running one as to be deleted.
    standing = [{"type": change.type, **change.old, "delete": False} for change in changes if change.old]
    unique = list({(found["urn"], found.get("id")): found for found in standing}.values())
    try:
        now = environment_of_state(
            {"version": STATE_VERSION, "deployment": {"resources": unique}}, basis.digests
        )
    except (StateError, SettingsError):
        return Cost(())
    return cost_of_stack(now)


def _other(stack: StackName) -> StackName:
    return next(other for other in STACKS if other != stack)


_PLANES: frozenset[Plane] = frozenset({"plan", "steps"})
_NO_DIGESTS = Digests(bytes(KEY_BYTES))
"""For a rule that reads no config var."""
