"""A gate from start to end: settings, previews side by side, judgement, and main's judgement of the same previews."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from operations.errors import OperationError
from operations.gating import engine_run, goals, main_version
from operations.gating.engine_run import Done, Engine
from operations.gating.events import Preview
from operations.gating.guards import Trouble
from operations.gating.judging import Gated, GatedStack, Judges, judge
from operations.local_stack_file import read_settings
from runbook.digest import KEY_BYTES, Digests
from runbook.environment import Environment
from runbook.readers.settings import environment_of_settings
from runbook.settings import STACKS, StackName
from runbook.settings_reader import SettingsError, settings_from_values
from runbook.unknown import Known, Unknown
from runbook.waivers import FILE_NAME, WaiverError
from runbook.waivers import read as read_waivers


def judges_of(folder: Path, limit_seconds: float, *, exact: bool = True) -> Judges:
    """Raises WaiverError."""
    return Judges(
        folder=folder,
        digests=Digests(os.urandom(KEY_BYTES)),
        waivers=read_waivers(folder / FILE_NAME),
        today=datetime.now(tz=UTC).date(),
        limit_seconds=limit_seconds,
        exact=exact,
    )


def gate(
    engine: Engine,
    stacks: Sequence[StackName],
    limit_seconds: float,
    *,
    main: Path | None = None,
    plans: Mapping[StackName, Path] | None = None,
) -> Gated:
    """What can't be read is part of the answer, never an exception."""
    refused = {stack: trouble for stack in stacks if (trouble := _refused(engine, stack))}
    if refused:
        return Gated(tuple(_unjudged(stack, refused[stack]) for stack in refused))
    try:
        judges = judges_of(engine.workspace.root, limit_seconds)
    except WaiverError as error:
        return Gated((), troubles=(Trouble("blocks", str(error)),))
    with TemporaryDirectory() as kept:
        saved = plans or {stack: Path(kept) / f"{stack}.json" for stack in stacks}
        try:
            managed = _managed(engine)
            for stack in STACKS if managed else stacks:
                engine.prepare(stack)
            with ThreadPoolExecutor(1) as pool:
                secrets = pool.submit(_secrets, engine, judges, managed=managed)
                done = engine_run.previews(engine, stacks, limit_seconds, saved)
        except OperationError as error:
            return Gated((), troubles=(Trouble("cannot tell", str(error)),))
        gated = _with_goals(judge(done, judges, secrets.result()), done, saved)
    return gated if main is None else main_version.judged_too(gated, done, judges, main)


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


def judge_kept(kept: Mapping[StackName, Done], checkout: Path, limit_seconds: float) -> Gated:
    """Judges previews that another version of this project ran in its own `checkout`."""
    try:
        judges = judges_of(checkout, limit_seconds, exact=False)
    except WaiverError as error:
        return Gated((), troubles=(Trouble("blocks", str(error)),))
    return judge(kept, judges, {})


def _refused(engine: Engine, stack: StackName) -> Trouble | None:
    try:
        read_settings(engine.workspace, stack)
    except OperationError as error:
        return Trouble("blocks", str(error))
    return None


def _unjudged(stack: StackName, trouble: Trouble) -> GatedStack:
    return GatedStack(stack, Preview(), (), (), (trouble,), None)


def _managed(engine: Engine) -> bool:
    """Whether a stack file has an encrypted secret, which only the engine can compare with the other stack's."""
    return any(read_settings(engine.workspace, stack).names_of("managed") for stack in STACKS)


def _secrets(engine: Engine, judges: Judges, *, managed: bool) -> dict[StackName, Known[Environment]]:
    """Both stacks by their settings, with managed secrets decrypted and digested."""
    if not managed:
        return {
            stack: environment_of_settings(stack, read_settings(engine.workspace, stack), judges.digests)
            for stack in STACKS
        }
    with ThreadPoolExecutor(len(STACKS)) as pool:
        found = pool.map(lambda stack: _decrypted(engine, stack, judges), STACKS)
        return dict(zip(STACKS, found, strict=True))


def _decrypted(engine: Engine, stack: StackName, judges: Judges) -> Known[Environment]:
    try:
        values = engine_run.secret_settings(engine, stack, judges.limit_seconds)
        settings = settings_from_values(
            {key: value for key, (value, _) in values.items()},
            stack,
            secret={key for key, (_, is_secret) in values.items() if is_secret},
        )
    except (OperationError, SettingsError) as error:
        return Unknown(str(error))
    return environment_of_settings(stack, settings, judges.digests)
