"""Commands timed in turns and compared by their medians, so that a busy machine slows all of them."""

from __future__ import annotations

import argparse
import statistics
import subprocess
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from operations.rehearsal.rehearsal import Rehearsal
from runbook.settings import StackName

PACK = "PULUMI_OPTION_POLICY_PACK"


@dataclass(frozen=True)
class Command:
    words: Sequence[str]
    folder: Path
    env: Mapping[str, str] | None = None

    def seconds(self) -> float:
        """What one run took; ends the measurement if it fails."""
        started = time.perf_counter()
        done = subprocess.run(
            self.words, cwd=self.folder, env=self.env, capture_output=True, text=True, check=False
        )
        if done.returncode:
            raise SystemExit(f"{' '.join(self.words)} failed:\n{done.stdout}{done.stderr}")
        return time.perf_counter() - started


def runs_wanted(description: str | None, default: int) -> int:
    """What the command line says of --runs."""
    parser = argparse.ArgumentParser(
        description=description, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--runs", type=int, default=default)
    return int(parser.parse_args().runs)


def without_pack(rehearsal: Rehearsal, stack: StackName) -> dict[str, str]:
    """The environment of a prepared stack, in which a preview runs no policy pack."""
    rehearsal.prepare(stack)
    return {key: value for key, value in rehearsal.environment(stack).items() if key != PACK}


def ratio(below: str, above: str, commands: Mapping[str, Command], runs: int) -> float:
    """Prints each command's median, and how many times `below` goes into `above`."""
    times: dict[str, list[float]] = {name: [] for name in commands}
    for _ in range(runs):
        for name, command in commands.items():
            times[name].append(command.seconds())
    medians = {name: statistics.median(values) for name, values in times.items()}
    for name, median in medians.items():
        print(f"{name:<28} {median:.2f} s")
    found = medians[above] / medians[below]
    print(f"{'ratio':<28} {found:.2f}  (medians of {runs})")
    return found
