"""Previews kept for another checkout to judge: one file a stack, its update plan, and what the policy pack enforces.

What is read back comes from a job that ran the change's own code, so it is bounded and closed: nothing of it is
believed for its name or its place. What it says is judged (docs/ci.md).
"""

from __future__ import annotations

import os
import shutil
import stat
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from operations.errors import OperationError
from operations.pulumi_run import pack_levels
from operations.pulumi_run.pack_levels import PackLevels
from operations.pulumi_run.runner import Done
from runbook.settings import STACKS, StackName

LARGEST_BYTES = 64 * 1024 * 1024
"""Of one file. A preview of both stacks' size has 0.2 MB."""
_PACK = "pack.json"
_PLAN = ".plan.json"
_NAMES = frozenset({_PACK, *(f"{stack}{end}" for stack in STACKS for end in (".json", _PLAN))})


@dataclass(frozen=True)
class KeptPreviews:
    done: Mapping[StackName, Done]
    levels: PackLevels | None = None
    """None where the pack could not be asked."""
    plans: Mapping[StackName, Path] = field(default_factory=dict)


class _Done(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, hide_input_in_errors=True)

    stdout: str
    stderr: str
    code: int | None


def keep(folder: Path, kept: KeptPreviews) -> None:
    """The engine redacts secrets in what it prints, and encrypts them in a plan."""
    folder.mkdir(parents=True, exist_ok=True)
    for stack, done in kept.done.items():
        told = _Done(stdout=done.stdout, stderr=done.stderr, code=done.code)
        (folder / f"{stack}.json").write_text(told.model_dump_json(), encoding="utf-8")
        if stack in kept.plans and kept.plans[stack].exists():
            shutil.copyfile(kept.plans[stack], folder / f"{stack}{_PLAN}")
    if kept.levels:
        (folder / _PACK).write_text(pack_levels.written(kept.levels), encoding="utf-8")


def read(folder: Path, stacks: Sequence[StackName]) -> KeptPreviews:
    """Raises OperationError for anything but what `keep` wrote of all of these stacks."""
    if strange := sorted(path.name for path in folder.iterdir() if path.name not in _NAMES):
        raise OperationError(
            f"{folder}: holds {strange[0]!a}, which no preview leaves; keep the previews anew"
        )
    levels = pack_levels.read(_text(folder / _PACK)) if (folder / _PACK).exists() else None
    return KeptPreviews(
        done={stack: _done(folder / f"{stack}.json") for stack in stacks},
        levels=levels,
        plans={stack: _plan(folder / f"{stack}{_PLAN}") for stack in stacks},
    )


def _done(path: Path) -> Done:
    try:
        found = _Done.model_validate_json(_text(path))
    except ValidationError:
        raise OperationError(f"{path.name}: is no kept preview; expected stdout, stderr and code") from None
    return Done(found.stdout, found.stderr, found.code)


def _plan(path: Path) -> Path:
    """Read by who judges it; a link or an endless file is refused here."""
    if path.is_symlink() or path.exists():
        _text(path)
    return path


def _text(path: Path) -> str:
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
        with os.fdopen(descriptor, "rb") as file:
            if not stat.S_ISREG(os.fstat(descriptor).st_mode):
                raise OperationError(f"{path.name}: is no regular file; keep the previews anew")
            content = file.read(LARGEST_BYTES + 1)
    except OSError as error:
        raise OperationError(
            f"{path.name}: {error.strerror}; expected a preview of every stack that is asked for"
        ) from None
    if len(content) > LARGEST_BYTES:
        raise OperationError(
            f"{path.name}: is larger than {LARGEST_BYTES // 1024**2} MiB; keep the previews anew"
        )
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        raise OperationError(f"{path.name}: is not UTF-8; keep the previews anew") from None
