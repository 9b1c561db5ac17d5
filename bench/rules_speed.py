"""How long the rules take: on settings, on 200 stacks, and in a preview.

    .venv/bin/python bench/rules_speed.py [--runs 5]

Goals: `ops check` on settings takes at most a third of a bare preview, 200 stacks at most ten times one, and the
policy pack adds at most 0.25 s to a preview. The previews are of staging on local Heroku; run `ops demo` before.
Medians; what else the machine does counts.
"""

from __future__ import annotations

import argparse
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from operations.rehearsal.rehearsal import Rehearsal  # noqa: E402 - the path comes first
from operations.workspace import Workspace  # noqa: E402

STACKS = 200
GOALS = {"settings / preview": 1 / 3, "200 stacks / one": 10.0, "pack, seconds": 0.25}


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--runs", type=int, default=5)
    runs: int = parser.parse_args().runs
    check = [sys.executable, "-m", "operations", "check"]
    one = median([*check, "staging"], runs)
    with tempfile.TemporaryDirectory() as name:
        many = median([*check, *copies(Path(name))], max(1, runs // 2))
    plain, packed = previews(runs)
    print(f"ops check, one stack on settings    {one:.2f} s")
    print(f"ops check, {STACKS} stacks on settings   {many:.2f} s")
    print(f"pulumi preview, bare                {plain:.2f} s")
    print(f"pulumi preview, with the pack       {packed:.2f} s")
    measured = {
        "settings / preview": one / plain,
        "200 stacks / one": many / one,
        "pack, seconds": packed - plain,
    }
    for what, value in measured.items():
        print(
            f"{what:<20} {value:6.2f}  goal {GOALS[what]:.2f}  {'ok' if value <= GOALS[what] else 'MISSED'}"
        )
    return 0 if all(value <= GOALS[what] for what, value in measured.items()) else 1


def copies(folder: Path) -> list[str]:
    """Stack files of 100 pairs of stacks."""
    paths = []
    for number in range(STACKS // 2):
        place = folder / str(number)
        place.mkdir()
        names = ("Pulumi.staging.yaml", "Pulumi.production.yaml")
        paths += [str(shutil.copy(ROOT / name, place)) for name in names]
    return paths


def previews(runs: int) -> tuple[float, float]:
    """Medians of a preview of staging without and with the pack, taken in turns."""
    rehearsal = Rehearsal(Workspace.here())
    rehearsal.prepare("staging")
    packed = rehearsal.environment("staging")
    plain = {**packed, "PULUMI_OPTION_POLICY_PACK": ""}
    command = ["pulumi", "preview", "--non-interactive"]
    taken = [(seconds(command, plain), seconds(command, packed)) for _ in range(runs + 1)][1:]
    return statistics.median(bare for bare, _ in taken), statistics.median(full for _, full in taken)


def median(command: Sequence[str], runs: int) -> float:
    return statistics.median(seconds(command, None) for _ in range(runs))


def seconds(command: Sequence[str], environment: Mapping[str, str] | None) -> float:
    began = time.perf_counter()
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    took = time.perf_counter() - began
    if done.returncode:
        raise SystemExit(
            f"{' '.join(command[:4])} exited {done.returncode}: {done.stdout[-500:]}{done.stderr[-500:]}"
        )
    return took


if __name__ == "__main__":
    sys.exit(main())
