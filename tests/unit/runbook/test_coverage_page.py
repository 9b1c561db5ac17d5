"""docs/runbook-coverage.md points at things that exist, and no rule is left out of it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

import pytest

from runbook.catalogue import catalogue
from runbook.readers.config_vars import MAPS
from runbook.readers.declared import ATTACHMENTS, BACKUP_SCHEDULE, FORMATION
from runbook.rules.book import RULES
from runbook.settings import Settings
from tests.evidence import runbook as operations_runbook

ROOT = Path(__file__).resolve().parents[3]
RESOURCES = {*MAPS, *ATTACHMENTS, BACKUP_SCHEDULE, FORMATION, "heroku:build/build:Build"}


@dataclass(frozen=True)
class Row:
    section: str
    covered_by: tuple[str, ...]
    how: str


def rows() -> list[Row]:
    """Those of the first two tables, which say what covers a statement."""
    text = (ROOT / "docs" / "runbook-coverage.md").read_text(encoding="utf-8").split("## Where the")[0]
    cells = [
        [cell.strip() for cell in line.strip("|").split(" | ")]
        for line in text.splitlines()
        if line[:1] == "|"
    ]
    return [
        Row(cell[0].strip(), tuple(re.findall(r"`([^`]+)`", cell[2])), cell[3].strip())
        for cell in cells
        if cell[0] not in ("section", "") and not cell[0].startswith("-")
    ]


def exists(reference: str) -> bool:
    kind, _, name = reference.partition(" ")
    if kind == "rule":
        return name in {rule.id for rule in RULES}
    if kind == "resource":
        return name in RESOURCES
    if kind == "setting":
        return _is_setting(name)
    if kind == "catalogue":
        return catalogue().dyno_type(name) is not None or catalogue().postgres_plan(name) is not None
    return reference == "nothing"


def _is_setting(path: str) -> bool:
    first, _, second = path.partition(".")
    field = Settings.model_fields.get(first)
    model = field.annotation if field else None
    return field is not None and (not second or second in getattr(model, "model_fields", {}))


def test_every_row_points_at_something_that_exists() -> None:
    found = rows()
    assert len(found) > 40
    assert [row for row in found if not row.covered_by or not all(map(exists, row.covered_by))] == []


@pytest.mark.parametrize(
    "reference", ["rule backup-tiem", "setting backups.hour", "resource x", "catalogue x", "x"]
)
def test_what_does_not_exist_is_found_out(reference: str) -> None:
    assert not exists(reference)


def test_what_nothing_covers_says_why() -> None:
    assert [row for row in rows() if row.covered_by == ("nothing",) and not row.how] == []


@pytest.mark.parametrize(
    "topic",
    [
        *("within an hour of a deploy", "no recent deployment", "roll back if recently deployed"),
        *("restart dynos", "check backups", "the restore has completed", "rotate secrets"),
        *("bundle exec puma", "`slow`"),
    ],
)
def test_what_the_runbook_asks_for_has_a_row_or_says_that_it_is_not_checked(topic: str) -> None:
    text = (ROOT / "docs" / "runbook-coverage.md").read_text(encoding="utf-8")
    assert any(topic in line.split(" | ")[1] for line in text.splitlines() if line.count(" | ") > 2)


def test_every_rule_stands_in_a_row() -> None:
    named = {reference for row in rows() for reference in row.covered_by}
    assert [rule.id for rule in RULES if f"rule {rule.id}" not in named] == []


def test_every_section_is_a_heading_of_the_runbook() -> None:
    of_env_config = {
        "Required Variables",
        "DATABASE_URL",
        "VITE_API_URL",
        "Security Best Practices",
        "Production (Heroku)",
    }
    assert {row.section for row in rows()} - of_env_config <= operations_runbook.headings()
    assert {rule.section for rule in RULES if rule.document == "RUNBOOK"} <= operations_runbook.headings()
