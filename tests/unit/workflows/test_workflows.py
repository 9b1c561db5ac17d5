"""The workflows are linted, pinned, and can't be made to leak or to go around the gate."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.unit.workflows.conftest import ROOT, WORKFLOWS, Lint, workflows

PINNED = re.compile(r"uses: [\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$")
AROUND_THE_GATE = (
    "pulumi up",
    "pulumi destroy",
    "--skip-preview",
    "--target",
    "--policy-pack",
    "state delete",
    "stack rm",
)
WITHOUT_SECRETS = ("pull-request.yml",)

HEAD = """
name: broken
on: {trigger}
permissions: {{}}
concurrency: {{group: broken, cancel-in-progress: true}}
jobs:
  job:
    name: job
    runs-on: ubuntu-24.04
    permissions: {{contents: read}} # the checkout
    steps:
      - uses: actions/checkout@{ref}
        with: {{persist-credentials: false, ref: "${{{{ github.event.pull_request.head.sha }}}}"}}
      - run: {run}
"""
CHECKOUT = "3d3c42e5aac5ba805825da76410c181273ba90b1 # v7.0.1"


def content(path: Path) -> dict[str, Any]:
    found: dict[str, Any] = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.BaseLoader)  # noqa: S506 - `on` stays text
    return found


def write(folder: Path, *, trigger: str = "pull_request", ref: str = CHECKOUT, run: str = "echo") -> Path:
    path = folder / ".github" / "workflows" / "broken.yml"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(HEAD.format(trigger=trigger, ref=ref, run=run), encoding="utf-8")
    return path


@pytest.fixture(params=workflows(), ids=lambda path: path.stem)
def workflow(request: pytest.FixtureRequest) -> Path:
    path = request.param
    assert isinstance(path, Path)
    return path


def test_the_workflows_of_the_gate_are_there() -> None:
    assert {path.name for path in workflows()} >= {"pull-request.yml", "merge.yml", "production.yml"}


@pytest.mark.slow
def test_actionlint_has_nothing_to_say(workflow: Path, actionlint: Lint) -> None:
    assert actionlint(workflow) == ""


def test_zizmor_has_nothing_to_say(workflow: Path, zizmor: Lint) -> None:
    assert zizmor(workflow) == ""


def test_actionlint_bites(tmp_path: Path, actionlint: Lint) -> None:
    said = actionlint(write(tmp_path, run="echo ${{ github.event.pull_request.title }}"))
    assert '"github.event.pull_request.title" is potentially untrusted' in said


@pytest.mark.fault("B62")
@pytest.mark.parametrize(
    ("change", "finding"),
    [
        ({}, ""),
        ({"trigger": "pull_request_target"}, "dangerous-triggers"),
        ({"ref": "v7"}, "unpinned-uses"),
        ({"run": '"echo ${{ github.head_ref }}"'}, "template-injection"),
    ],
    ids=["a sound one", "pull_request_target with the head checked out", "an action by its tag", "a title in a shell line"],
)  # fmt: skip
def test_zizmor_bites(tmp_path: Path, zizmor: Lint, change: dict[str, str], finding: str) -> None:
    said = zizmor(write(tmp_path, **change))
    assert (finding in said) if finding else said == ""


@pytest.mark.fault("B63", "T14")
def test_every_action_is_pinned_by_its_commit_with_the_version_beside_it(workflow: Path) -> None:
    lines = [line.strip().removeprefix("- ") for line in workflow.read_text(encoding="utf-8").splitlines()]
    assert [line for line in lines if line.startswith("uses:") and not PINNED.match(line)] == []


def test_nothing_is_permitted_but_what_a_job_asks_for(workflow: Path) -> None:
    found = content(workflow)
    assert found["permissions"] == {}
    assert all("permissions" in job and "timeout-minutes" in job for job in found["jobs"].values())


@pytest.mark.fault("B53", "B59", "B80", "T06")
def test_no_workflow_goes_around_the_gate(workflow: Path) -> None:
    text = workflow.read_text(encoding="utf-8")
    assert [words for words in AROUND_THE_GATE if words in text] == []
    assert "pull_request_target" not in text


@pytest.mark.fault("B60")
@pytest.mark.parametrize("name", WITHOUT_SECRETS)
def test_a_pull_request_has_no_secret_and_reaches_no_live_account(name: str) -> None:
    text = (WORKFLOWS / name).read_text(encoding="utf-8")
    assert "secrets." not in text
    assert "--account" not in text


@pytest.mark.fault("B57", "B60")
def test_what_may_write_runs_nothing_of_the_change() -> None:
    jobs = content(WORKFLOWS / "pull-request.yml")["jobs"]
    writing = {name: job for name, job in jobs.items() if "write" in job["permissions"].values()}
    assert list(writing) == ["comment"]
    uses = [step["uses"].partition("@")[0] for step in jobs["comment"]["steps"] if "uses" in step]
    assert "actions/checkout" not in uses
    assert "head.repo.full_name == github.repository" in jobs["comment"]["if"]


def test_what_judges_a_change_runs_main_alone() -> None:
    """No step of it starts in the change's folder, nothing of a job that ran the change's code is restored but its previews."""
    jobs = content(WORKFLOWS / "pull-request.yml")["jobs"]
    steps = jobs["gate"]["steps"]
    assert jobs["gate"]["needs"] == "previews"
    ran = {step["run"]: step.get("working-directory", "") for step in steps if "run" in step}
    assert [line for line in ran if "./ops" in line or "python" in line] == [
        "./ops gate --events ../previews --checkout ../change --markdown ../gate.md --sarif ../gate.sarif"
    ]
    assert "change" not in set(ran.values())
    assert ran[next(line for line in ran if "./ops" in line)] == "main"
    refs = {
        step["with"].get("path"): step["with"].get("ref")
        for step in steps
        if "checkout@" in step.get("uses", "")
    }
    assert refs == {"main": "${{ github.event.pull_request.base.sha }}", "change": None}
    assert [
        step for step in steps if "cache" in step.get("with", {}) or "cache@" in step.get("uses", "")
    ] == []
    assert (jobs["gate"]["permissions"], jobs["previews"]["permissions"]) == ({"contents": "read"},) * 2


def test_what_runs_the_changes_code_has_nothing_to_lose() -> None:
    job = content(WORKFLOWS / "pull-request.yml")["jobs"]["previews"]
    assert "environment" not in job
    assert "secrets." not in str(job)
    assert [step for step in job["steps"] if "cache" in step.get("with", {})] == []


@pytest.mark.fault("B44")
@pytest.mark.parametrize(("name", "job"), [("merge.yml", "staging"), ("production.yml", "production")])
def test_live_accounts_are_reached_from_their_environment_only(name: str, job: str) -> None:
    jobs = content(WORKFLOWS / name)["jobs"]
    assert jobs[job]["environment"] == job
    assert [other for other, found in jobs.items() if "secrets." in str(found)] == [job]


@pytest.mark.fault("T07")
def test_production_waits_for_a_person_and_is_main_only() -> None:
    found = content(WORKFLOWS / "production.yml")
    assert found["on"] == {"workflow_dispatch": ""}
    assert found["jobs"]["production"]["if"] == "${{ github.ref == 'refs/heads/main' }}"


@pytest.mark.fault("T07")
def test_code_owners_own_what_is_there() -> None:
    lines = (ROOT / ".github" / "CODEOWNERS").read_text(encoding="utf-8").splitlines()
    entries = [line.split() for line in lines if line and not line.startswith("#")]
    assert {owner for _, *owners in entries for owner in owners} == {"@kishanssg"}
    for pattern, *_ in entries:
        assert list(ROOT.glob(pattern.strip("/"))), pattern
