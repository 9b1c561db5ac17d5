"""How much longer the gate of both stacks takes than a bare preview of one, on this machine.

    .venv/bin/python bench/gate_time.py [--runs 7]

The stacks must be up (./ops demo). Bare is `pulumi preview` alone: no refresh, no policy pack. Runs are interleaved and
medians compared, so that a busy machine slows both.
"""

from __future__ import annotations

import argparse
import statistics
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

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
    commands: dict[str, tuple[list[str], Mapping[str, str] | None]] = {
        "bare preview of production": (["pulumi", "preview", "--non-interactive"], bare),
        "gate of both stacks": ([sys.executable, "-m", "operations", "gate"], None),
    }
    times: dict[str, list[float]] = {name: [] for name in commands}
    for _ in range(runs):
        for name, (command, env) in commands.items():
            times[name].append(seconds(command, rehearsal.workspace.root, env))
    medians = {name: statistics.median(values) for name, values in times.items()}
    for name, median in medians.items():
        print(f"{name:<28} {median:.2f} s")
    preview, gate = medians.values()
    print(f"{'ratio':<28} {gate / preview:.2f}  (medians of {runs}; at most {GOAL:g} is wanted)")


def seconds(command: list[str], folder: Path, env: Mapping[str, str] | None) -> float:
    """What one command took; ends the measurement if it fails."""
    started = time.perf_counter()
    done = subprocess.run(command, cwd=folder, env=env, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"{' '.join(command)} failed:\n{done.stdout}{done.stderr}")
    return time.perf_counter() - started


if __name__ == "__main__":
    main()
