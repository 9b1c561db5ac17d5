"""How much longer a preview of one stack takes than a preview of an empty program, on this machine.

    .venv/bin/python bench/preview_time.py [--runs 9]

The stack must be up (./ops demo). Runs are interleaved and medians compared, so that a busy machine slows both.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from bench.interleaved import Command, ratio, runs_wanted, without_pack
from operations.rehearsal.rehearsal import Rehearsal
from operations.workspace import Workspace

PREVIEW = ["pulumi", "preview", "--non-interactive"]
EMPTY = {"Pulumi.yaml": "name: empty\nruntime: python\n", "__main__.py": "import pulumi\n"}


def main() -> None:
    runs = runs_wanted(__doc__, 9)
    rehearsal = Rehearsal(Workspace.here())
    stack = without_pack(rehearsal, "production")
    with tempfile.TemporaryDirectory() as folder:
        below, above = "preview of an empty program", "preview of production"
        commands = {
            below: empty_program(rehearsal, Path(folder)),
            above: Command(PREVIEW, rehearsal.workspace.root, stack),
        }
        ratio(below, above, commands, runs)


def empty_program(rehearsal: Rehearsal, folder: Path) -> Command:
    """A preview of a program that declares nothing, in a stack of its own in this folder."""
    for name, text in EMPTY.items():
        (folder / name).write_text(text, encoding="utf-8")
    env = {**rehearsal.base_environment, "PULUMI_BACKEND_URL": folder.as_uri(), "PULUMI_STACK": "empty"}
    Command(["pulumi", "stack", "init", "empty", "--non-interactive"], folder, env).seconds()
    return Command(PREVIEW, folder, env)


if __name__ == "__main__":
    main()
