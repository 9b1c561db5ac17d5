"""A stack file is edited where it differs from the live app, and what people wrote around that stays."""

from __future__ import annotations

from pathlib import Path

import hypothesis
import pytest
import yaml
from hypothesis import given

from runbook.adoption.settings import Description
from runbook.adoption.stack_edit import NoEditError, edited
from runbook.adoption.stack_text import text_of
from runbook.settings import Settings
from runbook.settings_reader import settings_from_file
from runbook.stack_file import parse
from tests.unit.runbook.adoption.test_settings import any_settings

PRODUCTION = (Path(__file__).resolve().parents[4] / "Pulumi.production.yaml").read_text(encoding="utf-8")


def commented(text: str) -> str:
    """A comment behind every line, and one above it."""
    lines = text.splitlines()
    return "".join(
        f"# above {number}\n{line}{'' if '#' in line else f' # behind {number}'}\n"
        for number, line in enumerate(lines)
    )


def comments(text: str) -> list[str]:
    """Those that stand on lines of their own."""
    return [line for line in text.splitlines() if line.startswith("# above")]


@pytest.mark.slow
@hypothesis.settings(deadline=None)
@given(any_settings(), any_settings())
def test_an_edited_file_reads_back_as_what_is_wanted_or_is_refused(old: Settings, new: Settings) -> None:
    wanted = text_of("staging", Description(new), {})
    before = commented(text_of("staging", Description(old), {}))
    try:
        after = edited(before, yaml.safe_load(wanted), {})
    except NoEditError:
        return
    assert settings_from_file(parse("Pulumi.staging.yaml", after), "staging") == new
    sections = ("differs", "addons", "domains", "features", "log_drains", "access", "pipeline")
    if all(getattr(new, name) or not getattr(old, name) for name in sections):
        # A section that goes takes what is written in it along.
        assert comments(after) == comments(before)


@pytest.mark.slow
@hypothesis.settings(deadline=None)
@given(any_settings())
def test_a_file_that_says_it_already_stays_to_the_letter(settings: Settings) -> None:
    text = text_of("staging", Description(settings), {})
    assert edited(commented(text), yaml.safe_load(text), {}) == commented(text)


def wanted(**changes: object) -> dict[str, object]:
    loaded: dict[str, dict[str, object]] = yaml.safe_load(PRODUCTION)
    for key, value in changes.items():
        loaded["config"][f"social-catering:{key}"] = value
    return dict(loaded)


def lines_that_differ(after: str) -> tuple[list[str], list[str]]:
    """Gone, and new."""
    before, now = PRODUCTION.splitlines(), after.splitlines()
    return [line for line in before if line not in now], [line for line in now if line not in before]


def test_a_name_is_one_line() -> None:
    after = edited(
        PRODUCTION,
        wanted(database={"name": "postgresql-curved-12345", "plan": "standard-0"}),
        {},
    )
    assert lines_that_differ(after) == (
        ["    name: sc-mvp-production-db"],
        ["    name: postgresql-curved-12345"],
    )


def test_a_formation_keeps_the_comment_behind_it_and_a_new_process_type_follows() -> None:
    formation = {
        "web": {"quantity": 2, "dyno_type": "standard-1x"},
        "worker": {"quantity": 1, "dyno_type": "standard-1x"},
    }
    after = edited(PRODUCTION, wanted(formation=formation), {})
    assert lines_that_differ(after)[1] == [
        "    web: {quantity: 2, dyno_type: standard-1x} # busy: 2 x standard-1x (runbook, Scaling Instructions)",
        "    worker: {quantity: 1, dyno_type: standard-1x}",
    ]


def test_what_a_person_must_decide_is_marked_behind_what_is_there() -> None:
    remarks: dict[tuple[str, ...], str] = {("config", "social-catering:backups", "at"): "no schedule is live"}
    after = edited(PRODUCTION, wanted(backups={"at": "05:00 UTC"}), remarks)
    assert lines_that_differ(after)[1] == ['    at: "05:00 UTC" # decide: no schedule is live']


def test_a_key_that_is_gone_takes_its_line_with_it() -> None:
    config_vars = yaml.safe_load(PRODUCTION)["config"]["social-catering:config_vars"]
    del config_vars["SMTP_PORT"]
    after = edited(PRODUCTION, wanted(config_vars=config_vars), {})
    assert lines_that_differ(after) == (['    SMTP_PORT: "587"'], [])


@pytest.mark.parametrize("text", ["{config: {}}\n", "[]\n", ""])
def test_a_file_without_lines_of_its_own_is_not_edited(text: str) -> None:
    with pytest.raises(NoEditError, match="no block mapping"):
        edited(text, {"config": {"social-catering:app": {"name": "a"}}}, {})
