"""A config var that a change takes off the app though it stays declared blocks: Pulumi unsets what it no longer sets."""

from __future__ import annotations

import pytest

from operations.judging.unset import CONFIG_ASSOCIATION, troubles_of
from operations.pulumi_run.events import Change, read
from runbook.environment import ConfigVar, ConfigVars
from tests.unit.operations.judging.streams import text
from tests.unit.runbook.rules.healthy import HEALTHY, change

URN = f"urn:pulumi:production::social-catering::{CONFIG_ASSOCIATION}::config-vars"
BY_HAND = change(HEALTHY, config_vars=ConfigVars(known=(ConfigVar(name="SECRET_KEY_BASE", kind="external"),)))


def step(operation: str = "update", **kinds: str) -> Change:
    """One of the config vars, with the kind of difference of each path."""
    differences = {path.replace("__", "."): {"diffKind": kind} for path, kind in kinds.items()}
    metadata = {"op": operation, "urn": URN, "type": CONFIG_ASSOCIATION, "detailedDiff": differences}
    (found,) = read(text([{"resourcePreEvent": {"metadata": metadata}}])).changes
    return found


def said(found: Change) -> list[str]:
    return [trouble.what for trouble in troubles_of([found], BY_HAND)]


def test_a_secret_that_becomes_external_would_be_unset() -> None:
    (what,) = said(step(sensitiveVars="update", sensitiveVars__SECRET_KEY_BASE="delete"))
    assert what.startswith("SECRET_KEY_BASE would be unset on Heroku though it stays declared: ")


def test_what_is_declared_no_more_may_go() -> None:
    assert said(step(vars__SMTP_PORT="delete")) == []


def test_what_moves_from_plain_to_secret_stays_set() -> None:
    assert said(step(vars__SECRET_KEY_BASE="delete", sensitiveVars__SECRET_KEY_BASE="add")) == []


@pytest.mark.parametrize("operation", ["delete", "replace"])
def test_without_its_association_every_var_is_unset(operation: str) -> None:
    (what,) = said(step(operation))
    assert what.startswith("config-vars would be deleted or replaced, which unsets every config var of it")


def test_another_resource_may_lose_a_key_of_that_name() -> None:
    other = Change("update", URN, "heroku:app/app:App", (), None, None, unset=frozenset({"SECRET_KEY_BASE"}))
    assert said(other) == []
