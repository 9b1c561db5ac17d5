"""How much longer the gate of both stacks takes than a bare preview of one, on this machine.

    .venv/bin/python bench/gate_time.py [--runs 7]

The stacks must be up (./ops demo). Bare is `pulumi preview` alone: no refresh, no policy pack. Runs are interleaved and
medians compared, so that a busy machine slows both.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from bench.interleaved import Command, ratio
from operations.rehearsal import Rehearsal
from operations.workspace import Workspace

PACK = "PULUMI_OPTION_POLICY_PACK"
GOAL = 2.0
"""The gate takes at most so many times a bare preview."""


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--runs", type=int, default=7)
    runs = parser.parse_args().runs
    rehearsal = Rehearsal(Workspace.here())
    rehearsal.prepare("production")
    bare = {key: value for key, value in rehearsal.environment("production").items() if key != PACK}
    root = rehearsal.workspace.root
    below, above = "bare preview of production", "gate of both stacks"
    commands = {
        below: Command(["pulumi", "preview", "--non-interactive"], root, bare),
        above: Command([sys.executable, "-m", "operations", "gate"], root),
    }
    print("within" if ratio(below, above, commands, runs) <= GOAL else "above", f"the goal of {GOAL:g}")


if __name__ == "__main__":
    main()
