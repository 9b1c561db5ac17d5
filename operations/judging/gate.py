"""The gate's answer on previews that run, or ran: judged by this version of the project, and by main's."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

from operations.accounts.account import Account
from operations.errors import OperationError
from operations.judging import (
    edited_code,
    files_agree,
    goals,
    guards,
    kept_previews,
    live_facts,
    main_version,
    secrets_key,
)
from operations.judging.answer import Answer, Outcome, StackAnswer, Trouble
from operations.judging.change import Basis, judge
from operations.judging.kept_previews import KeptPreviews
from operations.judging.preview_run import PreviewRun
from operations.judging.withheld_token import TokenWithheldError
from operations.pulumi_run.decrypted_settings import decrypted_settings
from operations.pulumi_run.events import Preview
from operations.pulumi_run.pack_levels import PackLevels
from operations.pulumi_run.runner import Done
from runbook.environment import Environment
from runbook.readers.settings import environment_of_settings
from runbook.rules.rule import Context
from runbook.settings import STACKS, StackName
from runbook.unknown import Known, Unknown
from runbook.waivers import WaiverError


def answer_of(run: PreviewRun) -> Answer:
    """Waits for the previews; meanwhile reads what they are judged by. What can't be read is part of the answer."""
    folder = run.account.workspace.root
    if run.refused:
        return Answer("gate", tuple(_refused(stack, why) for stack, why in run.refused.items()), folder)
    try:
        basis = Basis.of(folder, run.limit_seconds)
        secrets = _secrets(run, basis)
        done = run.previews.result()
    except (WaiverError, TokenWithheldError) as error:
        return _without_a_stack(folder, "blocked", error)
    except OperationError as error:
        return _without_a_stack(folder, "inconclusive", error)
    answer = _with_levels(_with_goals(judge(done, basis, secrets), done, run.plans), run.levels)
    answer = _with_live_facts(answer, run.account, basis)
    kept = KeptPreviews(done, _asked(run.levels), run.plans)
    if run.keep is not None:
        kept_previews.keep(run.keep, kept)
    return answer if run.main is None else main_version.judged_too(answer, kept, basis, run.main)


def _asked(levels: Future[PackLevels]) -> PackLevels | None:
    return None if levels.exception() else levels.result()


def answer_of_kept(
    folder: Path, stacks: Sequence[StackName], checkout: Path, limit_seconds: float, ours: Path
) -> Answer:
    """On previews that another version of this project ran in its own `checkout`, whose files are read as data. `ours`: this version's."""
    try:
        basis = Basis.of(checkout, limit_seconds, exact=False)
        kept = kept_previews.read(folder, stacks)
        return _of_kept(kept, basis, ours)
    except (WaiverError, OperationError) as error:
        return _without_a_stack(checkout, "blocked", error)
    except RecursionError:
        return _without_a_stack(
            checkout, "blocked", OperationError("the previews nest deeper than any preview of Pulumi's")
        )


def _of_kept(kept: KeptPreviews, basis: Basis, ours: Path) -> Answer:
    answer = _with_goals(judge(kept.done, basis, {}), kept.done, kept.plans)
    levels = kept.levels
    of_pack = (_NO_LEVELS,) if levels is None else tuple(guards.of_levels(levels))
    return replace(
        answer,
        troubles=(*answer.troubles, *of_pack),
        stacks=tuple(_with_files(stack, kept.done[stack.stack], basis) for stack in answer.stacks),
        notes=(
            *answer.notes,
            *secrets_key.notes(ours, basis.folder),
            *edited_code.notes(ours, basis.folder),
        ),
    )


_NO_LEVELS = Trouble(
    "blocked",
    "what the policy pack enforces was not kept with the previews; keep them anew: `ops gate --keep FOLDER`",
)


def _with_files(stack: StackAnswer, done: Done, basis: Basis) -> StackAnswer:
    red = {verdict.rule.id for verdict in stack.verdicts_of("fail", "not evaluated")}
    return replace(stack, troubles=(*stack.troubles, *files_agree.troubles_of(stack.stack, done, basis, red)))


def _with_levels(answer: Answer, asked: Future[PackLevels]) -> Answer:
    """With what the pack enforces; a pack that can't be asked blocks only where it ran: elsewhere the preview says why."""
    try:
        found = tuple(guards.of_levels(asked.result()))
    except OperationError as error:
        has_run = any(stack.preview and stack.preview.pack.finished for stack in answer.stacks)
        found = (Trouble("blocked", str(error)),) if has_run else ()
    told = {trouble for stack in answer.stacks for trouble in stack.troubles}
    return replace(
        answer, troubles=(*answer.troubles, *(trouble for trouble in found if trouble not in told))
    )


def _with_live_facts(answer: Answer, account: Account, basis: Basis) -> Answer:
    """An app that is there is looked at; a preview that ended early is red by itself."""
    with ThreadPoolExecutor(len(STACKS)) as pool:
        troubles = pool.map(lambda stack: _of_live_app(stack, account, basis), answer.stacks)
        stacks = zip(answer.stacks, troubles, strict=True)
        return replace(
            answer,
            stacks=tuple(replace(stack, troubles=(*stack.troubles, *found)) for stack, found in stacks),
        )


def _of_live_app(stack: StackAnswer, account: Account, basis: Basis) -> tuple[Trouble, ...]:
    planned, app_id = live_facts.planned_by(stack), live_facts.live_app_id(stack.preview)
    if planned is None or app_id is None or stack.preview is None:
        return ()
    facts = live_facts.read_facts(account, app_id)
    return tuple(live_facts.troubles_of(facts, planned, stack.preview, Context(basis.digests)))


def _refused(stack: StackName, why: str) -> StackAnswer:
    """By its settings: no preview was run with them."""
    return StackAnswer(stack, troubles=(Trouble("blocked", why),), preview=Preview())


def _without_a_stack(folder: Path, outcome: Outcome, why: Exception) -> Answer:
    return Answer("gate", (), folder, troubles=(Trouble(outcome, str(why)),))


def _with_goals(answer: Answer, done: Mapping[StackName, Done], plans: Mapping[StackName, Path]) -> Answer:
    """With what the update plans say; a preview that failed has saved none, and is red by itself."""
    return replace(
        answer,
        stacks=tuple(
            replace(stack, troubles=(*stack.troubles, *goals.troubles_of(plans[stack.stack])))
            if done[stack.stack].code == 0
            else stack
            for stack in answer.stacks
        ),
    )


def _secrets(run: PreviewRun, basis: Basis) -> dict[StackName, Known[Environment]]:
    """Both stacks by their settings, with managed secrets decrypted and digested."""
    with ThreadPoolExecutor(len(STACKS)) as pool:
        found = pool.map(lambda stack: _with_secrets(run, stack, basis), STACKS)
        return dict(zip(STACKS, found, strict=True))


def _with_secrets(run: PreviewRun, stack: StackName, basis: Basis) -> Known[Environment]:
    try:
        settings = (
            decrypted_settings(run.account, stack, run.limit_seconds)
            if run.has_managed_secrets
            else run.settings[stack]
        )
    except OperationError as error:
        return Unknown(str(error))
    if isinstance(settings, str):
        return Unknown(settings)
    return environment_of_settings(stack, settings, basis.digests)
