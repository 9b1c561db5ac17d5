"""Commands timed in turns and compared by their medians, so that a busy machine slows all of them."""

from __future__ import annotations

import statistics
import subprocess
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path


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
