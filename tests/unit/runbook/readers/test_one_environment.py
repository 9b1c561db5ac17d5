"""One stack is one Environment, whoever read it: file, plan, state or live account. What one can't know is left out of it alone."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings

from runbook.environment import App, Environment
from runbook.live import Live
from runbook.settings import APP_URL
from runbook.unknown import Unknown
from tests.unit.runbook.readers.declarations import declarations
from tests.unit.runbook.readers.live_rendering import by_live, fixed
from tests.unit.runbook.readers.rendering import (
    Declared,
    by_first_plan,
    by_later_plan,
    by_settings,
    by_state,
)

READERS = {
    "settings": by_settings,
    "first plan": by_first_plan,
    "later plan": by_later_plan,
    "state": by_state,
    "live": by_live,
}
LISTS = ("formation", "databases", "addons", "attachments", "addon_attachments", "backup_schedules")


def known(found: Environment) -> dict[str, Any]:
    """Everything that a rule or drift compares and that every reader knows, in one order."""
    assert isinstance(found.app, App)
    lists = {name: sorted(map(repr, getattr(found, name))) for name in LISTS}
    app = found.app.model_dump(exclude={"url"})
    return {**lists, **app, "budget": found.monthly_budget_usd, "differs": sorted(found.differs or ())}  # type: ignore[arg-type]


def values(found: Environment, own: set[str]) -> dict[str, object]:
    """Plain config vars by digest; of those made of the app's URL, which the file doesn't know, that they are there."""
    assert found.config_vars.rest is None
    return {
        var.name: "there" if var.name in own else var.digest
        for var in found.config_vars.known
        if var.kind == "plain" and var.has_value
    }


def secrets(found: Environment) -> dict[str, object]:
    """By kind; an optional one that isn't set is known to nobody but who declares it."""
    return {
        var.name: var.kind
        for var in found.config_vars.known
        if var.kind in ("managed", "external", "optional")
    }


def digests(found: Environment) -> dict[str, object]:
    """Of the secrets that Pulumi sets, where they are shown."""
    return {
        var.name: var.digest
        for var in found.config_vars.known
        if var.kind == "managed" and not isinstance(var.digest, Unknown)
    }


@pytest.mark.slow
@settings(max_examples=60, deadline=None)
@given(declarations("production"))
def test_every_reader_makes_the_same_environment(declared: Declared) -> None:
    """Before the first `up` the official plugin knows nothing of a map with the app's URL in it."""
    declared = fixed(declared)
    own = {name for name, value in declared.config_vars.items() if APP_URL in value}
    found = {name: read(declared) for name, read in READERS.items()}
    expected = found["settings"]
    for name, environment in found.items():
        assert known(environment) == known(expected), name
        assert secrets(environment) == secrets(expected), name
        if name != "first plan" or not own:
            assert values(environment, own) == values(expected, own), name
    assert digests(found["state"]) == digests(found["live"])
    live = found["live"].live
    assert isinstance(live, Live)
    assert live.maintenance is False
    for kind, wanted in expected.parts.items():
        there = live.surroundings[kind]
        assert not isinstance(there, Unknown)
        assert {*wanted} == {one.name for one in there}
