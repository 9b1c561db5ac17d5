"""Whether a change gives a stack's secrets another key: `secretsprovider`, `encryptedkey` or `encryptionsalt` of its file.

A rotation does that on purpose (docs/state.md), so it is told and not blocked. Nobody else should: what is encrypted with
a stranger's key can be read by the stranger.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from runbook import stack_file
from runbook.settings import STACKS

_KEYS = ("secretsprovider", "encryptedkey", "encryptionsalt")


def notes(ours: Path, theirs: Path) -> tuple[str, ...]:
    """A sentence a stack, without the values. A file that can't be read is told of elsewhere."""
    return tuple(_of_each(ours, theirs))


def _of_each(ours: Path, theirs: Path) -> Iterator[str]:
    for stack in STACKS:
        name = f"Pulumi.{stack}.yaml"
        try:
            before, after = (stack_file.read(folder / name).values for folder in (ours, theirs))
        except stack_file.StackFileError:
            continue
        changed = [key for key in _KEYS if before.get(key) != after.get(key)]
        if changed:
            yield (
                f"{name} changes {', '.join(changed)}: another key encrypts the secrets of {stack} from now on. "
                "Approve it for a rotation alone (docs/state.md)."
            )
