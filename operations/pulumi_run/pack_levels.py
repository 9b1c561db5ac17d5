"""Which policies the pack has and how strict each is, as the pack itself says: no event tells it while nothing violates."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from operations.errors import OperationError
from operations.workspace import WITHHELD_FROM_PROGRAMS


@dataclass(frozen=True)
class PackLevels:
    """`levels` by policy, with what the pack's own configuration makes of them."""

    name: str
    levels: Mapping[str, str]


def ask_pack(root: Path, limit_seconds: float) -> PackLevels:
    """Of the pack of this checkout. Raises OperationError where it doesn't start or answer."""
    with subprocess.Popen(
        [
            sys.executable,
            "-m",
            "operations.pulumi_run.pack_asked",
            str(root / "policies"),
            str(limit_seconds),
        ],
        cwd=root,
        env={key: value for key, value in os.environ.items() if key not in WITHHELD_FROM_PROGRAMS},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        start_new_session=True,
    ) as process:
        try:
            printed, _ = process.communicate(timeout=limit_seconds)
        except subprocess.TimeoutExpired:
            printed = ""
        finally:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
    return read(printed)


def read(text: str) -> PackLevels:
    """Raises OperationError for anything but what `ask_pack` was told."""
    try:
        return _Told.validate_json(text, strict=True)
    except ValidationError:
        raise OperationError(
            "the policy pack did not say what its policies enforce; start it as Pulumi does and read its error: "
            "`pulumi preview --policy-pack policies`"
        ) from None


def written(levels: PackLevels) -> str:
    return _Told.dump_json(levels).decode()


_Told = TypeAdapter(PackLevels)
