"""A preview as the engine tells it: what is planned, what is deleted, and when it is no whole preview."""

from __future__ import annotations

import json
from typing import Any

import pytest

from runbook.environment import App, Step
from runbook.readers.plan import PlanError, environment_of_plan
from runbook.settings_reader import SettingsError
from tests.unit.runbook.readers.rendering import Declared, events, resources, stream, type_of
from tests.unit.runbook.rules.healthy import DIGESTS

EVENTS = events(Declared(), exists=True)
FIRST, *STEPS, SUMMARY, LAST = map(json.loads, EVENTS.splitlines())


def event(
    operation: str, name: str, *, old: Any = None, new: Any = None, of: str = "heroku:app/app:App"
) -> dict[str, Any]:
    urn = f"urn:pulumi:production::social-catering::{of}::{name}"
    return {
        "resourcePreEvent": {"metadata": {"op": operation, "urn": urn, "type": of, "old": old, "new": new}}
    }


def preview(*after: dict[str, Any], before: tuple[dict[str, Any], ...] = ()) -> str:
    """The healthy one with further steps."""
    return stream([FIRST, *before, *STEPS, *after, SUMMARY, LAST])


def test_what_a_refresh_sees_is_not_what_is_planned() -> None:
    """A resource that the program no longer declares is refreshed first and deleted then."""
    stored = {"inputs": {"name": "old-db", "plan": "heroku-postgresql:essential-0"}, "protect": False}
    refreshed = event("refresh", "old", old=stored, new=stored, of="heroku:addon/addon:Addon")
    deleted = event("delete", "old", old=stored, of="heroku:addon/addon:Addon")
    environment = environment_of_plan(preview(deleted, before=(refreshed,)), DIGESTS)
    assert isinstance(environment.databases, tuple)
    assert [database.name for database in environment.databases] == ["sc-mvp-production-db"]
    assert isinstance(environment.steps, tuple)
    assert environment.steps[-1] == Step(
        operation="delete",
        name="old",
        type="heroku:addon/addon:Addon",
        was_protected=False,
        stays_protected=False,
    )
    assert "refresh" not in {step.operation for step in environment.steps}


def test_a_replaced_resource_is_planned_once() -> None:
    new = {"inputs": {"name": "sc-mvp-production", "region": "eu"}, "protect": True}
    replaced = [event(operation, "app", old=new, new=new) for operation in ("create-replacement", "replace")]
    environment = environment_of_plan(preview(*replaced), DIGESTS)
    assert isinstance(environment.app, App)
    assert environment.app.region == "eu"
    assert isinstance(environment.steps, tuple)
    assert [step.operation for step in environment.steps if step.name == "app"] == [
        "same",
        "create-replacement",
        "replace",
    ]


@pytest.mark.fault("B48", "T03")
def test_protection_that_is_taken_away_is_seen_in_the_step() -> None:
    taken = event("update", "app", old={"protect": True}, new={"inputs": {}, "protect": False})
    environment = environment_of_plan(preview(taken), DIGESTS)
    assert isinstance(environment.steps, tuple)
    assert environment.steps[-1].was_protected
    assert not environment.steps[-1].stays_protected


def test_the_summary_of_a_preview_is_read_too() -> None:
    assert (
        environment_of_plan(summary(), DIGESTS).config_vars
        == environment_of_plan(EVENTS, DIGESTS).config_vars
    )


def summary(*, same: int | None = None) -> str:
    """As `pulumi preview --json --show-sames` prints it."""
    found = resources(Declared(), exists=True, secrets="[secret]")
    steps = [
        {"op": "same", "urn": resource["urn"], "newState": {**resource, "type": type_of(resource)}}
        for resource in found
    ]
    return json.dumps({"steps": steps, "changeSummary": {"same": same or len(steps)}})


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "the preview is empty; did `pulumi preview` fail?"),
        (" \n", "the preview is empty"),
        (EVENTS[:-20], r"the event stream is cut: line \d+ is no JSON. Run `pulumi preview --json` again"),
        (EVENTS.rpartition("\n")[0], "the event stream is cut: it has no cancelEvent"),
        (stream([FIRST, SUMMARY, LAST]), "the preview registers no resource"),
        ('{"steps": [], "changeSummary": {}}', "the preview registers no resource"),
        ("3\n4", "the event stream has no event in line 1"),
        ("error: no stack selected", "the event stream is cut: line 1 is no JSON"),
        (
            summary(same=40),
            "the preview counts 40 resources and has 12 steps; run `pulumi preview --json --show-sames`",
        ),
    ],
    ids=[
        "empty",
        "blank",
        "cut in a line",
        "cut between lines",
        "nothing",
        "no steps",
        "numbers",
        "error",
        "no sames",
    ],
)
def test_what_is_no_whole_preview_is_refused(text: str, message: str) -> None:
    with pytest.raises(PlanError, match=message):
        environment_of_plan(text, DIGESTS)


@pytest.mark.fault("B44")
def test_a_stack_of_another_project_is_refused() -> None:
    with pytest.raises(SettingsError, match='"elsewhere" is no stack of this project'):
        environment_of_plan(EVENTS.replace("urn:pulumi:production", "urn:pulumi:elsewhere"), DIGESTS)
