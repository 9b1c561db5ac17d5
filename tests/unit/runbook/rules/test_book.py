"""The book of rules as a whole: ids, sources, examples, and the page that is made of it."""

from __future__ import annotations

import re
from importlib import import_module
from pathlib import Path

import pytest
import yaml

from operations.forms.rule_page import page
from runbook.checklists import CHECKLISTS
from runbook.environment import Environment
from runbook.readers.settings import environment_of_settings
from runbook.rules.book import RULES, rule, rules_of
from runbook.rules.rule import Context, Rule, Severity
from runbook.rules.verdict import evaluate, section_url
from runbook.settings import StackName
from runbook.settings_reader import settings_from_file
from runbook.stack_file import parse
from tests.unit.runbook.rules.healthy import DIGESTS

ROOT = Path(__file__).resolve().parents[4]
FILES = ("databases", "backups", "dynos", "config_vars", "stacks", "heroku_stack", "pipeline", "live")
WITH_EXAMPLES = [found for found in RULES if found.fails_with is not None]


def read(stack: StackName, part: str = "{}") -> Environment:
    """The stack's own file with this part in it; what has no value in the checkout is external."""
    name = f"Pulumi.{stack}.yaml"
    whole = yaml.safe_load((ROOT / name).read_text(encoding="utf-8"))
    config = whole["config"]
    config["social-catering:secrets"]["SECRET_KEY_BASE"] = "external"
    for key, value in yaml.safe_load(part).items():
        full = f"social-catering:{key}"
        config[full] = {**config[full], **value} if key == "config_vars" else value
    return environment_of_settings(
        stack, settings_from_file(parse(name, yaml.safe_dump(whole)), stack), DIGESTS
    )


def verdict(found: Rule, part: str) -> str:
    context = Context(DIGESTS, read("production"))
    (judged,) = evaluate(read("staging", part), context, [found], {"settings"})
    return judged.name


def test_ids_are_unique_and_in_kebab_case() -> None:
    ids = [found.id for found in RULES]
    assert len(set(ids)) == len(ids)
    assert all(re.fullmatch(r"[a-z]+(-[a-z]+)+", found) for found in ids)


def test_a_rule_is_found_by_its_id() -> None:
    assert [rule(found.id) for found in RULES] == list(RULES)


def test_an_id_that_no_rule_has_is_a_key_error() -> None:
    with pytest.raises(KeyError, match="backup-tiem"):
        rule("backup-tiem")


def test_only_data_loss_and_secrets_in_clear_cannot_be_waived() -> None:
    assert [found.id for found in RULES if not found.waivable] == ["secrets-secret", "no-data-loss"]


@pytest.mark.parametrize("found", RULES, ids=lambda found: found.id)
def test_every_rule_has_cases_that_pass_fail_cannot_tell_and_miss_something(found: Rule) -> None:
    tables = [import_module(f"tests.unit.runbook.rules.test_{name}").TABLE for name in FILES]
    (cases,) = [table[found] for table in tables if found in table]
    outcomes = [{finding.outcome for finding in case.findings} - {"elsewhere"} for case in cases]
    assert set() in outcomes, "no case passes"
    assert {"not evaluated"} in outcomes, "no case is unknown"
    assert {"fail"} in outcomes or found.id == "backup-retention", "no case fails"
    assert any("missing" in case.words or "without" in case.words for case in cases), "nothing is missing"


@pytest.mark.parametrize("found", WITH_EXAMPLES, ids=lambda found: found.id)
def test_the_example_that_fails_fails_and_the_one_that_passes_passes(found: Rule) -> None:
    assert found.fails_with is not None
    assert found.passes_with is not None
    assert (verdict(found, found.fails_with), verdict(found, found.passes_with)) == ("fail", "pass")


def test_every_sev_1_rule_of_the_live_account_is_looked_at_daily() -> None:
    worst = {found.id for found in RULES if found.severity is Severity.SEV_1 and "live" in found.on}
    assert worst - rules_of(["daily"]) == set()


def test_every_rule_of_the_live_account_is_on_a_checklist_and_no_other_is() -> None:
    assert rules_of(CHECKLISTS) == {found.id for found in RULES if "live" in found.on}


def test_every_rule_that_a_stack_file_can_break_names_the_key_to_edit() -> None:
    assert [found.id for found in RULES if "settings" in found.on and found.key is None] == []


def test_every_rule_that_is_decided_on_what_is_declared_says_which_differences_can_break_it() -> None:
    """Else drift would never name it."""
    both = [found for found in RULES if {"state", "live"} <= found.on]
    assert [found.id for found in both if not found.touches] == []


def test_the_page_is_made_from_the_rules() -> None:
    assert (ROOT / "docs" / "rules.md").read_text(encoding="utf-8") == page(RULES)


def test_a_section_is_linked_by_its_heading() -> None:
    assert section_url(rule("config-present")).endswith("/docs/RUNBOOK.md#app-wont-start")
    assert section_url(rule("secrets-secret")).endswith("/docs/ENV_CONFIG.md#-security-best-practices")
    assert section_url(rule("database-url-owned")).endswith("/docs/ENV_CONFIG.md#database_url")
