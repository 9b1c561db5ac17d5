"""docs/ci.md lists what the workflows need: environments, their secrets and variables, and the required checks."""

from __future__ import annotations

import re

from tests.unit.workflows.conftest import ROOT, WORKFLOWS
from tests.unit.workflows.test_engine_and_caches import jobs
from tests.unit.workflows.test_workflows import content

PAGE = (ROOT / "docs" / "ci.md").read_text(encoding="utf-8")
NAMES = re.compile(r"(secrets|vars)\.([A-Z_]+)")


def rows(head: str) -> list[list[str]]:
    """The cells of the table that begins with these column names."""
    table = PAGE.split(f"| {head} ")[1].split("\n\n")[0]
    return [[cell.strip() for cell in line.strip("|").split(" | ")] for line in table.splitlines()[2:]]


def names(cell: str) -> set[str]:
    return set(re.findall(r"`([^`]+)`", cell))


def needed() -> dict[str, dict[str, set[str]]]:
    """Per environment: the workflows that run in it, and the secrets and variables that their jobs use."""
    found: dict[str, dict[str, set[str]]] = {}
    for name, job in jobs().items():
        used = NAMES.findall(str(job))
        if "environment" not in job:
            assert used == [], name
            continue
        needs = found.setdefault(job["environment"], {"workflows": set(), "secrets": set(), "vars": set()})
        needs["workflows"].add(name.partition("/")[0])
        for kind, secret in used:
            needs[kind].add(secret)
    return found


def test_each_environment_is_listed_with_what_its_jobs_use() -> None:
    listed = {
        environment.strip("`"): {
            "workflows": {name.strip() for name in workflows.split(",")},
            "secrets": names(secrets),
            "vars": names(variables),
        }
        for environment, workflows, _, secrets, variables in rows("environment | workflows")
    }
    assert listed == needed()


def test_each_name_has_its_value_explained() -> None:
    used = {name for needs in needed().values() for name in needs["secrets"] | needs["vars"]}
    assert {name.strip("`") for name, _ in rows("name | value")} == used


def test_the_required_checks_are_the_jobs_of_a_pull_request() -> None:
    (line,) = [line for line in PAGE.splitlines() if "status checks required" in line]
    found = set()
    for name, job in content(WORKFLOWS / "pull-request.yml")["jobs"].items():
        if "write" in job["permissions"].values():
            continue
        legs = job.get("strategy", {}).get("matrix", {}).get("include", [None])
        found |= {f"{name} ({leg['python']})" if leg else str(name) for leg in legs}
    assert names(line.partition("main: ")[2]) == found


def test_the_page_says_that_one_code_owner_is_not_enough_while_there_is_one() -> None:
    lines = (ROOT / ".github" / "CODEOWNERS").read_text(encoding="utf-8").splitlines()
    owners = {word for line in lines if not line.startswith("#") for word in line.split()[1:]}
    assert ("**One code owner is not enough.**" in PAGE) == (len(owners) == 1)


def test_a_merge_begins_with_an_apply_of_staging_and_the_page_warns_of_it() -> None:
    merge = content(WORKFLOWS / "merge.yml")
    assert merge["on"] == {"push": {"branches": ["main"]}}
    (command,) = re.findall(r"\./(ops apply .+)", str(merge["jobs"]["staging"]["steps"][-2]["run"]))
    assert f"starts `{command}` at once" in PAGE.replace("\n", " ")
