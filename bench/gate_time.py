"""How much longer the gate of both stacks takes than a bare preview of one, on this machine.

    .venv/bin/python bench/gate_time.py [--runs 7]

The stacks must be up (./ops demo). Bare is `pulumi preview` alone: no refresh, no policy pack. Runs are interleaved and
medians compared, so that a busy machine slows both.
"""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from bench.interleaved import Command, ratio, runs_wanted, without_pack
from operations.rehearsal.rehearsal import Rehearsal
from operations.workspace import Workspace

GOAL = 2.0
"""The gate takes at most so many times a bare preview."""


def main() -> None:
    runs = runs_wanted(__doc__, 7)
    rehearsal = Rehearsal(Workspace.here())
    bare = without_pack(rehearsal, "production")
    root = rehearsal.workspace.root
    below, above = "bare preview of production", "gate of both stacks"
    commands = {
        below: Command(["pulumi", "preview", "--non-interactive"], root, bare),
        above: Command([sys.executable, "-m", "operations", "gate"], root),
    }
    print("within" if ratio(below, above, commands, runs) <= GOAL else "above", f"the goal of {GOAL:g}")


if __name__ == "__main__":
    main()
