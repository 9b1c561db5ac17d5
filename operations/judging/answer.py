"""What a gate says of previews that run, or ran: judged by this version of the project, and by main's."""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

from operations.errors import OperationError
from operations.judging import goals, main_version
from operations.judging.gate import Previews, Run
from operations.judging.gated import Gated, GatedStack, Judges, judge
from operations.judging.guards import Trouble
from operations.pulumi_run.decrypted_settings import decrypted_settings
from operations.pulumi_run.events import Preview
from operations.pulumi_run.runner import Done
from runbook.environment import Environment
from runbook.readers.settings import environment_of_settings
from runbook.settings import STACKS, StackName
from runbook.unknown import Known, Unknown
from runbook.waivers import WaiverError


def of(run: Run, previews: Previews | None, saved: Mapping[StackName, Path]) -> Gated:
    """Waits for the previews; meanwhile reads what they are judged by."""
    if previews is None:
        return Gated(tuple(_refused(stack, why) for stack, why in run.refused.items()))
    try:
        judges = Judges.of(run.account.workspace.root, run.limit_seconds)
        secrets = _secrets(run, judges)
        done = previews.result()
    except WaiverError as error:
        return Gated((), troubles=(Trouble("blocks", str(error)),))
    except OperationError as error:
        return Gated((), troubles=(Trouble("cannot tell", str(error)),))
    gated = _with_goals(judge(done, judges, secrets), done, saved)
    return gated if run.main is None else main_version.judged_too(gated, done, judges, run.main)


def of_kept(kept: Mapping[StackName, Done], checkout: Path, limit_seconds: float) -> Gated:
    """Of previews that another version of this project ran in its own `checkout`."""
    try:
        judges = Judges.of(checkout, limit_seconds, exact=False)
    except WaiverError as error:
        return Gated((), troubles=(Trouble("blocks", str(error)),))
    return judge(kept, judges, {})


def _refused(stack: StackName, why: str) -> GatedStack:
    """By its settings: no preview was run with them."""
    return GatedStack(stack, Preview(), (), (), (Trouble("blocks", why),), None)


def _with_goals(gated: Gated, done: Mapping[StackName, Done], saved: Mapping[StackName, Path]) -> Gated:
    """With what the update plans say; a preview that failed has saved none, and is red by itself."""
    return replace(
        gated,
        stacks=tuple(
            replace(stack, troubles=(*stack.troubles, *goals.troubles_of(saved[stack.stack])))
            if done[stack.stack].code == 0
            else stack
            for stack in gated.stacks
        ),
    )


def _secrets(run: Run, judges: Judges) -> dict[StackName, Known[Environment]]:
    """Both stacks by their settings, with managed secrets decrypted and digested."""
    with ThreadPoolExecutor(len(STACKS)) as pool:
        found = pool.map(lambda stack: _with_secrets(run, stack, judges), STACKS)
        return dict(zip(STACKS, found, strict=True))


def _with_secrets(run: Run, stack: StackName, judges: Judges) -> Known[Environment]:
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
    return environment_of_settings(stack, settings, judges.digests)
