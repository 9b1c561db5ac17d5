"""CONTRIBUTING.md names what exists, and its recipes work as they are written."""

from __future__ import annotations

import re
import shlex
from pathlib import Path
from typing import Any

import pytest
import yaml
from click.testing import CliRunner, Result

from operations.cli import COMMANDS, ops
from runbook.settings import STACKS
from tests.unit.house.documents import missing_names
from tests.unit.house.test_rooms import ROOT

PAGE = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
RECIPES = dict(re.findall(r"^## (Add a .+)\n((?:(?!^## ).*\n)+)", PAGE, re.MULTILINE))
OF_BOTH_FILES = re.compile(
    r"```yaml\n\s*# Pulumi\.staging\.yaml and Pulumi\.production\.yaml\n(.*?)```", re.DOTALL
)


def snippets(recipe: str) -> list[dict[str, dict[str, Any]]]:
    """What a recipe adds to both stack files, by section."""
    return [yaml.safe_load(text) for text in OF_BOTH_FILES.findall(RECIPES[recipe])]


def check_with(added: dict[str, dict[str, Any]], folder: Path) -> Result:
    """`ops check` on both stack files with this added."""
    for stack in STACKS:
        content = yaml.safe_load((ROOT / f"Pulumi.{stack}.yaml").read_text(encoding="utf-8"))
        for section, values in added.items():
            assert section in content["config"], section
            content["config"][section] |= values
        (folder / f"Pulumi.{stack}.yaml").write_text(yaml.safe_dump(content), encoding="utf-8")
    return CliRunner().invoke(ops, ["check", *(str(folder / f"Pulumi.{stack}.yaml") for stack in STACKS)])


def test_each_kind_of_change_has_a_recipe() -> None:
    assert list(RECIPES) == [
        "Add a config var",
        "Add a process type",
        "Add a rule",
        "Add a resource type",
        "Add a drill",
    ]


def test_the_files_and_symbols_that_it_names_exist() -> None:
    assert missing_names(PAGE) == []


def test_a_name_that_does_not_exist_is_found_out() -> None:
    page = "`runbook/rules/book.py::RULE`, `runbook/rulez/`, `drills/drill.py::Drill`, `waivers.yaml`, `Pulumi.prod.yaml::x`"
    assert missing_names(page) == ["runbook/rules/book.py::RULE", "runbook/rulez/", "Pulumi.prod.yaml::x"]


@pytest.mark.parametrize("added", snippets("Add a config var"), ids=str)
def test_the_config_var_of_the_recipe_passes_the_rules(
    added: dict[str, dict[str, Any]], tmp_path: Path
) -> None:
    shown = check_with(added, tmp_path)
    assert shown.exit_code == 0, shown.output


def test_the_process_type_of_the_recipe_needs_nothing_but_the_budget_that_it_mentions(tmp_path: Path) -> None:
    (added,) = snippets("Add a process type")
    shown = check_with(added, tmp_path)
    assert re.findall(r"([\w-]+) fails: ", shown.output) == ["cost-budget"], shown.output
    whole = {**added, "social-catering:cost": {"monthly_budget_usd": 250}}
    assert check_with(whole, tmp_path).exit_code == 0


def test_each_ops_command_that_it_shows_is_one() -> None:
    lines = [
        *re.findall(r"^ *(\./ops .+?)(?:  +#.*)?$", PAGE, re.MULTILINE),
        *re.findall(r"`(\./ops [^`]+)`", PAGE),
    ]
    assert len(lines) > 10
    for line in lines:
        words = shlex.split(line.partition(" > ")[0])[1:]
        assert words[0] in COMMANDS, line
        assert [word for word in words if word.startswith("tests/") and not (ROOT / word).exists()] == [], (
            line
        )
