"""How long the jobs of a pull request take, in clean clones: from a bare runner to what the gate says.

    .venv/bin/python bench/pull_request_time.py [--cold] [--suite]

Plays the steps of .github/workflows/pull-request.yml as they are written there, each job in a folder of its own: a checkout is a clone of
the last commit, an artifact a copied folder. What other actions install (Python, Pulumi, Node.js) must be on this machine; a job
that would build an engine ends the measurement. --cold empties pip's cache for each job; --suite plays `test` too.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parent.parent
WORKFLOW = ROOT / ".github" / "workflows" / "pull-request.yml"
GOALS = {"settings": 15.0, "previews": 60.0}
"""Seconds, with an engine and warm caches."""
COLD_PREVIEWS = 90.0
NOT_HERE = ("comment", "test")
"""The one speaks to GitHub; the other is the suite, which nobody's change of a stack file waits for."""

Step = Mapping[str, Any]


@dataclass(frozen=True)
class Runner:
    """A job's folder on a machine that has nothing of this project."""

    folder: Path
    artifacts: Path
    cold: bool

    def play(self, step: Step) -> None:
        action = str(step.get("uses", "")).partition("@")[0].rpartition("/")[2]
        inputs = step.get("with", {})
        if action == "checkout":
            self._clone(inputs.get("path", "."))
        elif action == "upload-artifact":
            for pattern in str(inputs["path"]).split():
                self._keep(inputs["name"], pattern)
        elif action == "download-artifact":
            kept = self.artifacts / inputs["name"]
            shutil.copytree(kept, self.folder / inputs.get("path", "."), dirs_exist_ok=True)
        elif "run" in step:
            self._run(step["run"], step.get("working-directory", "."))

    def _clone(self, path: str) -> None:
        place = self.folder / path
        subprocess.run(["git", "clone", "--quiet", "--depth", "1", ROOT.as_uri(), place], check=True)

    def _keep(self, name: str, pattern: str) -> None:
        """As GitHub packs them: from the deepest folder that all of an artifact's files share, here the file's own."""
        found = self.folder / pattern
        target = self.artifacts / name
        target.mkdir(parents=True, exist_ok=True)
        if found.is_dir():
            shutil.copytree(found, target, symlinks=True, dirs_exist_ok=True)
        else:
            shutil.copy2(found, target / found.name)

    def _run(self, script: str, place: str) -> None:
        done = subprocess.run(
            ["bash", "-eo", "pipefail", "-c", script],
            cwd=self.folder / place,
            env=self._environment(),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise SystemExit(f"exit {done.returncode} of\n{script}\n{done.stdout}{done.stderr}")
        if "Building" in done.stderr:
            raise SystemExit("an engine was built: put a `pulumi` on PATH, as pulumi/actions does")

    def _environment(self) -> dict[str, str]:
        base = Path(getattr(sys, "_base_executable", sys.executable))
        kept = {key: value for key, value in os.environ.items() if not key.startswith(("PULUMI_", "HEROKU_"))}
        cache = {"PIP_CACHE_DIR": str(self.folder / "pip")} if self.cold else {}
        return {
            **kept,
            **cache,
            "PYTHON": str(base),
            "GITHUB_STEP_SUMMARY": str(self.folder / "summary.md"),
            "GITHUB_OUTPUT": str(self.folder / "output"),
        }


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--cold", action="store_true")
    parser.add_argument("--suite", action="store_true")
    given = parser.parse_args()
    jobs = yaml.safe_load(WORKFLOW.read_text(encoding="utf-8"))["jobs"]
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as name:
        for job in jobs:
            if job not in NOT_HERE or (given.suite and job == "test"):
                _play(job, jobs[job], Path(name), cold=given.cold)


def _play(name: str, job: Mapping[str, Any], folder: Path, *, cold: bool) -> None:
    print(name)
    runner = Runner(folder / name, folder / "artifacts", cold)
    runner.folder.mkdir()
    began = time.perf_counter()
    for step in _steps(job):
        started = time.perf_counter()
        runner.play(step)
        if "run" in step:
            print(
                f"  {time.perf_counter() - started:6.1f} s  {step.get('name', step['run'].splitlines()[0])}"
            )
    goal = COLD_PREVIEWS if cold and name == "previews" else GOALS.get(name)
    print(f"  {time.perf_counter() - began:6.1f} s  together{f', goal {goal:.0f} s' if goal else ''}")


def _steps(job: Mapping[str, Any]) -> Iterator[Step]:
    """Those of a leg with an installed engine."""
    return (step for step in job["steps"] if "== 'built'" not in str(step.get("if", "")))


if __name__ == "__main__":
    main()
