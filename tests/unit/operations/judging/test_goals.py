"""Options of a program that no step shows are read from the update plan."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from operations.judging.goals import troubles_of

URN = "urn:pulumi:production::social-catering::heroku:addon/addon:Addon::database"


def said(folder: Path, **goal: object) -> list[str]:
    path = folder / "plan.json"
    path.write_text(json.dumps({"resourcePlans": {URN: {"goal": goal, "steps": ["same"]}}}))
    return [trouble.what for trouble in troubles_of(path)]


@pytest.mark.fault("B54")
@pytest.mark.parametrize(
    "option",
    [
        "ignoreChanges",
        "deleteBeforeReplace",
        "replaceOnChanges",
        "retainOnDelete",
        "deletedWith",
        "aliases",
        "id",
    ],
)
def test_a_database_with_an_option_that_hides_or_loses_is_named(tmp_path: Path, option: str) -> None:
    (only,) = said(tmp_path, type="heroku:addon/addon:Addon", **{option: True})
    assert only.startswith(f"database, the database, has the option {option}: it ")


def test_without_such_an_option_nothing_is_said(tmp_path: Path) -> None:
    assert said(tmp_path, type="heroku:addon/addon:Addon", protect=True) == []


@pytest.mark.parametrize(
    ("type_", "ignored"), [("build/build:Build", "source"), ("formation/formation:Formation", "quantity")]
)
def test_what_the_components_ask_for_is_free_and_nothing_else_is(
    tmp_path: Path, type_: str, ignored: str
) -> None:
    assert said(tmp_path, type=f"heroku:{type_}", ignoreChanges=[ignored]) == []
    (only,) = said(tmp_path, type=f"heroku:{type_}", ignoreChanges=[ignored, "appId"])
    assert only.startswith(f"database, heroku:{type_}, has the option ignoreChanges: it ignores changes")


@pytest.mark.parametrize(
    "text", [None, "", "{", "{}", '{"resourcePlans": []}', '{"resourcePlans": {"a": 1}}']
)
def test_a_plan_that_is_not_whole_blocks(tmp_path: Path, text: str | None) -> None:
    path = tmp_path / "plan.json"
    if text is not None:
        path.write_text(text)
    (only,) = troubles_of(path)
    assert (only.outcome, only.what) == (
        "blocked",
        "the preview saved no whole update plan; run the gate again",
    )
