"""A stack is compared with the other one only where that one is up."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from operations.judging.drift import Read, _stack
from operations.pulumi_run.stored_state import StoredIds, StoredState
from operations.settings_files import read_settings
from operations.workspace import Workspace
from runbook.drift.grading import Leave
from runbook.environment import Environment
from runbook.live import Live
from runbook.settings import STACKS, StackName
from runbook.unknown import Known, Unknown
from tests.unit.runbook.rules.healthy import DIGESTS, environment

NO_STATE = Unknown("the stored state of production: the stack production has no state here")


def stored(stack: StackName) -> StoredState:
    return StoredState(environment(stack), StoredIds("app-id"), None)


def live(stack: StackName) -> Environment:
    read = Live(read_at=datetime(2026, 1, 1, tzinfo=UTC), app_id="app-id")
    return environment(stack).model_copy(update={"live": read})


def gone(stack: StackName) -> Environment:
    read = Live(read_at=datetime(2026, 1, 1, tzinfo=UTC), app_id=None)
    return Environment(stack=stack, app=None, live=read)


@pytest.mark.parametrize(
    ("production", "there"),
    [(NO_STATE, gone("production")), (stored("production"), gone("production"))],
    ids=["never made", "destroyed"],
)
def test_a_stack_is_not_held_against_one_that_is_not_there(
    production: Known[StoredState], there: Environment
) -> None:
    settings = {stack: read_settings(Workspace.here(), stack) for stack in STACKS}
    states: dict[StackName, Known[StoredState]] = {"staging": stored("staging"), "production": production}
    account: dict[StackName, Environment] = {"staging": live("staging"), "production": there}
    read = Read(settings, states, account, DIGESTS, Leave((), date(2026, 1, 1)))
    rules = {
        breach.rule.id
        for drift in _stack("staging", read, (), None).drifts
        for breach in drift.breaches
        if breach.rule.both_stacks
    }
    assert rules == set()
