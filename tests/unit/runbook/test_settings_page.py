"""docs/settings.md and the JSON schema: made from the models, whole, and of one mind with them on what is wrong."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml
from click.testing import CliRunner
from jsonschema import Draft7Validator

from operations.cli import ops
from operations.forms.settings_page import SCHEMA_FILE, page, rows, schema_text
from runbook.effects import table
from runbook.settings_facts import FACTS
from runbook.settings_schema import schema
from tests.unit.runbook.test_broken_settings import GOOD, MISTAKES

ROOT = Path(__file__).resolve().parents[3]
SCHEMA = Draft7Validator(schema())
ONLY_THE_MODELS = {
    "log drain named as a config var": "it compares two keys",
    "app of the other stack": "it takes the file's name",
    "range that is none": "it compares two keys",
    "access of one person twice": "it compares two keys",
    "zone of another planet": "the schema has no list of zones",
    "zone misspelt": "the schema has no list of zones",
    "config vars over Heroku's limit": "it takes a sum",
    "key under config vars and secrets": "it compares two keys",
    "value of an external secret": "it takes another key",
    "key said twice": "an editor sees the last one only",
    "merge keys": "an editor has put the keys together already",
    "a buildpack with a token": "secrets are told by their form",
}
"""Mistakes that JSON schema can't say, and why."""


def wrong(text: str) -> list[str]:
    return [error.message for error in SCHEMA.iter_errors(yaml.safe_load(text))]


def test_the_page_and_the_schema_are_made_from_the_models() -> None:
    """Stale: `./ops settings --markdown > docs/settings.md`, `./ops settings --schema > docs/stack-file.schema.json`."""
    assert (ROOT / "docs" / "settings.md").read_text(encoding="utf-8") == page()
    assert (ROOT / SCHEMA_FILE).read_text(encoding="utf-8") == schema_text()


def test_the_command_prints_both() -> None:
    assert CliRunner().invoke(ops, ["settings", "--markdown"]).output == page()
    assert CliRunner().invoke(ops, ["settings", "--schema"]).output == schema_text()
    assert CliRunner().invoke(ops, ["settings", "--schema", "--markdown"]).exit_code == 64


def test_every_key_says_what_it_is_with_an_example_and_what_its_change_does() -> None:
    keys = dict(rows())
    assert FACTS.keys() == keys.keys(), "each key of the models has a row in runbook/settings_facts.py::FACTS"
    for path, node in keys.items():
        assert FACTS[path].says or node["description"], path
        assert FACTS[path].example or node["examples"], path
        assert {name for _, name in FACTS[path].effects} <= table().effects.keys(), path


def test_the_example_of_every_key_is_what_the_schema_takes() -> None:
    keys = dict(rows())
    for path, node in keys.items():
        if example := FACTS[path].example:
            assert not list(Draft7Validator(node).iter_errors(yaml.safe_load(example))), path


@pytest.mark.parametrize("stack", ["staging", "production"])
def test_the_schema_takes_the_committed_stack_files(stack: str) -> None:
    assert wrong((ROOT / f"Pulumi.{stack}.yaml").read_text(encoding="utf-8")) == []


def test_the_schema_takes_a_managed_secret_and_how_it_is_encrypted() -> None:
    secured = GOOD.replace(
        "config:\n",
        "encryptionsalt: v1:x\nconfig:\n  social-catering:SECRET_KEY_BASE:\n    secure: v1:y\n",
        1,
    )
    assert wrong(secured) == []


@pytest.mark.parametrize(("good", "bad", "_said"), MISTAKES.values(), ids=MISTAKES)
def test_what_the_models_refuse_the_schema_refuses_where_it_can(
    good: str, bad: str, _said: str, request: pytest.FixtureRequest
) -> None:
    found: Any = wrong(GOOD.replace(good, bad, 1))
    assert bool(found) is (request.node.callspec.id not in ONLY_THE_MODELS), found
