"""The one issue of a scheduled report: opened, updated, closed. `gh` is a script that writes down what it was asked."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

SCRIPT = Path(__file__).resolve().parents[3] / ".github" / "report-issue.sh"
GH = """#!/bin/sh
echo "$1 $2 $3" >>"$CALLS"
if [ "$1 $2" = "issue list" ]; then printf '%s' "$OPEN"; exit; fi
while [ $# -gt 0 ]; do [ "$1" = --body-file ] && cat "$2" >>"$BODY"; shift; done
exit 0
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    gh = tmp_path / "gh"
    gh.write_text(GH)
    gh.chmod(0o755)
    (tmp_path / "drift.md").write_text("## drift: $(touch injected) `touch injected`\n")
    return tmp_path


def run(folder: Path, outcome: str, opened: str, report: str = "drift.md") -> list[str]:
    """What gh was asked, in order."""
    env = {
        "PATH": f"{folder}{os.pathsep}{os.environ['PATH']}",
        "CALLS": str(folder / "calls"),
        "BODY": str(folder / "body"),
        "OPEN": opened,
        "OUTCOME": outcome,
        "RUN": "https://github.example/runs/1",
    }
    subprocess.run(["sh", str(SCRIPT), "drift", report], cwd=folder, env=env, check=True, capture_output=True)
    return (folder / "calls").read_text().splitlines()


def test_the_first_finding_opens_an_issue_with_the_report_and_the_run(folder: Path) -> None:
    assert run(folder, "failure", "") == [
        "issue list --label",
        "label create runbook-drift",
        "issue create --title",
    ]
    body = (folder / "body").read_text()
    assert "$(touch injected)" in body
    assert "https://github.example/runs/1" in body
    assert not (folder / "injected").exists()


def test_later_findings_update_it(folder: Path) -> None:
    assert run(folder, "failure", "7") == ["issue list --label", "issue edit 7"]


def test_a_clean_run_closes_it(folder: Path) -> None:
    assert run(folder, "success", "7") == ["issue list --label", "issue close 7"]


def test_a_clean_run_without_an_issue_does_nothing(folder: Path) -> None:
    assert run(folder, "success", "") == ["issue list --label"]


@pytest.mark.parametrize("outcome", ["failure", "cancelled", "skipped", ""])
def test_a_run_without_a_report_could_not_tell_and_closes_nothing(folder: Path, outcome: str) -> None:
    assert "issue close" not in " ".join(run(folder, outcome, "7", "missing.md"))
    assert "Could not tell" in (folder / "body").read_text()
