"""Each job has the engine that its commands need, and fetches no package that an earlier run had."""

from __future__ import annotations

import copy
import re
import tomllib
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.unit.workflows.conftest import ROOT, workflows
from tests.unit.workflows.test_workflows import content
from toolchain import installed

Job = dict[str, Any]
Step = dict[str, Any]
START_AN_ENGINE = {"adopt", "apply", "bench", "demo", "drift", "gate", "pulumi", "test"}
"""Commands of ops. `check` and `verify` read files and the account."""
BUILT = "${{ matrix.engine == 'built' }}"
INSTALLED = "${{ matrix.engine == 'installed' }}"
TEST = "test"
WITHOUT_A_CACHE = ("pull-request/previews", "pull-request/gate")
"""What judges a change restores nothing that the change's code could have written."""


def jobs() -> dict[str, Job]:
    return {f"{path.stem}/{name}": job for path in workflows() for name, job in content(path)["jobs"].items()}


def commands(job: Job) -> list[str]:
    """Without those that start no engine: the coverage, and a judgement of previews that are kept."""
    asked = r"\./ops (\w+)\b(?! --coverage| --events)"
    return [found for step in job["steps"] for found in re.findall(asked, step.get("run", ""))]


def using(job: Job, action: str) -> Iterator[Step]:
    """Steps with this action that come before the first command of ops."""
    for step in job["steps"]:
        if "./ops " in step.get("run", ""):
            return
        if step.get("uses", "").partition("@")[0] == action:
            yield step


def wrong(job: Job, name: str = "") -> list[str]:
    """What a job lacks for the commands of ops that it runs."""
    asked = commands(job)
    if not asked:
        return []
    found = []
    engines = list(using(job, "pulumi/actions"))
    if START_AN_ENGINE & set(asked) and len(engines) != 1:
        found.append("no engine")
    found += [f"an engine only if {step['if']}" for step in engines if "if" in step and asked != [TEST]]
    python = next(using(job, "actions/setup-python"), {}).get("with", {})
    if name in WITHOUT_A_CACHE:
        found += ["a cache beside the change's own code"] if "cache" in python else []
    elif python.get("cache") != "pip" or not _is_a_lock(python.get("cache-dependency-path", ""), "txt"):
        found.append("no cache of Python packages by their lock")
    if TEST in asked:
        found += _wrong_for_the_suite(job, engines)
    return found


def _wrong_for_the_suite(job: Job, engines: list[Step]) -> Iterator[str]:
    """The one kind of job that may build an engine, in one leg of its matrix."""
    node = next(using(job, "actions/setup-node"), {}).get("with", {})
    if node.get("cache") != "npm" or not _is_a_lock(node.get("cache-dependency-path", ""), "json"):
        yield "no cache of npm packages by their lock"
    go = next(using(job, "actions/setup-go"), {}).get("with", {})
    if not _is_a_lock(go.get("cache-dependency-path", ""), "sum"):
        yield "no cache of Go modules by their lock"
    builds = [leg.get("engine") for leg in job["strategy"]["matrix"]["include"]].count("built")
    if [step.get("if") for step in engines] != [INSTALLED if builds else None]:
        yield "an engine where one is to be built"
    cache = next(using(job, "actions/cache"), {})
    kept = cache.get("with", {})
    if builds and (
        cache.get("if") != BUILT or kept.get("path") != ".local/engine" or "go.sum" not in kept.get("key", "")
    ):
        yield "no cache of the built engine by its lock"


def _is_a_lock(pattern: str, ending: str) -> bool:
    """Whether files of this project fit, as it is checked out, in folders of its own or not."""
    return pattern.endswith(f".{ending}") and any(ROOT.glob(pattern.removeprefix("*/")))


@pytest.mark.parametrize("name", jobs())
def test_a_job_has_its_engine_and_its_caches(name: str) -> None:
    assert wrong(jobs()[name], name) == []


def test_no_job_of_a_pull_request_builds_an_engine_and_one_leg_after_the_merge_does() -> None:
    built = [
        name
        for name, job in jobs().items()
        for leg in job.get("strategy", {}).get("matrix", {}).get("include", ())
        if leg.get("engine") == "built"
    ]
    assert built == ["merge/test"]


def test_the_commands_are_those_of_ops() -> None:
    asked = {command for job in jobs().values() for command in commands(job)}
    assert asked == {"apply", "bench", "check", "demo", "drift", "gate", "local", "test", "verify"}


def without(action: str) -> Callable[[Job], None]:
    def change(job: Job) -> None:
        job["steps"] = [step for step in job["steps"] if not step.get("uses", "").startswith(action)]

    return change


def after_the_command(job: Job) -> None:
    engine = next(using(job, "pulumi/actions"))
    job["steps"].remove(engine)
    job["steps"].append(engine)


def on_every_leg(job: Job) -> None:
    del next(using(job, "pulumi/actions"))["if"]


def by_no_lock(job: Job) -> None:
    next(using(job, "actions/setup-python"))["with"]["cache-dependency-path"] = "toolchain/locks/none.txt"


@pytest.mark.parametrize(
    ("name", "change", "told"),
    [
        ("pull-request/previews", without("pulumi/actions"), ["no engine"]),
        ("drift/drift", after_the_command, ["no engine"]),
        ("merge/staging", by_no_lock, ["no cache of Python packages by their lock"]),
        ("verify/verify", without("actions/setup-python"), ["no cache of Python packages by their lock"]),
        ("merge/test", without("actions/setup-node"), ["no cache of npm packages by their lock"]),
        ("merge/test", without("actions/setup-go"), ["no cache of Go modules by their lock"]),
        ("merge/test", without("actions/cache"), ["no cache of the built engine by its lock"]),
        ("merge/test", on_every_leg, ["an engine where one is to be built"]),
    ],
)
def test_what_a_job_lacks_is_seen(name: str, change: Callable[[Job], None], told: list[str]) -> None:
    job = copy.deepcopy(jobs()[name])
    change(job)
    assert wrong(job, name) == told


def test_one_engine_is_named_everywhere_and_it_is_fit() -> None:
    named = {
        step["with"]["pulumi-version"]
        for job in jobs().values()
        for step in job["steps"]
        if step.get("uses", "").startswith("pulumi/actions@")
    }
    (version,) = named
    assert installed._order(version) >= installed._order(installed.LOWEST)


def test_the_suite_runs_on_the_lowest_and_the_highest_python_that_are_supported() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    language = "Programming Language :: Python :: "
    supported = [
        name.removeprefix(language) for name in project["classifiers"] if name.startswith(f"{language}3.")
    ]
    assert project["requires-python"] == f">={supported[0]}"
    assert f"Python {', '.join(supported[:-1])} or {supported[-1]}" in (ROOT / "README.md").read_text(
        encoding="utf-8"
    )
    suites = {name: job for name, job in jobs().items() if TEST in commands(job)}
    assert set(suites) == {"pull-request/test", "merge/test"}
    for job in suites.values():
        assert [leg["python"] for leg in job["strategy"]["matrix"]["include"]] == [
            supported[0],
            supported[-1],
        ]
        (run,) = [step for step in job["steps"] if "./ops " in step.get("run", "")]
        assert run["env"]["PYTHON"] == "python${{ matrix.python }}"
    others = {
        step["with"]["python-version"]
        for name, job in jobs().items()
        if name not in suites
        for step in job["steps"]
        if step.get("uses", "").startswith("actions/setup-python@")
    }
    assert others == {supported[-1]}
