"""Measures this project's commands beside others of the same run, and writes docs/performance.md.

    ./ops bench [--check] [--runs 7] [--apps 100]

Both stacks must be up (./ops demo). Everything is measured in turns. With --check nothing is written, and a ratio that is worse than the committed one
by a fifth ends it with exit code 1.
"""

from __future__ import annotations

import argparse
import os
import platform
import statistics
import sys
import tempfile
from collections.abc import Mapping
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from bench import drift_requests, rules_speed
from bench.figures import PAGE, Pair, Run, lines, load, page, save, worse
from bench.interleaved import Command, without_pack
from bench.preview_time import empty_program
from operations.rehearsal.rehearsal import Rehearsal
from operations.workspace import Workspace

OPS = [sys.executable, "-m", "operations"]
PREVIEW = ["pulumi", "preview", "--non-interactive"]
LATENCY_SECONDS = 0.05


def main() -> int:
    parser = argparse.ArgumentParser(
        prog="ops bench", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--check", action="store_true", help="compare with the committed figures")
    parser.add_argument("--runs", type=int, default=7)
    parser.add_argument("--apps", type=int, default=100, help="of the account that is read for drift")
    given = parser.parse_args()
    busy = f"load {os.getloadavg()[0]:.0f} before it began"
    machine = f"{os.cpu_count()} cores, Python {platform.python_version()}, {busy}"
    run = Run(machine, datetime.now(tz=UTC).date().isoformat(), measured(given.runs, given.apps))
    for line in lines(run):
        print(line)
    if given.check:
        found = worse(run, load())
        for line in found:
            print(f"worse by more than a fifth: {line}", file=sys.stderr)
        return int(bool(found))
    save(run)
    PAGE.write_text(page(run), encoding="utf-8")
    return 0


def measured(runs: int, apps: int) -> dict[str, Pair]:
    with ExitStack() as stack:
        taken = medians(commands(Path(stack.enter_context(tempfile.TemporaryDirectory()))), runs)
    with tempfile.TemporaryDirectory() as folder:
        here, refresh = drift_requests.measure(Path(folder), apps, LATENCY_SECONDS)
    return {
        "check": Pair(taken["check"], taken["preview"]),
        "check-200": Pair(taken["check-200"], taken["check"]),
        "preview": Pair(taken["preview"], taken["empty"]),
        "pack": Pair(taken["pack"], taken["preview"]),
        "gate": Pair(taken["gate"], taken["preview"]),
        "drift": Pair(here[1], refresh[1]),
        "drift-requests": Pair(here[0] / apps, refresh[0] / apps),
    }


def commands(folder: Path) -> dict[str, Command]:
    rehearsal = Rehearsal(Workspace.here())
    root = rehearsal.workspace.root
    bare = without_pack(rehearsal, "production")
    return {
        "check": Command([*OPS, "check", "production"], root),
        "check-200": Command([*OPS, "check", *rules_speed.copies(folder)], root),
        "empty": empty_program(rehearsal, folder),
        "preview": Command(PREVIEW, root, bare),
        "pack": Command(PREVIEW, root, rehearsal.environment("production")),
        "gate": Command([*OPS, "gate"], root),
    }


def medians(measured: Mapping[str, Command], runs: int) -> dict[str, float]:
    """Each once unmeasured (byte code, the disk's cache), then all in turns."""
    times: dict[str, list[float]] = {name: [] for name in measured}
    for number in range(runs + 1):
        for name, command in measured.items():
            taken = command.seconds()
            if number:
                times[name].append(taken)
    return {name: statistics.median(found) for name, found in times.items()}


if __name__ == "__main__":
    sys.exit(main())
