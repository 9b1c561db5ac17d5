"""Every drill names things that exist: rules, severities, sections and commands of the runbook."""

from __future__ import annotations

import re
from pathlib import Path
from string import Formatter

import pytest

from drills.book import DRILLS
from drills.drill import Drill, Edit
from drills.page import page
from drills.scene import Scene
from runbook import stack_file
from runbook.rules.book import RULES, rule
from runbook.rules.rule import Severity
from runbook.settings import STACKS
from runbook.settings_reader import settings_from_file
from tests.evidence import runbook as operations_runbook

ROOT = Path(__file__).resolve().parents[3]
WORST_FIRST = list(Severity)
TODAYS = {"heroku-postgresql:standard-2": "heroku-postgresql:standard-1"}
"""What Heroku sells, and the runbook's name for it (docs/runbook-coverage.md)."""
each_drill = pytest.mark.parametrize("drill", DRILLS, ids=lambda found: found.name)


@pytest.fixture
def words() -> dict[str, str]:
    settings = {
        stack: settings_from_file(stack_file.read(ROOT / f"Pulumi.{stack}.yaml"), stack) for stack in STACKS
    }
    scene = Scene(None, "production", settings)  # type: ignore[arg-type]  # words need no client
    return scene.words("https://sc-mvp-production-6b7a268cc8ad.herokuapp.com")


def texts(drill: Drill) -> list[str]:
    hints = [text for hint in drill.hints for text in (hint.command, hint.look)]
    return [drill.sentence, drill.pager, *hints, *(step for step in drill.remedy if isinstance(step, str))]


def test_names_are_unique_and_can_be_typed() -> None:
    names = [drill.name for drill in DRILLS]
    assert len(set(names)) == len(names)
    assert [name for name in names if not re.fullmatch(r"[a-z]+(-[a-z]+)*", name)] == []


@each_drill
def test_its_rules_are_decided_on_the_live_account_and_it_is_as_severe_as_the_worst(drill: Drill) -> None:
    rules = [rule(name) for name in drill.rules]
    assert [found.id for found in rules if "live" not in found.on] == []
    if rules and drill.leaves == "fail":
        assert drill.severity == min((found.severity for found in rules), key=WORST_FIRST.index)


@each_drill
def test_its_section_is_a_heading_of_the_document(drill: Drill) -> None:
    if drill.document == "RUNBOOK":
        assert drill.section in operations_runbook.headings()
    else:
        assert drill.section in {found.section for found in RULES if found.document == drill.document}


@each_drill
def test_its_hints_are_the_runbooks_own_commands(drill: Drill, words: dict[str, str]) -> None:
    commands = [hint.command.format_map(words) for hint in drill.hints]
    for ours in commands:
        theirs = next((ours.replace(now, then) for now, then in TODAYS.items() if now in ours), ours)
        assert theirs in operations_runbook.commands() or ours.startswith(("./ops ", "curl -H "))
    assert commands


@each_drill
def test_its_texts_can_be_filled_in(drill: Drill, words: dict[str, str]) -> None:
    used = {name for text in texts(drill) for _, name, _, _ in Formatter().parse(text) if name is not None}
    assert used <= words.keys()


@each_drill
def test_what_the_trainee_reads_first_names_no_rule_and_no_command(drill: Drill) -> None:
    for text in (drill.name, drill.sentence, drill.pager):
        assert [name for name in drill.rules if name in text] == []
        assert "heroku " not in text
        assert "config var" not in text


@each_drill
def test_its_edits_fit_the_stack_file(drill: Drill) -> None:
    for stack in drill.stacks:
        text = (ROOT / f"Pulumi.{stack}.yaml").read_text(encoding="utf-8")
        for step in drill.remedy:
            if isinstance(step, Edit):
                assert text.count(step.old) == 1, step


def test_each_troubleshooting_section_is_played() -> None:
    sections = operations_runbook.below("🔧 Common Troubleshooting")
    assert sections
    assert sections - {drill.section for drill in DRILLS} == set()


def test_the_page_is_made_from_the_drills() -> None:
    shown = (ROOT / "docs" / "drills.md").read_text(encoding="utf-8")
    assert shown == page(), "run: ./ops drill --markdown > docs/drills.md"
