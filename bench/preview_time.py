"""How much longer a preview of one stack takes than a preview of an empty program, on this machine.

    .venv/bin/python bench/preview_time.py [--runs 9]

The stack must be up (./ops demo). Runs are interleaved and medians compared, so that a busy machine slows both.
"""

from __future__ import annotations

import argparse
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from operations.rehearsal import Rehearsal
from operations.workspace import Workspace

PACK = "PULUMI_OPTION_POLICY_PACK"
EMPTY = {"Pulumi.yaml": "name: empty\nruntime: python\n", "__main__.py": "import pulumi\n"}


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--runs", type=int, default=9)
    runs = parser.parse_args().runs
    rehearsal = Rehearsal(Workspace.here())
    rehearsal.prepare("production")
    stack = {key: value for key, value in rehearsal.environment("production").items() if key != PACK}
    with tempfile.TemporaryDirectory() as folder:
        for name, text in EMPTY.items():
            (Path(folder) / name).write_text(text, encoding="utf-8")
        empty = {
            **rehearsal.base_environment,
            "PULUMI_BACKEND_URL": Path(folder).as_uri(),
            "PULUMI_STACK": "empty",
        }
        pulumi(["stack", "init", "empty"], Path(folder), empty)
        times: dict[str, list[float]] = {"empty": [], "production": []}
        for _ in range(runs):
            times["empty"].append(pulumi(["preview"], Path(folder), empty))
            times["production"].append(pulumi(["preview"], rehearsal.workspace.root, stack))
    medians = {name: statistics.median(values) for name, values in times.items()}
    print(f"preview of an empty program  {medians['empty']:.2f} s")
    print(f"preview of production        {medians['production']:.2f} s")
    print(f"ratio                        {medians['production'] / medians['empty']:.2f}  (medians of {runs})")


def pulumi(arguments: list[str], folder: Path, env: dict[str, str]) -> float:
    """Seconds that one command took; ends the measurement if it fails."""
    started = time.perf_counter()
    done = subprocess.run(
        ["pulumi", *arguments, "--non-interactive"],
        cwd=folder,
        env=env,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise SystemExit(f"pulumi {' '.join(arguments)} failed:\n{done.stdout}{done.stderr}")
    return time.perf_counter() - started


if __name__ == "__main__":
    main()
