"""The same stack gets the same verdicts, in the same words, whoever read it."""

from __future__ import annotations

import pytest
from hypothesis import given, settings

from runbook.environment import Environment
from runbook.rules.book import RULES
from runbook.rules.rule import DECLARED, Context, Finding
from runbook.rules.verdict import evaluate
from tests.unit.runbook.readers.declarations import declarations
from tests.unit.runbook.readers.rendering import (
    READERS,
    Declared,
    by_encrypted_state,
    by_first_plan,
    by_state,
)
from tests.unit.runbook.rules.healthy import DIGESTS

SHARED = [found for found in RULES if found.on >= DECLARED]


def findings(environment: Environment, other: Environment) -> dict[str, list[Finding]]:
    """A rule's findings, in no particular order: readers may meet things in another one."""
    verdicts = evaluate(environment, Context(DIGESTS, other), SHARED, DECLARED)
    return {verdict.rule.id: sorted(verdict.findings, key=str) for verdict in verdicts}


@pytest.mark.slow
@settings(max_examples=200, deadline=None)
@given(declarations("production"), declarations("staging"))
def test_every_reader_leads_to_the_same_verdicts(production: Declared, staging: Declared) -> None:
    expected = findings(READERS["settings"](production), READERS["settings"](staging))
    for name, read in READERS.items():
        assert findings(read(production), read(staging)) == expected, name


@pytest.mark.slow
@settings(max_examples=50, deadline=None)
@given(declarations("staging"), declarations("production"))
def test_the_other_stack_may_be_read_elsewhere(staging: Declared, production: Declared) -> None:
    """As in the policy pack, which has a plan of this stack and the file of the other."""
    expected = findings(READERS["settings"](staging), READERS["settings"](production))
    assert findings(by_first_plan(staging), READERS["settings"](production)) == expected
    assert findings(by_state(staging), by_first_plan(production)) == expected


@pytest.mark.parametrize("name", READERS)
def test_a_stack_by_the_book_passes_whoever_read_it(name: str) -> None:
    """So a first preview of a new stack can be green."""
    found = findings(READERS[name](Declared()), READERS[name](Declared(stack="staging")))
    assert found == {rule.id: [] for rule in SHARED}


def test_secrets_are_compared_where_the_state_shows_them_and_not_run_where_it_does_not() -> None:
    (rule,) = [found for found in RULES if found.id == "secrets-differ"]
    production, staging = Declared(), Declared(stack="staging")
    (shown,) = evaluate(by_state(production), Context(DIGESTS, by_state(staging)), [rule], {"state"})
    (hidden,) = evaluate(
        by_encrypted_state(production), Context(DIGESTS, by_encrypted_state(staging)), [rule], {"state"}
    )
    assert (shown.name, hidden.name) == ("pass", "not evaluated")
